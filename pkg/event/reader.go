package event

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// Reader reads records from a stream of lines:
//
//	r := event.NewReader(os.Stdin)
//	for r.Scan() {
//		switch rec := r.Record().(type) {
//		case *event.Transcript:
//			fmt.Println(rec.Text)
//		case *event.Failure:
//			fmt.Fprintln(os.Stderr, rec.Error)
//		}
//	}
//	if err := r.Err(); err != nil {
//		return err
//	}
//
// It skips blank lines. Lines may end in CR LF, the stream may begin with a byte
// order mark, and the last line needs no newline.
type Reader struct {
	in   *bufio.Reader
	buf  []byte // the line being read, reused
	tail []byte // the end of a line that is too long
	line int    // its number, from 1
	rec  Record
	err  error
	end  bool

	promised bool        // an End is to come
	marked   bool        // there was a mark
	open     bool        // a dictation has begun, or what belongs to one has come
	pending  atomic.Bool // promised, and not between dictations
	broken   error       // why the stream is not whole; nil: it is, as far as is known
}

// NewReader returns a Reader for the lines in r.
func NewReader(r io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 64<<10)}
}

// Scan reads the next record, which Record then returns. It returns as soon as the
// line's newline has arrived. It returns false at the end of the stream or after
// an I/O error, which Err then returns. A malformed line is a record, too, a
// *SyntaxError.
func (r *Reader) Scan() bool {
	r.rec = nil
	for !r.end {
		line, tooLong, err := r.readLine()
		if err != nil {
			r.end = true
			if err != io.EOF {
				// The line is incomplete, so do not report it as malformed.
				r.err = fmt.Errorf("read line %d: %w", r.line, err)
				return false
			}
		}
		id := 0
		switch {
		case tooLong:
			err = fmt.Errorf("longer than %d bytes", MaxLine)
			r.note(nil, bytes.HasSuffix(bytes.TrimRight(r.tail, " \t\r\n"), []byte(promise+"}")))
		case len(bytes.Trim(line, " \t\r")) == 0:
			continue
		default:
			r.rec, id, err = r.parse(line)
		}
		if err != nil {
			if text := err.Error(); len(text) > maxMessage { // it may quote the line
				err = errors.New(shorten(text, maxMessage))
			}
			r.rec = &SyntaxError{r.line, id, err}
		}
		return true
	}
	return false
}

// parse parses a line, and notes what it says about the end of the stream. id is that of a
// malformed record.
func (r *Reader) parse(line []byte) (rec Record, id int, err error) {
	rec, promises, err := parse(line)
	if err != nil {
		id = idOf(line)
	}
	r.note(rec, promises)
	return rec, id, err
}

// note notes what a line says about the end of the stream. rec is nil for a malformed one.
func (r *Reader) note(rec Record, promises bool) {
	if promises {
		if r.promised { // another stream begins, and the one before has no end
			r.breakOff(ErrNoEnd)
		}
		r.promised = true
	}
	switch rec := rec.(type) {
	case *Mark:
		r.marked, r.open = true, rec.Mark != MarkEnd && rec.Mark != MarkCancel
	case *Audio, *Utterance, *Transcript, nil:
		r.open = true
	case *End:
		r.promised, r.marked, r.open = false, false, false
		if rec.Incomplete {
			r.breakOff(fmt.Errorf("the input is incomplete: %s", cmp.Or(rec.Reason, "its end record says so")))
		}
	}
	r.pending.Store(r.promised && !r.between())
}

// between reports whether, by the marks, no dictation is going on.
func (r *Reader) between() bool { return r.marked && !r.open }

// Pending reports whether more is sure to come: an End was promised and has not come, and
// the marks, if there are any, do not say that no dictation is going on. It may be called
// while another goroutine reads.
func (r *Reader) Pending() bool { return r.pending.Load() }

func (r *Reader) breakOff(why error) { r.broken = cmp.Or(r.broken, why) }

// Broken returns why the stream is not whole, once Scan has returned false: ErrNoEnd if
// an End was promised and has not come, or the reason in an End; nil if nothing is known
// to be missing. Lines that promise no End, as those written by hand, need none. What
// follows an End is another stream, so several saved ones can be read in a row.
func (r *Reader) Broken() error {
	switch {
	case !r.end:
		return nil
	case r.broken == nil && r.promised:
		return ErrNoEnd
	}
	return r.broken
}

// BrokenOff is Broken for a program that has perhaps stopped reading (cut) because of
// SIGTERM. Then it is ErrStopped rather than ErrNoEnd, or nil with between set if it has
// stopped between two dictations, where no words are missing.
func (r *Reader) BrokenOff(cut bool) (why error, between bool) {
	why = r.Broken()
	switch {
	case !cut || !r.end || !r.promised || r.broken != nil:
		return why, false
	case r.between():
		return nil, true
	}
	return ErrStopped, false
}

// Record returns the record read by the last Scan, or nil if that returned false.
// The caller owns it; later Scans do not change it.
func (r *Reader) Record() Record { return r.rec }

// Err returns the I/O error that ended the stream, or nil if it ended normally.
func (r *Reader) Err() error { return r.err }

// readLine returns the next line without its line ending, valid until the next
// call. If the line is longer than MaxLine, it skips the line, but for r.tail, and returns
// tooLong.
// The error is the stream's; io.EOF may come with the last line.
func (r *Reader) readLine() (line []byte, tooLong bool, err error) {
	r.line++
	r.buf, r.tail = r.buf[:0], r.tail[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		// The line ending, up to two bytes, does not count.
		if !tooLong && len(r.buf)+len(part) > MaxLine+2 {
			tooLong = true
			r.tail = append(r.tail, lastBytes(r.buf)...)
			r.buf = nil
		}
		if tooLong {
			r.tail = append(r.tail, lastBytes(part)...)
			r.tail = append(r.tail[:0], lastBytes(r.tail)...)
		}
		if !tooLong {
			r.buf = append(r.buf, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		line := bytes.TrimSuffix(bytes.TrimSuffix(r.buf, []byte("\n")), []byte("\r"))
		if r.line == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if !tooLong && len(line) > MaxLine { // by a byte or two
			tooLong, r.tail = true, append(r.tail, lastBytes(line)...)
		}
		return line, tooLong, err
	}
}

// lastBytes returns the end of a line, with room for a promise and white space after it.
func lastBytes(line []byte) []byte { return line[max(len(line)-64, 0):] }
