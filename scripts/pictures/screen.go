package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// look is how a cell of a terminal's screen is drawn. The zero value is plain text.
type look struct {
	colour      int // 1 to 16 for the terminal's colours 0 to 15; 0 is the default
	bold, faint bool
}

// run is text in one look, beginning at a column counted from 0.
type run struct {
	column, width int
	text          string
	look          look
}

// readScreen splits a screen, as printed by tmux capture-pane -e, into the runs of its lines.
// Runs neither begin nor end with spaces, nor contain two in a row; blocks such as those of a
// sparkline have runs of their own. Empty lines at the end are left out.
func readScreen(screen string) ([][]run, error) {
	var lines [][]run
	var now look // tmux does not reset it at line ends
	for line := range strings.Lines(screen) {
		runs, err := readLine(strings.TrimRight(line, "\r\n"), &now)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(lines)+1, err)
		}
		lines = append(lines, runs)
	}
	for len(lines) > 0 && len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines, nil
}

func readLine(line string, now *look) (runs []run, err error) {
	parser := ansi.NewParser()
	column, apart := 0, true // apart: the next cell begins a run
	var state byte
	for line != "" {
		text, width, n, next := ansi.DecodeSequence(line, state, parser)
		line, state = line[n:], next
		switch {
		case width == 0:
			if err := now.apply(text, parser); err != nil {
				return nil, err
			}
			continue
		case text == " ":
			column++
			// One space belongs to the run if more of it follows.
			apart = apart || strings.HasPrefix(line, " ") || line == ""
			continue
		}
		last := len(runs) - 1
		if apart || runs[last].look != *now || isBlock(text) != isBlock(runs[last].text) {
			runs = append(runs, run{column: column, look: *now})
			last++
		}
		r := &runs[last]
		r.text += strings.Repeat(" ", column-r.column-r.width) + text
		column += width
		r.width = column - r.column
		apart = false
	}
	return runs, nil
}

// isBlock reports whether text begins with one of ▁▂▃▄▅▆▇█.
func isBlock(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return '▁' <= r && r <= '█'
}

// apply changes the look as a sequence says. It knows what the programs use, and refuses
// the rest: a picture must not differ from the screen.
func (l *look) apply(sequence string, parser *ansi.Parser) error {
	if ansi.Cmd(parser.Command()).Final() != 'm' {
		return fmt.Errorf("cannot draw the sequence %q", sequence)
	}
	for _, p := range parser.Params() {
		switch p := p.Param(0); {
		case p == 0:
			*l = look{}
		case p == 1:
			l.bold = true
		case p == 2:
			l.faint = true
		case p == 22:
			l.bold, l.faint = false, false
		case 30 <= p && p <= 37:
			l.colour = p - 30 + 1
		case p == 39:
			l.colour = 0
		case p == 49: // the usual ground, which nothing changes
		case 90 <= p && p <= 97:
			l.colour = p - 90 + 8 + 1
		default:
			return fmt.Errorf("cannot draw the sequence %q", sequence)
		}
	}
	if len(parser.Params()) == 0 {
		*l = look{}
	}
	return nil
}
