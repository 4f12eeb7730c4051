package e2e

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
)

// stopAfter passes requests on to a server, up to the request to decode window number n,
// counted from 1.
type stopAfter struct {
	n       int
	at      func() // called with that request, which is then passed on; nil: it is never answered
	decoded atomic.Int64
	asked   chan struct{} // closed at that request
	url     string
}

func (s *stopAfter) start(t *testing.T, server *transcriptionServer) {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "localhost"})
	proxy.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", server.socket())
	}}
	s.asked = make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/decode") && s.decoded.Add(1) == int64(s.n) {
			close(s.asked)
			if s.at == nil {
				_, _ = io.Copy(io.Discard, r.Body) // until then, the end of the connection goes unnoticed
				<-r.Context().Done()
				return
			}
			s.at()
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	s.url = web.URL
}

// joined writes the recordings one after the other, n times, into one file.
func joined(t *testing.T, to string, n int) {
	t.Helper()
	names, err := filepath.Glob(recording("*"))
	if err != nil || len(names) < 15 {
		t.Fatalf("%d recordings, %v", len(names), err)
	}
	f, err := audio.CreateWAV(to)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			speech := audio.DecodePCM(nil, data[44:])
			if err := f.Write(append(speech, make([]int16, audio.SampleRate/2)...)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// cost matches what differs from run to run.
var cost = regexp.MustCompile(`"(processing_seconds|speed_factor)": ?[0-9.e+-]+`)

// transcriptsIn returns the transcripts in a folder, by name, without their cost.
func transcriptsIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range folderNames(t, folder) {
		all[name] = cost.ReplaceAllString(readFiles(t, []string{filepath.Join(folder, name)}), "")
	}
	return all
}

// sameOutputs compares the transcripts in two folders.
func sameOutputs(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is %.300q, want %.300q", name, got[name], text)
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			t.Errorf("%s is left", name)
		}
	}
}

// tryRun returns what a run of vf-transcribe reports.
func tryRun(t *testing.T, dir string, args ...string) (log string, code int) {
	t.Helper()
	cmd := group(t, "vf-transcribe", args...)
	var errors bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &errors
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	code = await.Exit(t, cmd, await.Patience)
	return errors.String(), code
}

// stopTwice starts vf-transcribe, interrupts it twice once ready has returned, and returns
// what it has said.
func stopTwice(t *testing.T, dir string, args []string, ready func(pid int)) string {
	t.Helper()
	cmd := group(t, "vf-transcribe", args...)
	var log bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready(cmd.Process.Pid)
	interrupt(t, cmd, syscall.SIGINT)
	interrupt(t, cmd, syscall.SIGTERM)
	if code := await.Exit(t, cmd, await.Patience); code != 130 {
		t.Fatalf("exit code %d, want 130: %s", code, log.String())
	}
	return log.String()
}

// TestResumeConnected: wherever a run ends, and however often, the transcripts are those of
// an uninterrupted run, and no window is decoded twice.
func TestResumeConnected(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	joined(t, filepath.Join(dir, "long.wav"), 2)
	server := listen(t, "-j", "1", "-t", "1")
	args := []string{"-j", "1", "--pack", "8s", "-f", "all", "long.wav", "--connect"}
	uninterrupted := &stopAfter{n: -1}
	uninterrupted.start(t, server)
	run(t, dir, "vf-transcribe", append(args, uninterrupted.url, "-o", "whole")...)
	want, windows := transcriptsIn(t, filepath.Join(dir, "whole")), int(uninterrupted.decoded.Load())
	if windows < 8 || len(want) < 8 {
		t.Fatalf("%d windows, %d files", windows, len(want))
	}
	for _, stops := range [][]int{{1}, {2}, {windows / 2}, {windows}, {3, 2, 1, 3}} {
		folder, left := filepath.Join(dir, "out"), windows
		for _, n := range stops {
			proxy := &stopAfter{n: n}
			proxy.start(t, server)
			log := stopTwice(t, dir, append(args, proxy.url, "-o", folder, "--resume"), func(int) { <-proxy.asked })
			left -= n - 1
			kept := filepath.Join(folder, "long.partial")
			if _, err := os.Stat(kept); (err == nil) != (left < windows) {
				t.Errorf("stopped at %v: %s: %v: %s", stops, kept, err, log)
			}
			if n > 1 && !strings.Contains(log, "run it again with --resume") {
				t.Errorf("it does not say how to go on: %s", log)
			}
		}
		proxy := &stopAfter{n: -1}
		proxy.start(t, server)
		run(t, dir, "vf-transcribe", append(args, proxy.url, "-o", folder, "--resume")...)
		if n := int(proxy.decoded.Load()); n != left {
			t.Errorf("stopped at %v: %d windows were decoded in the end, want %d", stops, n, left)
		}
		sameOutputs(t, transcriptsIn(t, folder), want)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
}

// TestResume: the same without a server, with one recogniser and with several.
func TestResume(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	joined(t, filepath.Join(dir, "long.wav"), 2)
	for _, jobs := range []string{"1", "2"} {
		args := []string{"-j", jobs, "-t", "1", "--pack", "8s", "-f", "all", "long.wav", "-o"}
		whole, folder := filepath.Join(dir, "whole"+jobs), filepath.Join(dir, "out"+jobs)
		run(t, dir, "vf-transcribe", append(args, whole)...)
		want, kept := transcriptsIn(t, whole), filepath.Join(folder, "long.partial")
		for used := 300 * time.Millisecond; ; used += 200 * time.Millisecond {
			stopTwice(t, dir, append(args, folder, "--resume"), func(pid int) {
				await.True(t, "the decoder at work", func() bool { return processorTime(t, pid) > used })
			})
			if _, err := os.Stat(kept); err == nil {
				break
			}
		}
		// It goes on, is stopped again where it is, and keeps all of it.
		before := readFiles(t, []string{kept})
		log, code := tryRun(t, dir, append(args, folder, "--resume")...)
		if code != 0 || !strings.Contains(log, "going on from "+kept) {
			t.Errorf("exit code %d: %s", code, log)
		}
		sameOutputs(t, transcriptsIn(t, folder), want)

		// What does not fit is not used, and said.
		for name, change := range map[string]struct {
			args []string
			says string
		}{
			"beams":    {[]string{"--resume", "--beam-size", "2"}, "other settings: beam-size"},
			"prompt":   {[]string{"--resume", "--prompt", "x"}, "other settings: prompt"},
			"pack":     {[]string{"--resume", "--pack", "9s"}, "other settings: pack"},
			"all":      {[]string{"--resume", "--no-vad"}, "no-vad"},
			"no words": {[]string{"--resume", "-f", "txt"}, "other settings: words"},
			"afresh":   {nil, "--resume would go on from " + kept},
		} {
			if jobs != "1" {
				break
			}
			put(t, kept, before)
			changed := slices.Concat(args, []string{folder}, change.args)
			if log, code := tryRun(t, dir, changed...); code != 0 || !strings.Contains(log, change.says) {
				t.Errorf("%s: exit code %d: %s", name, code, log)
			}
			if _, err := os.Stat(kept); err == nil {
				t.Errorf("%s: %s is still there", name, kept)
			}
		}
		put(t, kept, "my own notes")
		if log, code := tryRun(t, dir, append(args, folder, "--resume")...); code != 0 || !strings.Contains(log, "rename it") {
			t.Errorf("exit code %d: %s", code, log)
		}
		if got := readFiles(t, []string{kept}); got != "my own notes" {
			t.Errorf("%s is now %q", kept, got)
		}
		put(t, kept, before)
		now := time.Now()
		if err := os.Chtimes(filepath.Join(dir, "long.wav"), now, now); err != nil {
			t.Fatal(err)
		}
		if log, code := tryRun(t, dir, append(args, folder, "--resume")...); code != 0 ||
			!strings.Contains(log, "the recording has changed since") {
			t.Errorf("exit code %d: %s", code, log)
		}
		sameOutputs(t, transcriptsIn(t, folder), want)
	}
}

// put replaces a file.
func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestResumeAfterFailedWrite: a transcript that cannot be written need not be decoded again.
func TestResumeAfterFailedWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	joined(t, filepath.Join(dir, "long.wav"), 1)
	server := listen(t, "-j", "1", "-t", "1")
	obstacle := filepath.Join(dir, "out/.voiceflow")
	proxy := &stopAfter{n: 1, at: func() {
		if err := os.WriteFile(obstacle, []byte("in the way"), 0o600); err != nil {
			t.Error(err)
		}
	}}
	proxy.start(t, server)
	args := []string{"-j", "1", "--pack", "8s", "-f", "srt", "--connect", proxy.url, "long.wav", "-o"}
	log, code := tryRun(t, dir, append(args, "out")...)
	if code != 5 || !strings.Contains(log, "run it again with --resume") {
		t.Fatalf("exit code %d: %s", code, log)
	}
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	windows := proxy.decoded.Load()
	if log, code = tryRun(t, dir, append(args, "out", "--resume")...); code != 0 || !strings.Contains(log, "going on from") {
		t.Errorf("exit code %d: %s", code, log)
	}
	if again := proxy.decoded.Load() - windows; windows < 3 || again != 0 {
		t.Errorf("%d of %d windows were decoded again", again, windows)
	}
	run(t, dir, "vf-transcribe", append(args, "whole")...)
	sameOutputs(t, transcriptsIn(t, filepath.Join(dir, "out")), transcriptsIn(t, filepath.Join(dir, "whole")))
}
