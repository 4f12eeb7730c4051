package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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

// endNoticed is a body that closes ended at its end.
type endNoticed struct {
	io.ReadCloser
	ended chan struct{}
}

func (b *endNoticed) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		close(b.ended)
	}
	return n, err
}

// TestPipelineEndsBeforeStop: what the client has ended is complete, even if the server
// stops before it has answered.
func TestPipelineEndsBeforeStop(t *testing.T) {
	f := &fake{name: "small", hold: make(chan struct{})}
	s := New(testConfig(t, f))
	ended := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = &endNoticed{r.Body, ended}
		s.ServeHTTP(w, r)
	}))
	defer web.Close()
	var body bytes.Buffer
	if err := event.NewWriter(&body).Write(&event.Utterance{ID: 0, End: 1, PCM: make([]byte, 32000)}); err != nil {
		t.Fatal(err)
	}
	go func() {
		<-ended
		s.Stop()
		close(f.hold)
	}()
	response, err := http.Post(web.URL+"/v1/pipeline", pipelineType, &body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got []string
	in := event.NewReader(bufio.NewReader(response.Body))
	for in.Scan() {
		got = append(got, fmt.Sprintf("%T", in.Record()))
		if end, is := in.Record().(*event.End); is && (end.Incomplete || end.Transcripts != 1) {
			t.Errorf("%+v", end)
		}
	}
	if fmt.Sprint(got) != "[*event.Transcript *event.End]" {
		t.Error(got)
	}
}
