package main

import (
	"io"

	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

// printJSON writes a JSON line about a method.
func printJSON(w io.Writer, m paste.Method, lacks error) error {
	line := &event.Method{Name: m.Name, About: m.About, Works: lacks == nil, Auto: !m.ByNameOnly, Untested: m.Untested}
	if lacks != nil {
		line.Lacks = lacks.Error()
	}
	return event.NewWriter(w).Write(line)
}

// report writes a line about each delivery if --report is set.
type report struct {
	lines *event.Writer
	err   error // why there is no more to read for others; the text is delivered all the same
}

func (r *report) write(d *event.Delivery) {
	if r.lines != nil && r.err == nil {
		r.err = r.lines.Write(d)
	}
}

func messages(errs []error) (all []string) {
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}
