package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"testing"

	"voiceflow/pkg/event"
)

// FuzzRequest: whatever comes through the recorder's socket, at most one press reaches
// the recorder, one that exists, and the answer is lines of JSON.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"press":"toggle","when":{"at":1,"pid":2}}`))
	f.Add([]byte(`{"press":"lunch"}{"press":"stop"}`))
	f.Add([]byte(`{"follow":true}`))
	f.Add([]byte("{\"when\":{\"at\":1e400}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		here, there := net.Pipe()
		c := &control{
			commands: make(chan command, 2), done: make(chan struct{}), followers: map[chan event.Recorder]bool{},
		}
		close(c.done) // so that nobody waits for an answer
		go func() {
			_, _ = there.Write(append(data, '\n'))
		}()
		answers := make(chan []byte)
		go func() {
			answer, _ := io.ReadAll(there)
			answers <- answer
		}()
		go func() {
			defer here.Close()
			c.serve(here)
		}()
		for line := range bytes.Lines(<-answers) {
			if !json.Valid(line) {
				t.Errorf("%q answers %q", data, line)
			}
		}
		there.Close()
		if n := len(c.commands); n > 1 {
			t.Errorf("%d presses from %q", n, data)
		}
		if len(c.followers) != 0 {
			t.Errorf("a follower is left of %q", data)
		}
	})
}
