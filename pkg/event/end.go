package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// End is the last line of a stream (type "end"). A stream whose first line has
// "ends":true promises one: if it is missing, the program that wrote the stream was
// killed, or lines were cut off. See NewStream and Reader.Broken. No field is required on a
// line.
type End struct {
	// Samples is what vf-record has recorded, Utterances what vf-vad has written, and
	// Transcripts what vf-transcribe has written, results included.
	Samples     int64 `json:"samples,omitempty"`
	Utterances  int   `json:"utterances,omitempty"`
	Transcripts int   `json:"transcripts,omitempty"`
	// Errors is the number of Failures in the stream.
	Errors int `json:"errors,omitempty"`
	// Incomplete means that the program could not read its input to the end, or failed, and
	// Reason says why, for people. A Writer shortens it.
	Incomplete bool   `json:"incomplete,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

func (*End) record() {}

// ErrNoEnd is the error of a stream without the End that it has promised.
var ErrNoEnd = errors.New("the input ended without its end record: the program before it was killed or the lines " +
	"were cut; a filter must pass on lines it does not know, or add {\"type\":\"end\"}")

// ErrStopped is the error of a stream whose program was stopped before its End had come.
var ErrStopped = errors.New("stopped by SIGTERM before its input ended")

// check returns an error if e is invalid on a line, whether read or to be written.
func (e *End) check() error {
	if e.Utterances < 0 || e.Transcripts < 0 || e.Errors < 0 {
		return fmt.Errorf("fields utterances, transcripts and errors are %d, %d and %d, want 0 or more",
			e.Utterances, e.Transcripts, e.Errors)
	}
	return checkPosition("samples", e.Samples)
}

// encodeEnd writes an End.
func encodeEnd(enc *json.Encoder, rec *End) error {
	if err := rec.check(); err != nil {
		return fmt.Errorf("end: %w", err)
	}
	short := *rec
	short.Reason = shorten(rec.Reason, maxMessage)
	return enc.Encode(struct {
		Type string `json:"type"`
		*End
	}{"end", &short})
}

// promise is what the first line of a stream with an End has, before its last brace.
const promise = `,"ends":true`

// addPromise adds the promise to a line with its newline. It reports whether the line has
// room for it.
func addPromise(buf *bytes.Buffer) bool {
	line := bytes.TrimRight(buf.Bytes(), " \t\r\n")
	if len(line)+len(promise) > MaxLine {
		return false
	}
	buf.Truncate(len(line) - 1)
	buf.WriteString(promise + "}\n")
	return true
}

// withoutPromise removes the promise of a stream from one of its lines, a valid JSON object,
// which may then become a line of another stream.
func withoutPromise(raw json.RawMessage) json.RawMessage {
	at := bytes.IndexByte(raw, '{') + 1
	out := append(make(json.RawMessage, 0, len(raw)), raw[:at]...)
	for kept := false; at < len(raw); at++ {
		end := at + fieldLength(raw[at:])
		field := raw[at:end]
		switch {
		case !isPromise(field):
			if kept {
				out = append(out, ',')
			}
			out, kept = append(out, field...), true
		case kept: // white space stays
			out = append(out, field[len(bytes.TrimRight(field, " \t\r\n")):]...)
		}
		if at = end; at < len(raw) && raw[at] == '}' {
			return append(out, raw[at:]...)
		}
	}
	return raw // not an object
}

// fieldLength returns how many bytes come before the comma or brace that ends the first
// field of text.
func fieldLength(text []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case depth == 0 && (c == ',' || c == '}'):
			return i
		case c == '}' || c == ']':
			depth--
		}
	}
	return len(text)
}

// isPromise reports whether a field with white space around it is called "ends", as the
// json package compares names.
func isPromise(field []byte) bool {
	field = bytes.TrimLeft(field, " \t\r\n")
	end := 1
	for end < len(field) && field[end] != '"' {
		if field[end] == '\\' {
			end++
		}
		end++
	}
	const longest = len(`"\u0065\u006e\u0064\u0073"`)
	if end >= len(field) || end >= longest {
		return false
	}
	name := ""
	return json.Unmarshal(field[:end+1], &name) == nil && strings.EqualFold(name, "ends")
}

// The most bytes of a message, and of a file's name in a Failure that the Writer makes.
const (
	maxMessage = 1000
	maxName    = 4096
)

// shorten cuts a text to at most n bytes and an ellipsis.
func shorten(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + " ..."
}

// failureFor returns the Failure to write instead of a record that cannot be written.
func failureFor(rec Record, err error) *Failure {
	f := &Failure{}
	switch rec := rec.(type) {
	case *Utterance:
		f.ID = rec.ID
	case *Tentative:
		f.ID = rec.ID
	case *Partial:
		f.ID = rec.ID
	case *Speech:
		f.ID = rec.ID
	case *Delivery:
		f.ID = rec.ID
	case *Transcript:
		f.ID, f.File = rec.ID, rec.File
	case *Result:
		f.ID, f.File = rec.ID, rec.File
	case *SyntaxError:
		f.ID = rec.ID
	case *Failure:
		f.ID, f.File = rec.ID, rec.File
		if rec.check() == nil { // too long
			err = errors.New(rec.Error)
		}
	}
	if checkID(f.ID) != nil {
		f.ID = 0
	}
	f.File, f.Error = shorten(f.File, maxName), shorten(err.Error(), maxMessage)
	return f
}
