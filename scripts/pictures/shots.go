package main

import (
	"os"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// shot is a screen of a terminal that becomes a picture.
type shot struct {
	name, title    string
	columns, lines int
	live           bool // somebody dictates meanwhile
	commands       []string
	// until is what the screen shows at last; nil: it waits for the next command.
	until func(text string) bool
}

var shots = []shot{
	{
		name: "pipeline", columns: 80, lines: 30,
		title: "A terminal: a recording goes through the four programs, and its four sentences appear; " +
			"another becomes a subtitle",
		commands: []string{
			"vf-record --input talk.wav | vf-vad | vf-transcribe | vf-paste --method stdout",
			"vf-transcribe -f srt testdata/recordings/sentence-08.wav",
		},
	},
	{
		name: "check", columns: 96, lines: 40,
		title:    "A terminal: vf-health check finds that no word is wrong in 15 recordings",
		commands: []string{"vf-health check --words testdata/recordings"},
	},
	{
		name: "monitor", columns: 80, lines: 24, live: true,
		title:    "A terminal: vf-health monitor shows four running programs and the latest utterances",
		commands: []string{"vf-health monitor"},
		until:    regexp.MustCompile(`(?s)No alerts.*utterance 9`).MatchString,
	},
	{
		name: "progress", columns: 60, lines: 10,
		title:    "A terminal: vf-transcribe is in the middle of the second of three files",
		commands: []string{"vf-transcribe -r talks -f srt -o subtitles"},
		until:    regexp.MustCompile(`tuesday\.wav \(2 of 3\), 0[6-9]:\d\d of .* left`).MatchString,
	},
}

// plain returns the text of a screen without its colours.
func plain(screen string) string { return ansi.Strip(screen) }

// shoot runs the commands of a shot in a terminal, and draws the last screen.
func (s *scene) shoot(shot shot) error {
	t, err := newTerminal(s.folder, os.Environ(), shot.columns, shot.lines)
	if err != nil {
		return err
	}
	defer t.end()
	if _, err := t.wait(atPrompt); err != nil {
		return err
	}
	if shot.live {
		dictation, err := s.dictate()
		if err != nil {
			return err
		}
		defer dictation.end()
	}
	screen := ""
	for i, command := range shot.commands {
		if err := t.enter(command); err != nil {
			return err
		}
		until := func(text string) bool { return strings.Contains(text, "$ "+command) && atPrompt(text) }
		if i == len(shot.commands)-1 && shot.until != nil {
			until = shot.until
		}
		if screen, err = t.wait(until); err != nil {
			return err
		}
	}
	if shot.until == nil { // leave out the prompt that waits
		screen = screen[:strings.LastIndex(strings.TrimRight(screen, "\n "), "\n")]
	}
	drawn, err := drawScreen(screen, shot.title, shot.columns)
	if err != nil {
		return err
	}
	return s.write(shot.name+".svg", []byte(drawn))
}

// dictate runs the pipeline on a recording, in real time and with logs, in a terminal of its
// own, until that ends.
func (s *scene) dictate() (*terminal, error) {
	t, err := newTerminal(s.folder, append(os.Environ(), "VOICEFLOW_LOG_FILE="+s.state+"/log/"), 80, 24)
	if err != nil {
		return nil, err
	}
	if _, err = t.wait(atPrompt); err == nil {
		err = t.enter("vf-record --input talks/tuesday.wav --realtime | vf-vad | vf-transcribe | vf-paste --method stdout")
	}
	if err != nil {
		t.end()
	}
	return t, err
}
