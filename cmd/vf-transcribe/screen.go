package main

import (
	"fmt"
	"io"
	"strings"

	"voiceflow/internal/prose"
	"voiceflow/pkg/event"
)

// screen shows transcripts to a person at a terminal: text with its times, as soon
// as it is known.
type screen struct {
	out     io.Writer
	several bool // files: say which is which

	item  *item // that is being shown
	shown int   // segments of it
	begun bool
}

// show writes what is new of an item's transcript so far.
func (s *screen) show(it *item, t *event.Transcript) error {
	var b strings.Builder
	if s.item != it {
		if s.item, s.shown = it, 0; s.several && it.file != "" {
			if s.begun {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s:\n", prose.Line(it.file))
		}
		s.begun = true
	}
	for _, segment := range t.Segments[s.shown:] {
		if text := strings.TrimSpace(prose.Line(segment.Text)); text != "" {
			fmt.Fprintf(&b, "[%s --> %s]  %s\n", clock(segment.Start), clock(segment.End), text)
		}
	}
	s.shown = len(t.Segments)
	if b.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(s.out, b.String())
	return err
}

// end writes the rest of an item's transcript.
func (s *screen) end(it *item, t *event.Transcript) error {
	if err := s.show(it, t); err != nil || it.file == "" || t.Text != "" {
		return err
	}
	_, err := fmt.Fprintln(s.out, "(no speech)")
	return err
}

// clock is a time in minutes and seconds, and hours where there are any.
func clock(seconds float64) string {
	ms := int64(seconds*1000 + 0.5)
	text := fmt.Sprintf("%02d:%02d.%03d", ms/60_000%60, ms/1000%60, ms%1000)
	if hours := ms / 3_600_000; hours > 0 {
		text = fmt.Sprintf("%02d:%s", hours, text)
	}
	return text
}
