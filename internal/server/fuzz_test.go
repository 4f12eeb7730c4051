package server

import (
	"math"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/server/wire"
)

// patientRecorder is a recorder whose deadlines can be set, as those of a connection.
type patientRecorder struct{ *httptest.ResponseRecorder }

func (patientRecorder) SetReadDeadline(time.Time) error { return nil }

// FuzzForm: whatever body and content type a client sends, its form is refused with a
// message or gives settings that the engine may rely on, and no upload is left over.
func FuzzForm(f *testing.F) {
	const kind = "multipart/form-data; boundary=b"
	field := func(name, value string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	file := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a\x00.wav\"\r\n\r\nRIFF\r\n"
	f.Add(kind, field("language", "de")+field("temperature", "0.2")+file+"--b--\r\n")
	f.Add(kind, file+field("temperature", "NaN")+"--b--")
	f.Add(kind, file+field("timestamp_granularities[]", "word")+field("response_format", "srt")+"--b--\r\n")
	f.Add(kind, file+file+"--b--\r\n")
	f.Add(kind, strings.Repeat(field("x", ""), maxFields+1)+"--b--\r\n")
	f.Add("multipart/mixed; boundary=\"\"", "----\r\n")
	f.Add("text/plain", "")
	folder := f.TempDir()
	f.Setenv("TMPDIR", folder)
	s := New(Config{
		Model: "small", Names: func() []string { return []string{"small"} },
		MaxUpload: 1 << 16, ModelsMax: 1, Recognisers: 1, MaxTime: time.Minute,
	})
	f.Fuzz(func(t *testing.T, contentType, body string) {
		r := httptest.NewRequest("POST", "/v1/audio/transcriptions", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		form, err := s.readForm(patientRecorder{httptest.NewRecorder()}, r)
		if err == nil {
			checkOrder(t, s, form)
			form.close()
		} else if err.Error() == "" {
			t.Error("an error without a message")
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) > 0 {
			t.Errorf("left over: %q", left)
			for _, path := range left {
				_ = os.Remove(path)
			}
		}
	})
}

func checkOrder(t *testing.T, s *Server, f *form) {
	t.Helper()
	if f.rec.size > s.config().MaxUpload {
		t.Errorf("a recording of %d bytes", f.rec.size)
	}
	o, _, err := s.openAIOrder(f, false)
	if err != nil {
		return
	}
	d := o.decoding
	temperature := float64(d.Params.Temperature)
	if math.IsNaN(temperature) || temperature < 0 || temperature > 1 ||
		d.TemperatureInc != 0 && !(d.TemperatureInc >= wire.MinTemperatureInc && d.TemperatureInc <= 1) {
		t.Errorf("temperature %v, increment %v", temperature, d.TemperatureInc)
	}
	if len(d.Params.Prompt) > maxField {
		t.Errorf("a prompt of %d bytes", len(d.Params.Prompt))
	}
}

// FuzzGuard: a page of another site never passes as this server's own, whatever it makes
// the browser send as Host and Origin.
func FuzzGuard(f *testing.F) {
	f.Add("localhost:8080", "http://localhost:8080")
	f.Add("evil.example", "http://evil.example")
	f.Add("127.0.0.1.evil.example", "http://127.0.0.1.evil.example")
	f.Add("[::1]:80", "http://[::1]:80")
	f.Add("localhost.", "null")
	f.Fuzz(func(t *testing.T, host, origin string) {
		r := httptest.NewRequest("POST", "/inference", nil)
		r.Host = host
		r.Header.Set("Origin", origin)
		g := Guard{Hosts: []string{"voice.example"}}
		if origin == "" || !g.isOwnPage(r) {
			return
		}
		u, err := url.Parse(origin)
		if err != nil {
			t.Fatalf("%q passed as the origin", origin)
		}
		name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
		loopback := name == "localhost" || strings.HasPrefix(name, "127.") || name == "::1" || strings.HasPrefix(name, "::ffff:")
		if !loopback && name != "voice.example" && !strings.Contains(name, ":") {
			t.Errorf("a page of %q passed with the host %q", origin, host)
		}
	})
}
