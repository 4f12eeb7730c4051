package main

import (
	"encoding/json"
	"io"

	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

// printJSON writes a line about a method.
func printJSON(w io.Writer, m paste.Method, lacks error) error {
	line := struct {
		Type     string `json:"type"`
		Name     string `json:"name"`
		About    string `json:"about"`
		Works    bool   `json:"works"`
		Lacks    string `json:"lacks,omitempty"`
		Auto     bool   `json:"auto"`
		Untested bool   `json:"untested,omitempty"`
	}{"method", m.Name, m.About, lacks == nil, "", !m.Asked, m.Untested}
	if lacks != nil {
		line.Lacks = lacks.Error()
	}
	return json.NewEncoder(w).Encode(line)
}

// report writes a line about each delivery, where it is wanted.
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
