package server

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// duplexBody reads the body of a request whose answer begins with the first byte. It ends
// when the server is about to stop. A deadline for reading would also end that, but it
// cancels the request, and nothing more could be answered.
type duplexBody struct {
	body     io.Reader
	w        http.ResponseWriter
	control  *http.ResponseController
	stopping <-chan struct{}
	begun    bool
	cut      atomic.Bool // it ended before the client's end

	blocks chan []byte   // filled by pump, and closed at the end
	err    error         // why blocks is closed
	unread chan struct{} // closed when nobody reads blocks any more
	rest   []byte
}

func (b *duplexBody) pump() {
	defer close(b.blocks)
	for {
		block := make([]byte, 32<<10)
		n, err := b.body.Read(block)
		if n > 0 {
			select {
			case b.blocks <- block[:n]:
			case <-b.unread:
				b.err = errStopping
				return
			}
		}
		if err != nil {
			b.err = err
			return
		}
	}
}

// leave ends pump. The answer must be complete.
func (b *duplexBody) leave() {
	close(b.unread)
	select {
	case _, open := <-b.blocks:
		if !open {
			return
		}
	default:
	}
	_ = b.control.SetReadDeadline(time.Now())
	for range b.blocks {
	}
}

func (b *duplexBody) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		block, err := b.next()
		if err != nil {
			return 0, err
		}
		b.rest = block
	}
	if !b.begun {
		b.begun = true
		b.w.Header().Set("Content-Type", pipelineType)
		b.w.WriteHeader(http.StatusOK)
		if err := b.control.Flush(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// next waits for the next block, or for the server to stop.
func (b *duplexBody) next() ([]byte, error) {
	select {
	case block, open := <-b.blocks:
		if !open {
			return nil, b.err
		}
		return block, nil
	case <-b.stopping:
	}
	select {
	case _, open := <-b.blocks:
		if !open { // the client had ended before
			return nil, b.err
		}
	default:
	}
	b.cut.Store(true)
	return nil, io.EOF
}

// errStopping is why the answer to a pipeline ends early.
var errStopping = errors.New("the server is stopping")
