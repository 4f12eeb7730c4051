package server

import (
	"bufio"
	"io"
	"net/http"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/event"
)

// TestPipelineStopped: a server that stops before the client has ended says so in the last
// line, whatever the client sends.
func TestPipelineStopped(t *testing.T) {
	inputs := map[string]func(io.Writer) error{
		"lines": func(w io.Writer) error {
			lines := event.NewStream(w) // promises an end
			return lines.Write(&event.Utterance{ID: 1, End: 1, PCM: make([]byte, 32000)})
		},
		"PCM": func(w io.Writer) error {
			_, err := w.Write(make([]byte, 64000))
			return err
		},
		"WAV": func(w io.Writer) error {
			_, err := w.Write(wav(t, 32000)[:40000])
			return err
		},
		"nothing": func(io.Writer) error { return nil },
	}
	for name, send := range inputs {
		t.Run(name, func(t *testing.T) {
			s, url := start(t, testConfig(t, &fake{name: "small"}))
			r, w := io.Pipe()
			defer w.Close()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/pipeline", r)
			if err != nil {
				t.Fatal(err)
			}
			sent := make(chan error, 1)
			go func() {
				sent <- send(w)
				await.True(t, "the pipeline", func() bool { return len(s.pipes) == 1 })
				s.Stop()
			}()
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if err := <-sent; err != nil {
				t.Error(err)
			}
			if kind := response.Header.Get("Content-Type"); kind != pipelineType {
				t.Errorf("type %q", kind)
			}
			var last event.Record
			in := event.NewReader(bufio.NewReader(response.Body))
			for in.Scan() {
				last = in.Record()
			}
			if end, is := last.(*event.End); !is || !end.Incomplete || end.Reason != "the server is stopping" {
				t.Errorf("last line: %+v, %v", last, in.Err())
			}
		})
	}
}
