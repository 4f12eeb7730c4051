package main

import (
	"fmt"
	"io"
	"strings"

	"voiceflow/internal/prose"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/event"
)

// screen shows transcripts on a terminal: text with its times, as soon as it is
// known.
type screen struct {
	out     io.Writer
	several bool // show the names of files

	item  *transcribe.Item // being shown
	shown int              // number of its segments shown
	begun bool
	draft bool // the last line may still change
}

// eraseLine returns to the start of the terminal's line and erases it.
const eraseLine = "\r\x1b[K"

// partial shows the latest words of an utterance that goes on, in a line that the next
// words replace.
func (s *screen) partial(p *event.Partial) error {
	const most = 70 // fits into a line of common terminals
	text := []rune(prose.Line(p.Stable + p.Unstable))
	if more := len(text) - most; more > 0 {
		text = append([]rune("..."), text[more:]...)
	}
	s.draft = true
	_, err := fmt.Fprintf(s.out, "%s%s", eraseLine, string(text))
	return err
}

// clear removes the words of an utterance that is over without a transcript.
func (s *screen) clear() error {
	if !s.draft {
		return nil
	}
	s.draft = false
	_, err := io.WriteString(s.out, eraseLine)
	return err
}

// show writes the segments of an item's transcript that are new.
func (s *screen) show(it *transcribe.Item, t *event.Transcript) error {
	var b strings.Builder
	if s.item != it {
		if s.item, s.shown = it, 0; s.several && it.File != "" {
			if s.begun {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s:\n", prose.Line(it.File))
		}
		s.begun = true
	}
	for _, segment := range t.Segments[s.shown:] {
		if text := strings.TrimSpace(prose.Line(segment.Text)); text != "" {
			fmt.Fprintf(&b, "[%s --> %s]  %s\n", clock(segment.Start), clock(segment.End), text)
		}
	}
	s.shown = len(t.Segments)
	if s.draft {
		s.draft = false
		text := b.String()
		b.Reset()
		b.WriteString(eraseLine + text)
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(s.out, b.String())
	return err
}

// end writes the rest of an item's transcript.
func (s *screen) end(it *transcribe.Item, t *event.Transcript) error {
	if err := s.show(it, t); err != nil || it.File == "" || t.Text != "" {
		return err
	}
	_, err := fmt.Fprintln(s.out, "(no speech)")
	return err
}

// clock formats seconds as MM:SS.mmm, or HH:MM:SS.mmm from one hour.
func clock(seconds float64) string {
	ms := int64(seconds*1000 + 0.5)
	text := fmt.Sprintf("%02d:%02d.%03d", ms/60_000%60, ms/1000%60, ms%1000)
	if hours := ms / 3_600_000; hours > 0 {
		text = fmt.Sprintf("%02d:%s", hours, text)
	}
	return text
}
