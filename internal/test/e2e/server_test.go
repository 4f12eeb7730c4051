package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/proc"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/event"
)

// transcriptionServer is a vf-transcribe --listen on a socket.
type transcriptionServer struct {
	t       *testing.T
	runtime string // folder, as XDG_RUNTIME_DIR
	args    []string
	env     []string
	cmd     *exec.Cmd
	log     *bytes.Buffer // once it has ended
}

// listen starts a server, which ends with the test.
func listen(t *testing.T, args ...string) *transcriptionServer {
	t.Helper()
	s := &transcriptionServer{t: t, runtime: t.TempDir(), args: args}
	s.env = append(os.Environ(), "XDG_RUNTIME_DIR="+s.runtime)
	s.start()
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.kill()
		}
		if t.Failed() {
			t.Logf("the server: %s", s.log)
		}
	})
	return s
}

func (s *transcriptionServer) socket() string {
	return filepath.Join(s.runtime, "voiceflow/transcribe.sock")
}

func (s *transcriptionServer) start() {
	s.t.Helper()
	s.cmd, s.log = exec.Command(filepath.Join(bin, "vf-transcribe"), append([]string{"--listen"}, s.args...)...), &bytes.Buffer{}
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.env, s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	await.Nil(s.t, func() error {
		_, err := s.health()
		return err
	})
}

func (s *transcriptionServer) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// client sends requests to the socket.
func (s *transcriptionServer) client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", s.socket())
		},
	}}
}

func (s *transcriptionServer) health() (status string, err error) {
	response, err := s.client().Get("http://localhost/health")
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var health struct{ Status string }
	err = json.NewDecoder(response.Body).Decode(&health)
	return health.Status, err
}

// upload has a recording transcribed and returns the status and the answer.
func (s *transcriptionServer) upload(path, host string) (int, string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, "", err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "talk.wav")
	if err != nil {
		return 0, "", err
	}
	if _, err := part.Write(data); err != nil {
		return 0, "", err
	}
	form.Close()
	response, err := s.client().Post("http://"+host+"/v1/audio/transcriptions", form.FormDataContentType(), &body)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

// transcribe runs vf-transcribe as a client or not, with standard input if it is not nil.
func (s *transcriptionServer) transcribe(stdin io.Reader, args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(bin, "vf-transcribe"), args...)
	var out, log strings.Builder
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.env, stdin, &out, &log
	code = exitCode(s.t, cmd.Run())
	return out.String(), log.String(), code
}

// utterances is what vf-vad would write for a number of short utterances: the sentences, one
// after the other.
func utterances(t *testing.T, n int) []byte {
	t.Helper()
	paths := sentences(t)
	var b bytes.Buffer
	lines := event.NewWriter(&b)
	for i := range n {
		samples, err := input.ReadFile(paths[i%len(paths)])
		if err != nil {
			t.Fatal(err)
		}
		pcm := audio.EncodePCM(nil, samples)
		if err := lines.Write(&event.Utterance{ID: i, End: audio.Seconds(len(samples)), PCM: pcm}); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func sentences(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(recording("sentence-*"))
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	return paths
}

// TestServerIsDropIn: with --connect, output, exit codes and messages are the same as when
// decoding here.
func TestServerIsDropIn(t *testing.T) {
	t.Parallel()
	s := listen(t)
	recordings := []string{recording("sentence-01"), recording("sentence-02"), timingPatterns(t)[0]}
	here, _, code := s.transcribe(nil, recordings...)
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	there, log, code := s.transcribe(nil, append([]string{"--connect"}, recordings...)...)
	if a, b := withoutCost(t, here), withoutCost(t, there); code != 0 || !slices.Equal(a, b) {
		t.Errorf("exit code %d: %s\nhere:  %s\nthere: %s", code, log, a, b)
	}
	pcm := utterances(t, 3)
	here, _, _ = s.transcribe(bytes.NewReader(pcm))
	there, log, code = s.transcribe(bytes.NewReader(pcm), "--connect", "unix:"+s.socket())
	if a, b := withoutCost(t, here), withoutCost(t, there); code != 0 || !slices.Equal(a, b) {
		t.Errorf("utterances: exit code %d: %s\nhere:  %s\nthere: %s", code, log, a, b)
	}
	for _, args := range [][]string{
		{"-f", "srt", recordings[0]}, {"-f", "text", recordings[0], recordings[1]}, {"missing.wav"}, {"-l", "de", recordings[0]},
	} {
		here, _, codeHere := s.transcribe(nil, args...)
		there, log, codeThere := s.transcribe(nil, append([]string{"--connect"}, args...)...)
		if codeHere != codeThere || codeHere == 0 && here != there {
			t.Errorf("%v: exit codes %d and %d: %s\nhere:  %s\nthere: %s", args, codeHere, codeThere, log, here, there)
		}
	}
	if out, _, code := s.transcribe(strings.NewReader(""), "--connect"); code != 0 || out != "" {
		t.Errorf("without input: exit code %d, %s", code, out)
	}
}

// TestServerMissing: auto decodes here, an address does not.
func TestServerMissing(t *testing.T) {
	t.Parallel()
	s := &transcriptionServer{t: t, runtime: t.TempDir()}
	s.env = append(os.Environ(), "XDG_RUNTIME_DIR="+s.runtime)
	if out, log, code := s.transcribe(nil, "--connect", "-f", "text", recording("sentence-06")); code != 0 || out == "" {
		t.Errorf("auto: exit code %d, %s%s", code, out, log)
	}
	_, log, code := s.transcribe(nil, "--connect", "unix:"+s.socket(), recording("sentence-06"))
	if code != 10 || !strings.Contains(log, "no server answers at unix:"+s.socket()) {
		t.Errorf("an address: exit code %d, %s", code, log)
	}
	for _, args := range [][]string{
		{"--listen", "0.0.0.0:0"}, {"--listen", "nonsense"}, {"--listen", "--connect"}, {"--listen", "--tls-cert", "x"},
		{"--listen", "talk.wav"},
	} {
		if _, log, code := s.transcribe(nil, args...); code != 2 || log == "" {
			t.Errorf("%v: exit code %d, %s", args, code, log)
		}
	}
}

// TestServerDies: when the server is killed in the middle of 100 utterances, every one has
// its text once, whether the server comes back or not.
func TestServerDies(t *testing.T) {
	for _, back := range []bool{false, true} {
		t.Run(fmt.Sprintf("comes back %v", back), func(t *testing.T) {
			t.Parallel()
			s := listen(t)
			cmd := exec.Command(filepath.Join(bin, "vf-transcribe"), "--connect", "auto")
			cmd.Env, cmd.Stdin = s.env, bytes.NewReader(utterances(t, 100))
			var log bytes.Buffer
			cmd.Stderr = &log
			out := output(t, cmd)
			lines, seen := event.NewReader(out), map[int]string{}
			for lines.Scan() {
				if end, is := lines.Record().(*event.End); is && end.Transcripts == 100 {
					break
				}
				tr, is := lines.Record().(*event.Transcript)
				if !is || seen[tr.ID] != "" || tr.Text == "" {
					t.Fatalf("after %d transcripts: %+v", len(seen), lines.Record())
				}
				seen[tr.ID] = tr.Text
				if len(seen) == 30 {
					s.kill()
					if back {
						s.start() // it also clears the stale socket
					}
				}
			}
			if err := cmd.Wait(); err != nil || len(seen) != 100 {
				t.Errorf("%d transcripts, %v\n%s", len(seen), err, &log)
			}
			for id, text := range seen {
				if first := seen[id%len(sentences(t))]; text != first {
					t.Errorf("utterance %d: %q, but %q the first time", id, text, first)
				}
			}
			if local := strings.Contains(log.String(), "decoding here"); local == back {
				t.Errorf("decoded here: %v\n%s", local, &log)
			}
		})
	}
}

// TestServerComesAndGoes: the model is loaded by the first request and freed when idle; a
// hang-up reads the configuration again; the end waits for requests under way.
func TestServerComesAndGoes(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.toml")
	write(t, config, "[transcribe]\nidle-unload = \"300ms\"\n")
	s := listen(t, "--config", config)
	status := func(want string) {
		t.Helper()
		await.Nil(t, func() error {
			got, err := s.health()
			if err == nil && got != want {
				err = fmt.Errorf("the server is %s, not %s", got, want)
			}
			return err
		})
	}
	status("idle")
	if code, answer, err := s.upload(recording("sentence-06"), "localhost"); code != 200 || err != nil {
		t.Fatalf("status %d: %s, %v", code, answer, err)
	}
	status("idle") // again
	write(t, config, "[transcribe]\nprompt = 7\n")
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if code, answer, err := s.upload(recording("sentence-06"), "localhost"); code != 200 || err != nil {
		t.Errorf("after a mistake in the configuration: status %d: %s, %v", code, answer, err)
	}
	answered := s.underWay()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("the request under way: %v", err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, s.log)
	}
	if _, err := os.Stat(s.socket()); err == nil {
		t.Error("the socket is still there")
	}
}

// underWay uploads a recording, waits until the server works on it, and returns where the
// outcome will be.
func (s *transcriptionServer) underWay() <-chan error {
	s.t.Helper()
	answered := make(chan error, 1)
	go func() {
		code, answer, err := s.upload(timingPatterns(s.t)[0], "localhost")
		if err == nil && code != 200 {
			err = fmt.Errorf("status %d: %s", code, answer)
		}
		answered <- err
	}()
	await.Nil(s.t, func() error {
		if n := s.metric("voiceflow_server_requests"); n != "1" {
			return fmt.Errorf("%s requests", n)
		}
		return nil
	})
	return answered
}

// metric returns the value of a metric without labels.
func (s *transcriptionServer) metric(name string) string {
	response, err := s.client().Get("http://localhost/metrics")
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(string(data)) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// TestServerActivation: systemd passes the socket, and learns that the server is ready,
// alive and stopping.
func TestServerActivation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "s.sock"))
	if err != nil {
		t.Fatal(err)
	}
	passed, err := l.(*net.UnixListener).File()
	if err != nil {
		t.Fatal(err)
	}
	notify, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer notify.Close()
	cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ WATCHDOG_PID=$$ exec vf-transcribe --listen`)
	cmd.Env = append(os.Environ(), "LISTEN_FDS=1", "WATCHDOG_USEC=300000", "NOTIFY_SOCKET="+filepath.Join(dir, "notify"))
	cmd.ExtraFiles = []*os.File{passed}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	told := func(want string) {
		t.Helper()
		buf := make([]byte, 1000)
		for {
			if err := notify.SetReadDeadline(time.Now().Add(await.Patience)); err != nil {
				t.Fatal(err)
			}
			n, err := notify.Read(buf)
			if err != nil {
				t.Fatalf("waiting for %s: %v\n%s", want, err, &log)
			}
			if string(buf[:n]) == want {
				return
			}
		}
	}
	told("READY=1")
	told("WATCHDOG=1")
	s := &transcriptionServer{t: t, env: os.Environ()}
	out, stderr, code := s.transcribe(nil, "--connect", "unix:"+filepath.Join(dir, "s.sock"), "-f", "text", recording("sentence-06"))
	if code != 0 || out == "" {
		t.Errorf("exit code %d, %s%s", code, out, stderr)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	told("STOPPING=1")
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, &log)
	}
}

// TestModelLoadsLate: in a pipe, the model is loaded when the input begins; without input,
// a broken one does no harm.
func TestModelLoadsLate(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken.bin")
	write(t, broken, "not a model")
	s := &transcriptionServer{t: t, env: os.Environ()}
	if out, log, code := s.transcribe(strings.NewReader(""), "-m", broken); code != 0 || out != "" {
		t.Errorf("without input: exit code %d, %s%s", code, out, log)
	}
	if out, _, code := s.transcribe(bytes.NewReader(utterances(t, 1)), "-m", broken); code != 3 || !strings.Contains(out, `"type":"error"`) {
		t.Errorf("with input: exit code %d, %s", code, out)
	}
}

// child returns the process in which the server decodes.
func (s *transcriptionServer) child() int {
	s.t.Helper()
	var pid int
	await.Nil(s.t, func() error {
		children := proc.Children(s.cmd.Process.Pid)
		if len(children) != 1 {
			return errors.New("the server has no child")
		}
		pid = children[0]
		return nil
	})
	return pid
}

// TestServerSurvives: however the process that decodes dies, the next one answers, and
// none is left when the server has ended.
func TestServerSurvives(t *testing.T) {
	t.Parallel()
	s := listen(t)
	var children []int
	for i := range 20 {
		sig := []syscall.Signal{syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGKILL, syscall.SIGILL}[i%4]
		failed := make(chan error, 3)
		for range cap(failed) {
			go func() {
				_, _, err := s.upload(recording("sentence-06"), "localhost")
				failed <- err
			}()
		}
		if i%2 == 0 { // else as early as possible
			await.Nil(t, func() error {
				if n := s.metric("voiceflow_server_requests"); n == "" || n == "0" {
					return fmt.Errorf("%s requests", n)
				}
				return nil
			})
		}
		pid := s.child()
		children = append(children, pid)
		if err := syscall.Kill(pid, sig); err != nil {
			t.Fatal(err)
		}
		for range cap(failed) {
			<-failed // a closed connection, or an answer of the next one
		}
		code, answer, err := s.upload(recording("sentence-06"), "localhost")
		if err != nil || code != 200 || !strings.Contains(answer, "write another letter") {
			t.Errorf("after death %d by %v: status %d, %q, %v", i, sig, code, answer, err)
		}
	}
	children = append(children, s.child())
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, s.log)
	}
	for _, pid := range children {
		if proc.Runs(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	if n := strings.Count(s.log.String(), `"event":"server_died"`); n != 20 {
		t.Errorf("%d lines about deaths, want 20", n)
	}
}

// TestServerKilled: no process outlives the server.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	s := listen(t)
	pid := s.child()
	s.kill()
	await.Nil(t, func() error {
		if proc.Runs(pid) {
			return errors.New("the process that decodes is still there")
		}
		return nil
	})
}

// TestServerStopsChild: systemd may signal both processes; requests are answered all the same.
func TestServerStopsChild(t *testing.T) {
	t.Parallel()
	s := listen(t)
	answered := s.underWay()
	for _, pid := range []int{s.child(), s.cmd.Process.Pid} {
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-answered; err != nil {
		t.Errorf("the request under way: %v", err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, s.log)
	}
}

// TestServerRefusesToStart: what is wrong at the start ends the server with its own code.
func TestServerRefusesToStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "empty"), "")
	write(t, filepath.Join(dir, "no-model.bin"), "no model")
	for _, tt := range []struct {
		code int
		args []string
	}{
		{2, []string{"--token-file", filepath.Join(dir, "empty")}},
		{3, []string{"--preload", "-m", filepath.Join(dir, "no-model.bin")}},
		{10, []string{"--preload", "--device", "gpu"}},
	} {
		cmd := exec.Command(filepath.Join(bin, "vf-transcribe"), append([]string{"--listen"}, tt.args...)...)
		cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+dir)
		out, err := cmd.CombinedOutput()
		if code := exitCode(t, err); code != tt.code || strings.Count(string(out), `"level":"error"`) != 1 {
			t.Errorf("%q: exit code %d, want %d\n%s", tt.args, code, tt.code, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "voiceflow/transcribe.sock")); err == nil {
			t.Errorf("%q: the socket is still there", tt.args)
		}
	}
}
