package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// header holds the type of a line and the fields that some type requires. It is
// parsed first, to find the type and check for missing fields.
type header struct {
	Type     json.RawMessage `json:"type"`
	ID       json.RawMessage `json:"id"`
	Start    json.RawMessage `json:"start"`
	End      json.RawMessage `json:"end"`
	PCMStart json.RawMessage `json:"pcm_start"`
	Speaking json.RawMessage `json:"speaking"`
	Time     json.RawMessage `json:"time"`
	Chars    json.RawMessage `json:"characters"`
	Name     json.RawMessage `json:"name"`
	Text     json.RawMessage `json:"text"`
	File     json.RawMessage `json:"file"`
	Error    json.RawMessage `json:"error"`
	At       json.RawMessage `json:"at"`
	Mark     json.RawMessage `json:"mark"`
	Stable   json.RawMessage `json:"stable"`
	State    json.RawMessage `json:"state"`
	Ends     json.RawMessage `json:"ends"`
}

// parse parses one line, without its line ending. The record shares no memory with
// the line. promises means that an End will follow.
func parse(line []byte) (rec Record, promises bool, err error) {
	if !utf8.Valid(line) {
		return nil, false, errors.New("not valid UTF-8")
	}
	// Unmarshal would accept null as an empty object.
	if !bytes.HasPrefix(bytes.TrimLeft(line, " \t\r"), []byte("{")) {
		return nil, false, errors.New("not a JSON object: it does not begin with {")
	}
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, false, fmt.Errorf("not a JSON object: %w", err)
	}
	var name string
	if err := json.Unmarshal(h.Type, &name); err != nil || name == "" {
		return nil, false, errors.New("field type is missing or not a string")
	}
	promises = string(h.Ends) == "true"
	if rec, err = parseType(name, line, &h); err != nil {
		return nil, promises, fmt.Errorf("%s: %w", name, err)
	}
	if u, ok := rec.(*Unknown); ok && promises {
		u.Raw = withoutPromise(u.Raw)
	}
	return rec, promises, nil
}

func parseType(name string, line []byte, h *header) (Record, error) {
	switch name {
	case "utterance":
		u := new(Utterance)
		err := decode(line, u, field{"id", h.ID}, field{"start", h.Start},
			field{"end", h.End}, field{"pcm_start", h.PCMStart})
		if err != nil {
			return nil, err
		}
		return u, u.check()
	case "speech":
		s := new(Speech)
		if err := decode(line, s, field{"id", h.ID}, field{"speaking", h.Speaking}, field{"time", h.Time}); err != nil {
			return nil, err
		}
		return s, s.check()
	case "transcript":
		t := new(Transcript)
		if err := decode(line, t, field{"text", h.Text}); err != nil {
			return nil, err
		}
		t.normalize()
		return t, t.check()
	case "result":
		r := new(Result)
		if err := decode(line, r, field{"file", h.File}); err != nil {
			return nil, err
		}
		r.normalize()
		return r, r.check()
	case "delivery":
		d := new(Delivery)
		if err := decode(line, d, field{"characters", h.Chars}); err != nil {
			return nil, err
		}
		if len(d.Failed) == 0 {
			d.Failed = nil
		}
		return d, d.check()
	case "recorder":
		r := new(Recorder)
		if err := decode(line, r, field{"state", h.State}); err != nil {
			return nil, err
		}
		return r, r.check()
	case "error":
		f := new(Failure)
		if err := decode(line, f, field{"error", h.Error}); err != nil {
			return nil, err
		}
		return f, f.check()
	case "end":
		e := new(End)
		if err := decode(line, e); err != nil {
			return nil, err
		}
		return e, e.check()
	}
	if rec, required := newLive(name, h); rec != nil {
		if err := decode(line, rec, required...); err != nil {
			return nil, err
		}
		if t, ok := rec.(*Tentative); ok && len(t.PCM) == 0 {
			t.PCM = nil
		}
		return rec, checkLive(rec)
	}
	if rec := newAnswer(name); rec != nil {
		return rec, decode(line, rec, field{"name", h.Name})
	}
	return &Unknown{Type: name, Raw: bytes.Clone(line)}, nil
}

// idOf returns the ID in a malformed record, or 0.
func idOf(line []byte) int {
	var found struct {
		ID json.RawMessage `json:"id"`
	}
	id := 0
	if json.Unmarshal(line, &found) != nil || json.Unmarshal(found.ID, &id) != nil || checkID(id) != nil {
		return 0
	}
	return id
}

// normalize replaces equivalent ways of writing "none" by one, so that a record
// that is written and read back stays equal.
func (t *Transcript) normalize() {
	if t.Segments == nil {
		t.Segments = []Segment{}
	}
	for i := range t.Segments {
		if len(t.Segments[i].Words) == 0 {
			t.Segments[i].Words = nil
		}
	}
	if len(t.Degraded) == 0 {
		t.Degraded = nil
	}
	if len(t.Uncovered) == 0 {
		t.Uncovered = nil
	}
}

func (r *Result) normalize() {
	if r.Outputs == nil {
		r.Outputs = []string{}
	}
	if len(r.Degraded) == 0 {
		r.Degraded = nil
	}
	if len(r.Uncovered) == 0 {
		r.Uncovered = nil
	}
}

// field is a required field and its value on the line, nil if missing.
type field struct {
	name  string
	value json.RawMessage
}

// decode unmarshals a line into a record. Errors name the field.
func decode(line []byte, rec Record, required ...field) error {
	for _, f := range required {
		if f.value == nil || string(f.value) == "null" {
			return fmt.Errorf("field %s is missing", f.name)
		}
	}
	err := json.Unmarshal(line, rec)
	var wrong *json.UnmarshalTypeError
	var base base64.CorruptInputError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("field %s: a JSON %s does not fit into %s", wrong.Field, wrong.Value, wrong.Type)
	case errors.As(err, &base):
		return fmt.Errorf("field pcm: %w", base)
	}
	return err
}
