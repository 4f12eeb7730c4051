package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Writer writes records as lines. It is not for use by several goroutines at
// once.
type Writer struct {
	out io.Writer
	buf bytes.Buffer // one line, reused
}

// NewWriter returns a Writer of lines to w. It holds nothing back, so there is
// nothing to flush.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: w}
}

// Write writes one record as one line, in a single call of the underlying
// Write, so that a line is never seen in halves. Invalid UTF-8 in a text is
// written as U+FFFD.
//
// A record that no Reader would take is refused and nothing is written: times
// that are negative, not finite or reversed, an utterance without PCM or with
// half a sample, other numbers that are not finite, an Unknown whose Raw is
// not one line of its Type, a line over MaxLine, and every *SyntaxError. Such
// an error does not spoil the Writer. Other errors are those of the underlying
// Write, wrapped.
func (w *Writer) Write(rec Record) error {
	w.buf.Reset()
	if err := encode(&w.buf, rec); err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if w.buf.Len()-1 > MaxLine {
		n := w.buf.Len() - 1
		w.buf = bytes.Buffer{} // do not hold on to that much
		return fmt.Errorf("encode record: its line has %d bytes, over the %d a reader takes", n, MaxLine)
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
	case *Model, *ModelCopy, *Device, *Method:
		return encodeAnswer(enc, rec)
	case *Unknown:
		return encodeUnknown(buf, rec)
	case *SyntaxError:
		return fmt.Errorf("a malformed line cannot be written: %w", rec)
	}
	return errors.New("there is no record")
}

// encodeUnknown writes the raw line once it is sure to be read back as rec.
func encodeUnknown(buf *bytes.Buffer, rec *Unknown) error {
	if bytes.ContainsRune(rec.Raw, '\n') {
		return fmt.Errorf("raw of type %q is more than one line", rec.Type)
	}
	back, err := parse(rec.Raw)
	if err != nil {
		return fmt.Errorf("raw of type %q: %w", rec.Type, err)
	}
	if u, ok := back.(*Unknown); !ok || u.Type != rec.Type {
		return fmt.Errorf("raw of type %q is a line of another type", rec.Type)
	}
	buf.Write(rec.Raw)
	buf.WriteByte('\n')
	return nil
}
