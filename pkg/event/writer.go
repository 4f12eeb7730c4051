package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Writer writes records as lines. It is not safe for concurrent use.
type Writer struct {
	out io.Writer
	buf bytes.Buffer // one line, reused
}

// NewWriter returns a Writer to w. It does not buffer, so there is nothing to
// flush.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: w}
}

// Write writes a record as one line, in a single call of the underlying Write.
// Invalid UTF-8 becomes U+FFFD.
//
// It returns an error and writes nothing for a record that a Reader would reject:
// times that are negative, not finite or reversed, an utterance without PCM or with
// an odd number of bytes, other numbers that are not finite, an Unknown whose Raw
// is not a single line of its Type, a line longer than MaxLine, and any
// *SyntaxError. The Writer can be used after such an error. Other errors wrap those
// of the underlying Write.
func (w *Writer) Write(rec Record) error {
	w.buf.Reset()
	if err := encode(&w.buf, rec); err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if w.buf.Len()-1 > MaxLine {
		n := w.buf.Len() - 1
		w.buf = bytes.Buffer{} // free the memory
		return fmt.Errorf("encode record: the line has %d bytes, more than the maximum of %d", n, MaxLine)
	}
	if _, err := w.out.Write(w.buf.Bytes()); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// encode writes rec and a newline to buf.
func encode(buf *bytes.Buffer, rec Record) error {
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	switch rec := rec.(type) {
	case *Utterance:
		if err := rec.check(); err != nil {
			return fmt.Errorf("utterance %d: %w", rec.ID, err)
		}
		return enc.Encode(struct {
			Type string `json:"type"`
			*Utterance
		}{"utterance", rec})
	case *Speech:
		if err := rec.check(); err != nil {
			return fmt.Errorf("speech %d: %w", rec.ID, err)
		}
		return enc.Encode(struct {
			Type string `json:"type"`
			*Speech
		}{"speech", rec})
	case *Transcript:
		if err := rec.check(); err != nil {
			return fmt.Errorf("transcript %d: %w", rec.ID, err)
		}
		t := *rec
		if t.Segments == nil {
			t.Segments = []Segment{} // the line has [], never null
		}
		return enc.Encode(struct {
			Type string `json:"type"`
			*Transcript
		}{"transcript", &t})
	case *Result:
		if !isTime(rec.Duration) {
			return fmt.Errorf("result %d: field duration is %v, want 0 or more seconds", rec.ID, rec.Duration)
		}
		r := *rec
		if r.Outputs == nil {
			r.Outputs = []string{}
		}
		return enc.Encode(struct {
			Type string `json:"type"`
			*Result
		}{"result", &r})
	case *Delivery:
		if err := rec.check(); err != nil {
			return fmt.Errorf("delivery %d: %w", rec.ID, err)
		}
		return enc.Encode(struct {
			Type string `json:"type"`
			*Delivery
		}{"delivery", rec})
	case *Failure:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Failure
		}{"error", rec})
	case *Recorder:
		return encodeRecorder(enc, rec)
	case *Audio, *Mark, *Tentative, *Partial:
		return encodeLive(enc, rec)
	case *Model, *ModelCopy, *Device, *Method:
		return encodeAnswer(enc, rec)
	case *Unknown:
		return encodeUnknown(buf, rec)
	case *SyntaxError:
		return fmt.Errorf("cannot write a malformed line: %w", rec)
	}
	return errors.New("no record")
}

// encodeUnknown writes the raw line if a Reader would read it back as rec.
func encodeUnknown(buf *bytes.Buffer, rec *Unknown) error {
	if bytes.ContainsRune(rec.Raw, '\n') {
		return fmt.Errorf("raw line of type %q is more than one line", rec.Type)
	}
	back, err := parse(rec.Raw)
	if err != nil {
		return fmt.Errorf("raw line of type %q: %w", rec.Type, err)
	}
	if u, ok := back.(*Unknown); !ok || u.Type != rec.Type {
		return fmt.Errorf("raw line of type %q has another type", rec.Type)
	}
	buf.Write(rec.Raw)
	buf.WriteByte('\n')
	return nil
}
