package event

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// Reader reads records from a stream of lines:
//
//	r := event.NewReader(os.Stdin)
//	for r.Scan() {
//		switch rec := r.Record().(type) {
//		case *event.Transcript:
//			...
//		}
//	}
//	if err := r.Err(); err != nil {
//		...
//	}
//
// Blank lines are passed over, lines may end in CR LF, the stream may begin
// with a byte order mark, and the last line needs no newline.
type Reader struct {
	in   *bufio.Reader
	buf  []byte // the line being read, reused
	line int    // its number, from 1
	rec  Record
	err  error
	end  bool
}

// NewReader returns a Reader of the lines in r.
func NewReader(r io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 64<<10)}
}

// Scan reads the next record, which Record then returns. It returns as soon as
// the line's newline has arrived. It is false at the end of the stream or at
// an I/O error, which Err then returns; a malformed line is a record like any
// other, a *SyntaxError.
func (r *Reader) Scan() bool {
	r.rec = nil
	for !r.end {
		line, tooLong, err := r.readLine()
		if err != nil {
			r.end = true
			if err != io.EOF {
				// What came of the line is not all of it: do not judge it.
				r.err = fmt.Errorf("read line %d: %w", r.line, err)
				return false
			}
		}
		switch {
		case tooLong:
			err = fmt.Errorf("longer than %d bytes", MaxLine)
		case len(bytes.Trim(line, " \t\r")) == 0:
			continue
		default:
			r.rec, err = parse(line)
		}
		if err != nil {
			r.rec = &SyntaxError{r.line, err}
		}
		return true
	}
	return false
}

// Record returns the record that the last Scan read, nil where that was false.
// It belongs to the caller: later Scans do not change it.
func (r *Reader) Record() Record { return r.rec }

// Err returns the I/O error that ended the stream, nil where the stream just
// ended.
func (r *Reader) Err() error { return r.err }

// readLine returns the next line without its line ending, valid until the next
// call, or tooLong for a line over MaxLine, which it has then passed over. The
// error is that of the stream, io.EOF together with the last line.
func (r *Reader) readLine() (line []byte, tooLong bool, err error) {
	r.line++
	r.buf = r.buf[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		// Two more for the line ending, which does not count.
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
