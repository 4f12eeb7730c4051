package dashboard

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	address := serve(t, Options{Logs: writeDay(t, 10, time.Hour)})
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, host, site string
		status                   int
	}{
		{"GET", "/", "", "", 200},
		{"HEAD", "/", "", "", 200},
		{"HEAD", "/events", "", "", 200},
		{"GET", "/page.js", "", "same-origin", 200},
		{"GET", "/data?range=1h", "localhost:8179", "none", 200},
		{"GET", "/data", "[::1]:8179", "", 200},
		{"GET", "/data", "192.0.2.1", "", 200},
		{"GET", "/data", strings.ToUpper(own), "", 200},
		{"POST", "/data", "", "", 405},
		{"PUT", "/", "", "", 405},
		{"OPTIONS", "/data", "", "", 405},
		{"GET", "/server.go", "", "", 404},
		{"GET", "/page/", "", "", 404},
		{"GET", "/../server.go", "", "", 307}, // to /server.go,
		{"GET", "/data", "evil.example", "", 421},
		{"GET", "/events", "evil.example:8179", "", 421},
		{"GET", "/", "localhost.evil.example", "", 421},
		{"GET", "/", "127.0.0.1.evil.example", "", 421},
		{"GET", "/data", "", "cross-site", 403},
		{"GET", "/events", "", "same-site", 403},
	} {
		req, err := http.NewRequest(c.method, address+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if req.Host = c.host; c.host == "" {
			req.Host = strings.TrimPrefix(address, "http://")
		}
		if c.site != "" {
			req.Header.Set("Sec-Fetch-Site", c.site)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s %s of %q from %q: %s, want %d", c.method, c.path, c.host, c.site, resp.Status, c.status)
		}
		if got := resp.Header.Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s %s: policy %q", c.method, c.path, got)
		}
		for name := range resp.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s: %s", c.method, c.path, name)
			}
		}
	}
}

// awaitDone waits until the logs have been read, and returns the data of a range.
func awaitDone(t *testing.T, address, name string) *payload {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, body := get(t, address+"/data?range="+name)
		var p payload
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		if p.Done {
			return &p
		}
		if time.Now().After(deadline) {
			t.Fatalf("never done: %s", body)
		}
	}
}

func TestData(t *testing.T) {
	folder := writeDay(t, 1000, 40*time.Hour)
	now := time.Now()
	appendLog(t, folder, line(now, "info", "vf-health", `"event":"started","message":"started"`))
	appendLog(t, folder, line(now, "error", "vf-transcribe", `"event":"failure","id":3,"file":"/home/you/secret folder/talk.wav","message":"broken\u001b[2J"`))
	appendLog(t, folder, "no line of a log\n")
	address := serve(t, Options{Logs: folder, Alive: func(program string, pid int) bool { return program == "vf-transcribe" }})
	for name, points := range map[string][2]int{"1h": {20, 61}, "6h": {70, 73}, "24h": {95, 97}, "7d": {20, 22}, "nonsense": {95, 97}} {
		p := awaitDone(t, address, name)
		if n := len(p.Chart.Time); n < points[0] || n > points[1] {
			t.Errorf("%s: %d points", name, n)
		}
		for _, at := range p.Chart.Time {
			if at < p.From || at > p.Time {
				t.Errorf("%s: a point at %d, outside %d to %d", name, at, p.From, p.Time)
			}
		}
	}
	p := awaitDone(t, address, "7d")
	if p.Total.Utterances != 1000 || p.Total.Failures != 3 || p.Broken != 1 {
		t.Errorf("%d utterances, %d failures, %d broken lines", p.Total.Utterances, p.Total.Failures, p.Broken)
	}
	if p.Before == nil || p.Day.Utterances+p.Before.Utterances != 1000 || p.Before.Utterances < 380 || p.Before.Utterances > 420 {
		t.Errorf("the day %+v, the day before %+v", p.Day, p.Before)
	}
	if len(p.Processes) != 2 || p.Processes[0].Program != "vf-transcribe" || p.Processes[0].Gone || !p.Processes[1].Stopped {
		t.Errorf("processes %+v", p.Processes)
	}
	if r := p.Recent[0]; r.Name != "talk.wav" || !r.Failed {
		t.Errorf("the last item: %+v", r)
	}
	if m := p.Problems[0].Message; m != "broken [2J" {
		t.Errorf("message %q", m)
	}
}

func TestStream(t *testing.T) {
	folder := writeDay(t, 10, time.Hour)
	address := serve(t, Options{Logs: folder})
	resp, err := http.Get(address + "/events?range=1h")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("type %q", got)
	}
	events := bufio.NewReader(resp.Body)
	appended := false
	for {
		event, err := events.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		data, ok := strings.CutPrefix(event, "data: ")
		if !ok {
			continue
		}
		var p payload
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			t.Fatal(err)
		}
		if p.Done && !appended {
			appended = true
			appendLog(t, folder, utterance(777, time.Now(), 0.3))
		}
		if len(p.Recent) > 0 && p.Recent[0].Name == "utterance 777" {
			return
		}
	}
}

func TestStreamsAreBounded(t *testing.T) {
	address := serve(t, Options{Logs: t.TempDir()})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	status := func() int {
		req, err := http.NewRequestWithContext(ctx, "GET", address+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp.StatusCode
	}
	for range maxClients {
		if got := status(); got != 200 {
			t.Fatalf("status %d", got)
		}
	}
	if got := status(); got != 503 {
		t.Errorf("one more: status %d", got)
	}
}

// pipes is a listener whose connections have no buffer: a write blocks until the
// other side reads.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A page that does not read its data is dropped, and the server can still end.
func TestSlowPageIsDropped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	listener, ended := make(pipes), make(chan error, 1)
	s := New(Options{Logs: t.TempDir(), Since: time.Now()})
	go func() { ended <- s.Serve(ctx, listener) }()
	ours, theirs := net.Pipe()
	defer ours.Close()
	listener <- theirs
	if _, err := io.WriteString(ours, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); len(s.clients) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the page was not connected")
		}
	}
	for deadline := time.Now().Add(slowTime + 20*time.Second); len(s.clients) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the page was not dropped")
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestChecks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checks.jsonl")
	if got := (checks{path: path}).read(); len(got.last) != 0 {
		t.Errorf("checks without a file: %+v", got.last)
	}
	text := `{"time":"2026-11-24T03:00:00Z","status":"OK","summary":"fine","cases":[{"a":1}]}
{"time":"2026-11-24T04:00:00Z","status":2,"summary":"bad\u001b[2J"}
{"time":"2026-11-24T05:00:00Z","status":"strange","summary":{"words":0}}
{"status":"OK"}
nonsense
{"time":"2026-11-24T06:00:00Z","status":"warn`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	found := checks{path: path}.read()
	var got []string
	for _, c := range found.last {
		got = append(got, c.Time.Format("15 ")+c.Status+" "+c.Summary)
	}
	if want := "05 UNKNOWN |04 CRITICAL bad [2J|03 OK fine"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if again := found.read(); again.info != found.info {
		t.Error("read again without a change")
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("ing\"}\n" + `{"time":"2026-11-24T07:00:00Z","status":"WARNING","summary":"slow"}` + "\n"); err != nil {
		t.Fatal(err)
	}
	if now := found.read(); len(now.last) != 5 || now.last[0].Status != "WARNING" {
		t.Errorf("after one more: %+v", now.last)
	}
}

func FuzzParseCheck(f *testing.F) {
	f.Add([]byte(`{"time":"2026-11-24T03:00:00Z","status":"OK","summary":"fine"}`))
	f.Add([]byte(`{"time":"2026-11-24T03:00:00Z","status":[1],"summary":null}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		c, ok := parseCheck(line)
		if ok && (c.Time.IsZero() || !strings.Contains("OK WARNING CRITICAL UNKNOWN", c.Status) || strings.ContainsAny(c.Summary, "\x1b\n\x00")) {
			t.Errorf("%q: %+v", line, c)
		}
	})
}
