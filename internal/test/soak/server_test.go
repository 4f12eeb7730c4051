//go:build linux

package soak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/pipeline"
	"voiceflow/internal/test/proc"
	"voiceflow/pkg/audio"
)

// server is a vf-transcribe --listen that runs all the time. Its child decodes.
type server struct {
	cmd     *exec.Cmd
	runtime string
	log     pipeline.Buffer

	deaths, answered, repeated int
}

func startServer(s *settings, runtime string) (*server, error) {
	v := &server{runtime: runtime, cmd: exec.Command(s.program("vf-transcribe"), "--listen", "-t", "1", "-j", "2", "-m", s.Model())}
	v.cmd.Env = append(slices.Clone(s.env), "XDG_RUNTIME_DIR="+runtime)
	v.cmd.Stdout, v.cmd.Stderr = &v.log, &v.log
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	return v, v.healthy()
}

// healthy waits until the server answers.
func (v *server) healthy() error {
	return await.Poll(context.Background(), patience, func() error {
		answer, err := v.client().Get("http://localhost/health")
		if err != nil {
			return fmt.Errorf("the server does not answer: %w", err)
		}
		return answer.Body.Close()
	})
}

func (v *server) socket() string { return filepath.Join(v.runtime, "voiceflow/transcribe.sock") }

func (v *server) client() *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", v.socket())
		},
	}}
}

// child returns the process that decodes, or 0 while there is none.
func (v *server) child() int {
	if children := proc.Children(v.cmd.Process.Pid); len(children) > 0 {
		return children[0]
	}
	return 0
}

// harass kills and freezes the child now and then until ctx ends. gone is called when it
// has been killed.
func (v *server) harass(ctx context.Context, r *rand.Rand, gone func()) {
	for {
		select {
		case <-time.After(time.Second + time.Duration(r.IntN(int(9*time.Second)))):
		case <-ctx.Done():
			return
		}
		pid := v.child()
		if pid == 0 {
			continue
		}
		signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGSTOP}
		sig := signals[r.IntN(len(signals))]
		if err := syscall.Kill(pid, sig); err != nil {
			continue
		}
		if sig == syscall.SIGSTOP {
			<-time.After(time.Duration(r.IntN(int(time.Second))))
			_ = syscall.Kill(pid, syscall.SIGCONT)
			continue
		}
		v.deaths++
		gone()
	}
}

// ask has sentences transcribed over HTTP until ctx ends, one after the other. As any
// client must, it repeats a request when the connection is closed. The error is a request
// without an answer, or with a wrong one.
func (v *server) ask(ctx context.Context, r *rand.Rand, all []sentence) error {
	for ctx.Err() == nil {
		s := all[r.IntN(len(all))]
		body, kind := form(s)
		for began := time.Now(); ; v.repeated++ {
			text, err := v.post(body, kind)
			if err == nil && text == s.text {
				v.answered++
				break
			}
			if err == nil {
				return fmt.Errorf("the server's answer: %q, want %q", text, s.text)
			}
			if time.Since(began) > patience {
				return fmt.Errorf("no answer for %v: %w", patience, err)
			}
		}
		select {
		case <-time.After(200 * time.Millisecond): // leave the processors to the others
		case <-ctx.Done():
		}
	}
	return nil
}

func form(s sentence) (body []byte, kind string) {
	var b, wav bytes.Buffer
	pcm := audio.EncodePCM(nil, s.samples)
	wav.Write(header(uint32(len(pcm))))
	wav.Write(pcm)
	f := multipart.NewWriter(&b)
	part, _ := f.CreateFormFile("file", "talk.wav") // a buffer takes everything
	_, _ = part.Write(wav.Bytes())
	_ = f.WriteField("response_format", "text")
	f.Close()
	return b.Bytes(), f.FormDataContentType()
}

func (v *server) post(body []byte, kind string) (string, error) {
	answer, err := v.client().Post("http://localhost/v1/audio/transcriptions", kind, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		return string(data), fmt.Errorf("status %d: %s", answer.StatusCode, data)
	}
	return strings.TrimSpace(string(data)), err
}

// stop ends the server as systemd does.
func (v *server) stop() error {
	if err := v.healthy(); err != nil { // the last child may just have been killed
		return err
	}
	child := v.child()
	if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.AfterFunc(patience, func() { _ = v.cmd.Process.Kill() })
	defer timer.Stop()
	if err := v.cmd.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w\n%s", err, v.log.String())
	}
	if n := strings.Count(v.log.String(), `"event":"server_died"`); n < v.deaths {
		return fmt.Errorf("the server logged %d deaths of %d", n, v.deaths)
	}
	if child != 0 && proc.Runs(child) {
		return errors.New("the server's child has outlived it")
	}
	return nil
}
