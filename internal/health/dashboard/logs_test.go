package dashboard

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/metrics"
)

// utterance returns a line of vf-transcribe's log.
func utterance(id int, at time.Time, processing float64) string {
	const audio = 3.2
	return fmt.Sprintf(`{"level":"info","tool":"vf-transcribe","pid":4711,"event":"utterance","id":%d,"file":"",`+
		`"audio_seconds":%g,"processing_seconds":%g,"speed_factor":%g,"model":"base.en","device":"CPU","degraded":[],`+
		`"retries":%d,"refreshes":%d,"queue":%d,"memory_mb":%g,"growth_mb":3.5,"cpu_percent":%g,"latency_seconds":%g,`+
		`"time":%q,"message":"transcribed"}`+"\n", id, audio, processing, audio/processing, id%50/49, id/10, id%3,
		220+10*math.Sin(float64(id)/500), 20+float64(id%20), processing+0.3, at.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// line returns another line of a log; fields are JSON, such as `"event":"started"`.
func line(at time.Time, level, tool, fields string) string {
	return fmt.Sprintf(`{"level":%q,"tool":%q,"pid":4711,%s,"time":%q}`+"\n", level, tool, fields, at.UTC().Format(time.RFC3339Nano))
}

// writeDay writes logs of n utterances over a period that ends now, rotated as the
// programs do, and returns their folder.
func writeDay(t testing.TB, n int, span time.Duration) string {
	t.Helper()
	folder := t.TempDir()
	now := time.Now()
	var text strings.Builder
	flush := func(name string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		text.Reset()
	}
	text.WriteString(line(now.Add(-span), "info", "vf-transcribe", `"event":"started","message":"started"`))
	text.WriteString(line(now.Add(-span), "info", "vf-record", `"event":"stopped","exit_code":4,"message":"stopped"`))
	for i := range n {
		at := now.Add(-span + span*time.Duration(i+1)/time.Duration(n))
		text.WriteString(utterance(i, at, 0.4+0.2*math.Sin(float64(i)/float64(n)*12)+0.02*float64(i%7)))
		if i%500 == 499 {
			text.WriteString(line(at, "error", "vf-transcribe", `"event":"failure","id":7,"file":"","message":"the recogniser gave no answer"`))
		}
		if text.Len() > 10<<20 {
			flush("vf-transcribe-" + at.UTC().Format("2006-01-02T15-04-05.000") + ".log")
		}
	}
	flush("vf-transcribe.log")
	return folder
}

func appendLog(t *testing.T, folder, text string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(folder, "vf-transcribe.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// serve runs a server until the test ends, and returns its address.
func serve(t *testing.T, o Options) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.Since.IsZero() {
		o.Since = time.Now().Add(-8 * 24 * time.Hour)
	}
	if o.Limits == (metrics.Limits{}) {
		o.Limits = metrics.DefaultLimits()
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	server := New(o)
	go func() { ended <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the server did not end")
		}
	})
	return "http://" + l.Addr().String()
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}
