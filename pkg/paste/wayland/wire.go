package wayland

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

// The wire format is from the Wayland book, chapter "Wire Format": a message is the
// object's ID, the size and the opcode in one word, and the arguments, all in words
// of 32 bits in the machine's byte order. File descriptors travel separately from
// the bytes.

// headerSize is the size of a message's header in bytes.
const headerSize = 8

// maxFDs is how many file descriptors libwayland sends with one write.
const maxFDs = 28

// errMalformed means that the other side violated the wire format.
var errMalformed = errors.New("the compositor sent a malformed message")

// request is a message to the compositor, built up argument by argument.
type request struct {
	data []byte
	fds  []int
}

func newRequest(object uint32, opcode uint16) *request {
	r := &request{}
	return r.uint(object).uint(uint32(opcode))
}

func (r *request) uint(v uint32) *request {
	r.data = binary.NativeEndian.AppendUint32(r.data, v)
	return r
}

// string appends a string: its length including a terminating NUL, its bytes, and
// zeros up to a whole word.
func (r *request) string(s string) *request {
	r.uint(uint32(len(s) + 1))
	r.data = append(r.data, s...)
	r.data = append(r.data, make([]byte, 4-len(s)%4)...)
	return r
}

// fd appends a file descriptor, which the caller must close.
func (r *request) fd(fd int) *request {
	r.fds = append(r.fds, fd)
	return r
}

// bytes returns the message with its size filled in.
func (r *request) bytes() []byte {
	opcode := binary.NativeEndian.Uint32(r.data[4:])
	binary.NativeEndian.PutUint32(r.data[4:], uint32(len(r.data))<<16|opcode&0xffff)
	return r.data
}

// args are the arguments of an event, read in turn. If a message is too short, they
// are zero and bad is set.
type args struct {
	data []byte
	bad  bool
}

func (a *args) uint() uint32 {
	if len(a.data) < 4 {
		a.bad = true
		return 0
	}
	v := binary.NativeEndian.Uint32(a.data)
	a.data = a.data[4:]
	return v
}

// array reads a length in bytes, that many bytes, and their padding.
func (a *args) array() []byte {
	n := int64(a.uint())
	padded := (n + 3) &^ 3
	if padded > int64(len(a.data)) {
		a.bad = true
		return nil
	}
	b := a.data[:n]
	a.data = a.data[padded:]
	return b
}

func (a *args) string() string {
	b := a.array()
	if len(b) == 0 { // a null string
		return ""
	}
	return string(b[:len(b)-1])
}

// conn is the socket to the compositor. One goroutine may read while another
// writes.
type conn struct {
	sock *net.UnixConn
	in   []byte // received, not yet taken
	fds  []int  // received, not yet taken
}

// write sends requests in one piece, within the given time.
func (c *conn) write(limit time.Duration, requests ...*request) error {
	var data []byte
	var fds []int
	for _, r := range requests {
		data = append(data, r.bytes()...)
		fds = append(fds, r.fds...)
	}
	if err := c.sock.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	n, _, err := c.sock.WriteMsgUnix(data, rightsOf(fds), nil)
	if err == nil && n < len(data) {
		_, err = c.sock.Write(data[n:])
	}
	return err
}

// read returns the next event: its object, opcode and arguments. The arguments
// are valid until the next call.
func (c *conn) read() (object uint32, opcode uint16, a *args, err error) {
	for len(c.in) < headerSize {
		if err := c.receive(); err != nil {
			return 0, 0, nil, err
		}
	}
	object = binary.NativeEndian.Uint32(c.in)
	word := binary.NativeEndian.Uint32(c.in[4:])
	size := int(word >> 16)
	if size < headerSize || size%4 != 0 {
		return 0, 0, nil, fmt.Errorf("%w: %d bytes long", errMalformed, size)
	}
	for len(c.in) < size {
		if err := c.receive(); err != nil {
			return 0, 0, nil, err
		}
	}
	a = &args{data: c.in[headerSize:size:size]}
	c.in = c.in[size:]
	return object, uint16(word), a, nil
}

// receive waits for more bytes.
func (c *conn) receive() error {
	buf := make([]byte, 4096)
	oob := make([]byte, rightsSize(maxFDs))
	n, oobn, _, _, err := c.sock.ReadMsgUnix(buf, oob)
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return errors.New("the compositor closed the connection")
	}
	if err != nil {
		return err
	}
	c.in = append(c.in, buf[:n]...)
	fds, err := parseRights(oob[:oobn])
	c.fds = append(c.fds, fds...)
	if err != nil {
		return fmt.Errorf("%w: %w", errMalformed, err)
	}
	return nil
}

// takeFD returns the next received file descriptor, which the caller must close.
func (c *conn) takeFD() (int, error) {
	if len(c.fds) == 0 {
		return -1, fmt.Errorf("%w: the file descriptor is missing", errMalformed)
	}
	fd := c.fds[0]
	c.fds = c.fds[1:]
	return fd, nil
}

// closeFDs closes the received file descriptors that were not taken. No goroutine
// may still be reading.
func (c *conn) closeFDs() {
	for _, fd := range c.fds {
		closeFD(fd)
	}
	c.fds = nil
}
