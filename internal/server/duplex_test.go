package server

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestBodyEndsBeforeStop: what the client has ended is complete, even if the server is
// told to stop before it has looked. What the client has not ended is cut.
func TestBodyEndsBeforeStop(t *testing.T) {
	for i := range 40 { // select chooses at random
		ended := i%2 == 0
		client, server := io.Pipe()
		stopping := make(chan struct{})
		w := httptest.NewRecorder()
		b := &duplexBody{
			body: client, w: w, control: http.NewResponseController(w), stopping: stopping,
			blocks: make(chan []byte), unread: make(chan struct{}),
		}
		go b.pump()
		go server.Write([]byte("line\n"))
		got := make([]byte, 10)
		if n, err := b.Read(got); err != nil || string(got[:n]) != "line\n" {
			t.Fatalf("%q, %v", got[:n], err)
		}
		if ended {
			server.Close()
			if _, open := <-b.blocks; open {
				t.Fatal("more than was sent")
			}
		}
		close(stopping)
		rest, err := io.ReadAll(b)
		if len(rest) > 0 || err != nil || b.cut.Load() == ended {
			t.Errorf("ended %v: %q, %v, cut %v", ended, rest, err, b.cut.Load())
		}
		client.CloseWithError(errors.New("gone")) // as the deadline of leave does
		b.leave()
	}
}
