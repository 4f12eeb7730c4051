package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// wav is a recording of a number of samples.
func wav(t testing.TB, samples int) []byte {
	t.Helper()
	pcm := make([]int16, samples)
	for i := range pcm {
		pcm[i] = int16(i % 1000)
	}
	header := "RIFF%sWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data%s"
	size := func(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	return append(fmt.Appendf(nil, header, size(36+2*samples), size(2*samples)), audio.EncodePCM(nil, pcm)...)
}

// upload is a request with a recording and fields, given as name and value in turn.
func upload(t testing.TB, ctx context.Context, url string, recording []byte, fields ...string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if recording != nil {
		part, err := form.CreateFormFile("file", "talk.wav")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(recording)
	}
	form.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

func post(t testing.TB, url string, recording []byte, fields ...string) (int, string) {
	t.Helper()
	response, err := http.DefaultClient.Do(upload(t, t.Context(), url, recording, fields...))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

const (
	transcriptions = "/v1/audio/transcriptions"
	translations   = "/v1/audio/translations"
)

func TestAnswers(t *testing.T) {
	f := &fake{name: "small"}
	_, url := start(t, testConfig(t, f))
	recording := wav(t, 16000)
	text := textOf(16000)
	for _, tt := range []struct {
		path   string
		fields []string
		status int
		want   []string // in the answer
	}{
		{transcriptions, nil, 200, []string{`{"text":"` + text + `","usage":{"type":"duration","seconds":1}}`}},
		{transcriptions, []string{"model", "whisper-1"}, 200, []string{text}},
		{transcriptions, []string{"model", "large", "language", "de", "prompt", "names"}, 200, []string{text}},
		{transcriptions, []string{"response_format", "text"}, 200, []string{text + "\n"}},
		{transcriptions, []string{"response_format", "srt"}, 200, []string{"1\n00:00:00,000 --> 00:00:01,"}},
		{transcriptions, []string{"response_format", "vtt"}, 200, []string{"WEBVTT\n", "00:00:00.000 --> "}},
		{transcriptions, []string{"response_format", "verbose_json", "timestamp_granularities[]", "word"}, 200,
			[]string{`"language": "english"`, `"words": [`, `"task": "transcribe"`, `"segments": [`}},
		{transcriptions, []string{"stream", "true"}, 200,
			[]string{`data: {"type":"transcript.text.delta","delta":"` + text + `"}`, `data: {"type":"transcript.text.done","text":"` + text}},
		{translations, []string{"response_format", "verbose_json"}, 200, []string{`"task": "translate"`}},
		{"/inference", nil, 200, []string{`{"text":" ` + text + `\n"}`}},
		{"/inference", []string{"response_format", "text"}, 200, []string{" " + text + "\n"}},
		{"/inference", []string{"response_format", "verbose_json"}, 200,
			[]string{`"words":[{"word":"words"`, `"language":"english"`, `"detected_language":"english"`}},

		{transcriptions, []string{"model", "huge"}, 404, []string{`"code":"model_not_found"`, `"param":"model"`}},
		{transcriptions, []string{"model", "/etc/passwd"}, 404, []string{`"code":"model_not_found"`}},
		{transcriptions, []string{"language", "klingon"}, 400, []string{`"param":"language"`, `"type":"invalid_request_error"`}},
		{transcriptions, []string{"language", "cy"}, 400, []string{`"param":"language"`}},
		{transcriptions, []string{"temperature", "7"}, 400, []string{`"param":"temperature"`}},
		{transcriptions, []string{"temperature", "NaN"}, 400, []string{`"param":"temperature"`}},
		{transcriptions, []string{"response_format", "lrc"}, 400, []string{`"param":"response_format"`}},
		{transcriptions, []string{"timestamp_granularities[]", "letter"}, 400, []string{`"param":"timestamp_granularities"`}},
		{"/inference", []string{"language", "klingon"}, 400, []string{`{"error":"language`}},
	} {
		status, body := post(t, url+tt.path, recording, tt.fields...)
		if status != tt.status {
			t.Errorf("%s %v: status %d, want %d: %s", tt.path, tt.fields, status, tt.status, body)
		}
		for _, want := range tt.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s %v: no %q in %s", tt.path, tt.fields, want, body)
			}
		}
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left in the temporary folder: %v", left)
	}
}

// TestParameters: what a request asks for reaches the recogniser, and only its own.
func TestParameters(t *testing.T) {
	f := &fake{name: "small"}
	_, url := start(t, testConfig(t, f))
	post(t, url+translations, wav(t, 16000), "language", "de", "prompt", "Ada", "temperature", "0.5")
	post(t, url+transcriptions, wav(t, 16000))
	first, second := f.params[0], f.params[len(f.params)-1]
	if first.Language != "de" || first.Prompt != "Ada" || first.Temperature != 0.5 || !first.Translate {
		t.Errorf("first: %+v", first)
	}
	if second.Prompt != "" || second.Temperature != 0 || second.Translate {
		t.Errorf("second: %+v", second)
	}
}

func TestBadRequests(t *testing.T) {
	c := testConfig(t, &fake{name: "small"})
	c.MaxUpload = 50_000
	_, url := start(t, c)
	for _, tt := range []struct {
		name   string
		status int
		send   func() (int, string)
	}{
		{"no recording", 400, func() (int, string) { return post(t, url+transcriptions, nil, "model", "small") }},
		{"no audio", 400, func() (int, string) { return post(t, url+transcriptions, []byte("hello")) }},
		{"an empty file", 400, func() (int, string) { return post(t, url+transcriptions, []byte{}) }},
		{"too large", 413, func() (int, string) { return post(t, url+transcriptions, wav(t, 60_000)) }},
		{"no form", 400, func() (int, string) {
			return send(t, http.MethodPost, url+transcriptions, "application/json", `{}`)
		}},
		{"half a form", 400, func() (int, string) {
			return send(t, http.MethodPost, url+transcriptions, "multipart/form-data; boundary=x", "--x\r\nContent-Dispo")
		}},
		{"a long field", 400, func() (int, string) {
			return post(t, url+transcriptions, wav(t, 100), "prompt", strings.Repeat("x", maxField+1))
		}},
		{"wrong method", 404, func() (int, string) { return send(t, http.MethodGet, url+transcriptions, "", "") }},
		{"wrong path", 404, func() (int, string) { return send(t, http.MethodGet, url+"/v2", "", "") }},
		{"a private request", 400, func() (int, string) {
			return send(t, http.MethodPost, url+"/v1/decode", "", `{"unknown":1}`+"\n")
		}},
		{"private samples", 400, func() (int, string) { return send(t, http.MethodPost, url+"/v1/decode", "", "{}\nabc") }},
		{"load a path", 404, func() (int, string) {
			return send(t, http.MethodPost, url+"/load", "application/x-www-form-urlencoded", "model=/etc/passwd")
		}},
		{"load nothing", 400, func() (int, string) {
			return send(t, http.MethodPost, url+"/load", "application/x-www-form-urlencoded", "")
		}},
		{"load", 200, func() (int, string) {
			return send(t, http.MethodPost, url+"/load", "application/x-www-form-urlencoded", "model=models/ggml-large.bin")
		}},
	} {
		if status, body := tt.send(); status != tt.status {
			t.Errorf("%s: status %d, want %d: %s", tt.name, status, tt.status, body)
		} else if strings.Contains(body, os.TempDir()) {
			t.Errorf("%s: the answer names a file: %s", tt.name, body)
		}
	}
}

func send(t testing.TB, method, url, kind, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

// TestBusy: a server with enough to do tells others when to come back.
func TestBusy(t *testing.T) {
	f := &fake{name: "small", hold: make(chan struct{})}
	c := testConfig(t, f)
	c.Waiting = 1
	s, url := start(t, c)
	answers := make(chan int, 3)
	for range 3 {
		go func() {
			response, err := http.DefaultClient.Do(upload(t, t.Context(), url+transcriptions, wav(t, 16000)))
			if err != nil {
				answers <- 0
				return
			}
			response.Body.Close()
			answers <- response.StatusCode
		}()
	}
	await.True(t, "three requests", func() bool { return len(s.room) == 3 })
	response, err := http.DefaultClient.Do(upload(t, t.Context(), url+transcriptions, wav(t, 16000)))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", response.Status, response.Header.Get("Retry-After"))
	}
	close(f.hold)
	for range 3 {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
}

// TestClientLeaves: a client that goes away frees the recogniser at once.
func TestClientLeaves(t *testing.T) {
	f := &fake{name: "small", hold: make(chan struct{})}
	defer close(f.hold)
	s, url := start(t, testConfig(t, f))
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		if response, err := http.DefaultClient.Do(upload(t, ctx, url+transcriptions, wav(t, 16000))); err == nil {
			response.Body.Close()
		}
	}()
	await.True(t, "the request", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.params) == 1
	})
	leave()
	<-left
	began := time.Now()
	await.True(t, "the end of the requests", func() bool { return len(s.room) == 0 && !s.models.State().Busy })
	if took := time.Since(began); took > time.Second {
		t.Errorf("its work ended after %v", took)
	}
}

// TestPipeline: transcripts come while the request is still being sent, other lines pass
// through, and the end of the request ends the answer.
func TestPipeline(t *testing.T) {
	_, url := start(t, testConfig(t, &fake{name: "small"}))
	r, w := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/pipeline", r)
	if err != nil {
		t.Fatal(err)
	}
	lines := event.NewWriter(w)
	utterance := func(id, samples int) {
		if err := lines.Write(&event.Utterance{ID: id, End: audio.Seconds(samples), PCM: make([]byte, 2*samples)}); err != nil {
			t.Error(err)
		}
	}
	go utterance(0, 16000)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	in := event.NewReader(bufio.NewReader(response.Body))
	next := func() event.Record {
		if !in.Scan() {
			t.Fatalf("no line: %v", in.Err())
		}
		return in.Record()
	}
	if tr, is := next().(*event.Transcript); !is || tr.ID != 0 || tr.Text != textOf(16000) {
		t.Errorf("first: %+v", tr)
	}
	utterance(1, 32000)
	if err := lines.Write(&event.Speech{ID: 2, Speaking: true, Time: 4}); err != nil {
		t.Error(err)
	}
	fmt.Fprintln(w, "not JSON")
	if tr, is := next().(*event.Transcript); !is || tr.ID != 1 || tr.Text != textOf(32000) {
		t.Errorf("second: %+v", tr)
	}
	if s, is := next().(*event.Speech); !is || s.ID != 2 {
		t.Errorf("third: %+v", s)
	}
	if _, is := next().(*event.Failure); !is {
		t.Error("the malformed line is not reported")
	}
	w.Close()
	if end, is := next().(*event.End); !is || end.Transcripts != 2 || end.Errors != 1 || end.Incomplete {
		t.Errorf("last: %+v", end)
	}
	if in.Scan() || in.Broken() != nil {
		t.Errorf("after the end: %+v", in.Record())
	}
}

func TestHealth(t *testing.T) {
	s, url := start(t, testConfig(t, &fake{name: "small"}))
	health := func() (h Health, code int) {
		response := get(t, url+"/health")
		if err := json.NewDecoder(response.Body).Decode(&h); err != nil {
			t.Fatal(err)
		}
		return h, response.StatusCode
	}
	if h, code := health(); h.Status != StatusIdle || code != 200 {
		t.Errorf("at the start: %+v, %d", h, code)
	}
	post(t, url+transcriptions, wav(t, 16000))
	if h, code := health(); h.Status != StatusReady || code != 200 || len(h.Models) != 1 {
		t.Errorf("after a request: %+v, %d", h, code)
	}
	data, err := io.ReadAll(get(t, url+"/metrics").Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"voiceflow_server_decodings_total 1\n", "voiceflow_server_audio_seconds_total 1\n", "voiceflow_server_queue_depth 0\n",
		`voiceflow_server_model_info{device="fake",model="small"} 1`, "process_resident_memory_bytes ",
		`voiceflow_server_latency_seconds_count{interface="openai"} 1`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in the metrics", want)
		}
	}
	for _, secret := range []string{"words", "talk.wav"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the metrics contain %q", secret)
		}
	}
	s.Stop()
	if h, code := health(); h.Status != StatusStopping || code != 503 {
		t.Errorf("at the end: %+v, %d", h, code)
	}
	if status, _ := post(t, url+transcriptions, wav(t, 16000)); status != 503 {
		t.Errorf("a request at the end: status %d", status)
	}
}
