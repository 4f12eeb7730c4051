package event

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
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
	line int    // its number, from 1
	rec  Record
	err  error
	end  bool

	promised bool  // an End is to come
	broken   error // why the stream is not whole; nil: it is, as far as is known
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
	if promises {
		if r.promised { // another stream begins, and the one before has no end
			r.breakOff(ErrNoEnd)
		}
		r.promised = true
	}
	if end, ok := rec.(*End); ok {
		r.promised = false
		if end.Incomplete {
			r.breakOff(fmt.Errorf("the input is incomplete: %s", cmp.Or(end.Reason, "its end record says so")))
		}
	}
	return rec, id, err
}

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

// Record returns the record read by the last Scan, or nil if that returned false.
// The caller owns it; later Scans do not change it.
func (r *Reader) Record() Record { return r.rec }

// Err returns the I/O error that ended the stream, or nil if it ended normally.
func (r *Reader) Err() error { return r.err }

// readLine returns the next line without its line ending, valid until the next
// call. If the line is longer than MaxLine, it skips the line and returns tooLong.
// The error is the stream's; io.EOF may come with the last line.
func (r *Reader) readLine() (line []byte, tooLong bool, err error) {
	r.line++
	r.buf = r.buf[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		// The line ending, up to two bytes, does not count.
		if len(r.buf)+len(part) > MaxLine+2 {
			tooLong = true
			r.buf = nil
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
		return line, tooLong || len(line) > MaxLine, err
	}
}
