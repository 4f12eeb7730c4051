package models

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestPullOffline: without a network, Pull does not wait, and the error says what to do
// instead.
func TestPullOffline(t *testing.T) {
	closed := serve(t, hangUp)
	closed.Close()
	for name, url := range map[string]string{
		"refused":    closed.URL,
		"no address": "http://models.invalid",
		"redirected": serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, closed.URL+"/signed?secret=1", http.StatusFound)
		}).URL,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, url, content(1, 1000), true)
			s.Delay = time.Hour
			s.Client = &http.Client{Transport: &http.Transport{DialContext: dial}}
			_, err := s.Pull(t.Context(), "some.en", nil)
			if err == nil {
				t.Fatal("no error")
			}
			host := strings.TrimPrefix(url, "http://")
			if name == "redirected" {
				host = strings.TrimPrefix(closed.URL, "http://")
			}
			for _, want := range []string{host + " cannot be reached", s.Models[0].URL, s.file(), "VOICEFLOW_MODEL_URL"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%q reveals a secret", err)
			}
		})
	}
}

// dial resolves no names, so that no test uses the network.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// TestToken: the token is sent to the configured host and no other.
func TestToken(t *testing.T) {
	data := content(1, 1000)
	other := serve(t, whole(data, v1))
	configured := serve(t,
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/moved", http.StatusFound) },
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	s := newStore(t, configured.URL, data, true)
	s.MirrorToken = "secret"
	if _, err := s.Pull(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range configured.requests() {
		if got := r.Header.Get("Authorization"); got != "Bearer secret" {
			t.Errorf("the configured host received %q", got)
		}
	}
	if len(configured.requests()) != 2 || len(other.requests()) != 1 {
		t.Fatalf("%d and %d requests", len(configured.requests()), len(other.requests()))
	}
	if got, sent := other.requests()[0].Header["Authorization"]; sent {
		t.Errorf("another host received %q", got)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestBearer(t *testing.T) {
	for url, want := range map[string]string{
		"https://models.example/a":     "Bearer secret",
		"http://models.example/a":      "",
		"https://sub.models.example/a": "",
		"https://models.example:444/a": "",
		"https://other.example/a":      "",
	} {
		b := bearer{token: "secret", host: "models.example", next: roundTrip(func(r *http.Request) (*http.Response, error) {
			if got := r.Header.Get("Authorization"); got != want {
				t.Errorf("%s received %q, want %q", url, got, want)
			}
			return httptest.NewRecorder().Result(), nil
		})}
		resp, err := b.RoundTrip(httptest.NewRequest(http.MethodGet, url, http.NoBody))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}

// TestTokenRemedies: the error says what is wrong with the token without revealing it.
func TestTokenRemedies(t *testing.T) {
	srv := serve(t, answer(http.StatusForbidden, nil))
	for _, tt := range []struct{ hf, token, url, want string }{
		{"", "", srv.URL, "set it in VOICEFLOW_MODEL_TOKEN"},
		{"secret", "", srv.URL, "HF_TOKEN is sent only to https://huggingface.co"},
		{"", "secret", srv.URL, "does not accept the token in VOICEFLOW_MODEL_TOKEN"},
		{"", "secret", "http://models.example", "VOICEFLOW_MODEL_TOKEN is not sent over plain http"},
	} {
		s := newStore(t, tt.url, content(1, 1000), true)
		s.Token, s.MirrorToken = tt.hf, tt.token
		s.Client = &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dial(ctx, network, srv.Listener.Addr().String())
			},
		}}
		_, err := s.Pull(t.Context(), name, nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", tt.url, err)
		}
	}
}

// TestDowngrade: no redirect leads from https to a connection that anybody on the network can
// tamper with.
func TestDowngrade(t *testing.T) {
	plain := serve(t, whole(content(1, 1000), v1))
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	s := newStore(t, secure.URL, content(1, 1000), false)
	s.Client, s.Delay = secure.Client(), time.Hour
	_, err := s.Pull(t.Context(), name, nil)
	if err == nil || !strings.Contains(err.Error(), "plain http") || len(plain.requests()) != 0 {
		t.Errorf("%v, %d requests", err, len(plain.requests()))
	}
	s.Client = nil
	if _, err := s.Pull(t.Context(), name, nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an untrusted certificate: %v", err)
	}
}

func TestAddress(t *testing.T) {
	s := newStore(t, "", nil, false)
	for base, want := range map[string]string{
		"":                             s.Models[0].URL,
		"https://mirror.example":       "https://mirror.example/ggml-some.en.bin",
		"https://mirror.example/a/b/":  "https://mirror.example/a/b/ggml-some.en.bin",
		"http://127.0.0.1:8080/models": "http://127.0.0.1:8080/models/ggml-some.en.bin",
		"mirror.example":               "error",
		"ftp://mirror.example":         "error",
		"https://":                     "error",
		"://":                          "error",
	} {
		s.BaseURL = base
		got, err := s.address(s.Models[0])
		if err != nil && want == "error" && strings.Contains(err.Error(), "VOICEFLOW_MODEL_URL") {
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", base, got, err)
		}
	}
}

func TestContentRange(t *testing.T) {
	for header, want := range map[string]span{
		"bytes 5-9/10": {5, 9, 10}, "bytes 5-9/*": {5, 9, 0}, "bytes */10": {0, 0, 10}, "bytes 0-0/1": {0, 0, 1},
		"": {}, "bytes": {}, "bytes 5": {}, "bytes 5-9": {}, "lines 5-9/10": {}, "bytes 5-9/-1": {}, "bytes x-9/10": {0, 0, 10},
		"bytes 5-4/10": {0, 0, 10}, "bytes 5-10/10": {0, 0, 10}, "bytes -5-9/10": {0, 0, 10}, "bytes 5-/10": {0, 0, 10},
		"bytes 5-9/99999999999999999999": {}, "bytes 5-9/0": {}, "bytes 5-9/+10": {}, "bytes  5-9/10": {0, 0, 10},
	} {
		got, ok := contentRange(&http.Response{Header: http.Header{"Content-Range": {header}}})
		if got != want || ok != (want.last > 0 || header == "bytes 0-0/1") {
			t.Errorf("%q: %+v, %v", header, got, ok)
		}
	}
}
