package quantise

import (
	"bufio"
	"encoding/binary"
	"io"
)

// copier copies a model piece by piece and stops at the first error.
type copier struct {
	in  *bufio.Reader
	out *bufio.Writer
	err error

	row       []byte
	values    [block]float32
	quantised []byte
}

func (c *copier) read() uint32 {
	var b [4]byte
	if c.err == nil {
		_, c.err = io.ReadFull(c.in, b[:])
	}
	return binary.LittleEndian.Uint32(b[:])
}

func (c *copier) write(n uint32) {
	if c.err == nil {
		c.err = binary.Write(c.out, binary.LittleEndian, n)
	}
}

// number copies a 32-bit number and returns it.
func (c *copier) number() uint32 {
	n := c.read()
	c.write(n)
	return n
}

// bytes copies n bytes.
func (c *copier) bytes(n int64) {
	if c.err == nil {
		_, c.err = io.CopyN(c.out, c.in, n)
	}
}
