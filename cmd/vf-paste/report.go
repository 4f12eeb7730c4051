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
type report struct{ lines *event.Writer }

func (r report) write(d *event.Delivery) error {
	if r.lines == nil {
		return nil
	}
	return r.lines.Write(d)
}

func messages(errs []error) (all []string) {
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}
