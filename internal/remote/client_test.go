package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"voiceflow/internal/server/wire"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/whisper"
)

// answer answers requests about the engine, and decodings with the given function.
func answer(t *testing.T, decode http.HandlerFunc) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wire.EnginePath, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("model") == "missing" {
			fail(w, http.StatusNotFound, wire.KindModel)
			return
		}
		_ = json.NewEncoder(w).Encode(wire.Engine{Model: "small", Device: "fake", WindowStep: 8})
	})
	mux.HandleFunc("POST "+wire.DecodePath, decode)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func fail(w http.ResponseWriter, status int, kind wire.Kind) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(wire.Failure{Kind: kind, Message: "refused"})
}

func dial(t *testing.T, s *httptest.Server, model string) (*Client, error) {
	t.Helper()
	c, err := Dial(t.Context(), Options{Address: strings.TrimPrefix(s.URL, "http://"), Model: model, Token: "secret"})
	if err == nil {
		t.Cleanup(c.Close)
	}
	return c, err
}

func TestDecode(t *testing.T) {
	busy := 2
	s := answer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" || r.Header.Get(wire.ClientHeader) == "" {
			t.Errorf("header %v", r.Header)
		}
		if busy--; busy >= 0 {
			w.Header().Set("Retry-After", "1")
			fail(w, http.StatusServiceUnavailable, wire.KindBusy)
			return
		}
		request, samples, err := wire.ReadRequest(r.Body)
		if err != nil || len(samples) != 100 || request.Before["en"] != 3 {
			t.Errorf("%+v, %d samples, %v", request, len(samples), err)
		}
		_ = json.NewEncoder(w).Encode(engine.Result{
			Result: &whisper.Result{Language: "en", Segments: []whisper.Segment{{Text: " words", Tokens: 3}}}, Model: "small",
			Degraded: []string{"gpu -> cpu"},
		})
	})
	c, err := dial(t, s, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Decode(t.Context(), engine.Sound{Samples: make([]float32, 100)}, engine.Spoken{"en": 3})
	if err != nil || r.Text() != "words" || r.Model != "small" || r.Segments[0].Tokens != 3 || len(r.Degraded) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if about := c.Describe(); about.Model != "small" || about.Device != "fake" || about.Language != "en" {
		t.Errorf("%+v", about)
	}
}

// TestFailures: what ends the work, and what makes it worthwhile to decode elsewhere.
func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		name   string
		decode http.HandlerFunc
		gone   bool
		kind   wire.Kind
	}{
		{"stopping", func(w http.ResponseWriter, _ *http.Request) { fail(w, 503, wire.KindStopping) }, true, wire.KindStopping},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, true, ""},
		{"decoding failed", func(w http.ResponseWriter, _ *http.Request) { fail(w, 500, wire.KindRecogniser) }, false, wire.KindRecogniser},
		{"another program", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", 404) }, false, wire.KindRequest},
	} {
		c, err := dial(t, answer(t, tt.decode), "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Decode(t.Context(), engine.Sound{Samples: make([]float32, 1)}, nil)
		var failure *wire.Failure
		kind := wire.Kind("")
		if errors.As(err, &failure) {
			kind = failure.Kind
		}
		if errors.Is(err, ErrGone) != tt.gone || kind != tt.kind {
			t.Errorf("%s: %v, kind %q", tt.name, err, kind)
		}
	}
	s := answer(t, http.NotFound)
	var failure *wire.Failure
	if _, err := dial(t, s, "missing"); !errors.As(err, &failure) || failure.Kind != wire.KindModel {
		t.Errorf("a missing model: %v", err)
	}
	s.Close()
	if _, err := dial(t, s, ""); !errors.Is(err, ErrGone) {
		t.Errorf("no server: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := answer(t, func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.Header().Set("Retry-After", "1000")
		fail(w, http.StatusServiceUnavailable, wire.KindBusy)
	})
	c, err := dial(t, s, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Decode(ctx, engine.Sound{Samples: make([]float32, 1)}, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
