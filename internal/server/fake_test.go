package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// fake stands in for libwhisper: it writes down how long the audio is.
type fake struct {
	name  string
	pause time.Duration // that each decoding takes
	hold  chan struct{} // if not nil, decodings wait until it is closed

	mu     sync.Mutex
	params []whisper.Params
}

func (f *fake) Name() string                              { return f.name }
func (f *fake) Device() string                            { return "fake" }
func (f *fake) OnGPU() bool                               { return false }
func (f *fake) AudioContext() int                         { return 1500 }
func (f *fake) WindowStep() int                           { return 8 }
func (f *fake) NewRecogniser() (engine.Recogniser, error) { return f, nil }
func (f *fake) Close()                                    {}
func (f *fake) open(string) (engine.Model, error)         { return f, nil }
func (f *fake) CheckLanguage(code string) error {
	if code == "xx" || code == "cy" {
		return fmt.Errorf("%w: %s", whisper.ErrLanguage, code)
	}
	return nil
}

// textOf is what the fake writes for a number of samples.
func textOf(samples int) string { return fmt.Sprintf("words %d words", samples) }

func (f *fake) Transcribe(ctx context.Context, samples []float32, p whisper.Params) (*whisper.Result, error) {
	f.mu.Lock()
	f.params = append(f.params, p)
	f.mu.Unlock()
	if f.hold != nil {
		select {
		case <-f.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	select {
	case <-time.After(f.pause):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	length := audio.Seconds(len(samples))
	var words []whisper.Word
	if p.Words {
		words = []whisper.Word{{Text: "words", Start: 0, End: length / 2}, {Text: "words", Start: length / 2, End: length}}
	}
	return &whisper.Result{
		Language: "en", Duration: length, Processing: time.Millisecond,
		Segments: []whisper.Segment{{
			Text: " " + textOf(len(samples)), Start: 0, End: length, Tokens: 20, AvgLogprob: -0.1, CompressionRatio: 1, Words: words,
		}},
	}, nil
}

// testConfig is the configuration of a server with fake models, "small" and "large".
func testConfig(t *testing.T, f *fake) Config {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir()) // for uploads
	return Config{
		Version: "test", Model: "small", Names: func() []string { return []string{"small", "large"} },
		Open: func(name string) (*Model, error) {
			if name != "small" && name != "large" {
				return nil, models.ErrNotInstalled
			}
			e, err := engine.Open(f.open, engine.Config{Recognisers: 2}, zerolog.Nop())
			if err != nil {
				return nil, err
			}
			return &Model{Engine: e, Close: e.Close}, nil
		},
		Decoding: engine.Decoding{Languages: []string{whisper.LanguageAuto}},
		AllAudio: true, Recognisers: 2, ModelsMax: 2, Waiting: 10, MaxUpload: 10 << 20, MaxTime: time.Minute,
		Log: zerolog.Nop(), Measured: zerolog.Nop(),
	}
}

// start serves on loopback until the test ends.
func start(t *testing.T, c Config) (*Server, string) {
	t.Helper()
	s := New(c)
	web := httptest.NewUnstartedServer(s)
	web.Config.ConnContext = s.withConnection
	web.Start()
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(t.Context()); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return s, web.URL
}

func get(t *testing.T, url string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}
