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
	out      io.Writer
	buf      bytes.Buffer // one line, reused
	promises bool         // the next line promises an End
	failed   error        // of the underlying Write
}

// ErrRecord is wrapped by the errors of Write that concern the record alone. Nothing was
// written, and the Writer can be used further.
var ErrRecord = errors.New("encode record")

// NewWriter returns a Writer to w. It does not buffer, so there is nothing to
// flush.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: w}
}

// NewStream is NewWriter for a stream that ends with an End; see Writer.End. The first
// line promises it, so that a Reader notices if it does not come. A line promises nothing
// if only that makes it too long; then the next one does.
func NewStream(w io.Writer) *Writer {
	return &Writer{out: w, promises: true}
}

// Write writes a record as one line, in a single call of the underlying Write.
// Invalid UTF-8 becomes U+FFFD.
//
// It returns an error and writes nothing for a record that a Reader would reject:
// times that are negative, not finite or reversed, an utterance without PCM or with
// an odd number of bytes, other numbers that are not finite, an Unknown whose Raw
// is not a single line of its Type, a line longer than MaxLine, and any
// *SyntaxError. Such an error wraps ErrRecord. Other errors wrap those of the underlying
// Write, which may have written half a line, so later calls return the same error.
func (w *Writer) Write(rec Record) error {
	if w.failed != nil {
		return w.failed
	}
	w.buf.Reset()
	if err := encode(&w.buf, rec); err != nil {
		return fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if w.buf.Len()-1 > MaxLine {
		n := w.buf.Len() - 1
		w.buf = bytes.Buffer{} // free the memory
		return fmt.Errorf("%w: the line has %d bytes, more than the maximum of %d", ErrRecord, n, MaxLine)
	}
	if _, isEnd := rec.(*End); w.promises && !isEnd && addPromise(&w.buf) {
		w.promises = false
	}
	if _, err := w.out.Write(w.buf.Bytes()); err != nil {
		w.failed = fmt.Errorf("write record: %w", err)
		return w.failed
	}
	return nil
}

// End writes the last line of a stream. A stream that is complete without a line stays
// empty.
func (w *Writer) End(last *End) error {
	if w.promises && !last.Incomplete {
		return w.failed
	}
	return w.Write(last)
}

// Pass writes a record or, instead of one that a Reader would reject, a Failure, which it
// returns. So a single bad record does not end a stream. Its error is that of the
// underlying Write.
func (w *Writer) Pass(rec Record) (*Failure, error) {
	err := w.Write(rec)
	if !errors.Is(err, ErrRecord) {
		return nil, err
	}
	f := failureFor(rec, err)
	return f, w.Write(f)
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
		if err := rec.check(); err != nil {
			return fmt.Errorf("result %d: %w", rec.ID, err)
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
		if err := rec.check(); err != nil {
			return fmt.Errorf("error: %w", err)
		}
		return enc.Encode(struct {
			Type string `json:"type"`
			*Failure
		}{"error", rec})
	case *Recorder:
		return encodeRecorder(enc, rec)
	case *End:
		return encodeEnd(enc, rec)
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
	back, _, err := parse(rec.Raw)
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
