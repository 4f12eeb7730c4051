package main

import (
	"bytes"
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
	"strings"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"voiceflow/internal/health/wer"
)

// server is a running server.
type server struct {
	cmd     *exec.Cmd
	address string // HOST:PORT
	log     *bytes.Buffer
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (b *bench) startOurs(options ...string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	args := append([]string{"--listen", address, "-m", b.model, "-l", "en", "--preload", "--device", "cpu",
		"--threads", fmt.Sprint(b.threads)}, options...)
	for i, option := range options {
		if option == "--jobs" { // as many threads in all
			args = append(args, "--threads", "1")
			options[i+1] = fmt.Sprint(b.threads)
		}
	}
	return start(address, filepath.Join(b.programs, "vf-transcribe"), args...)
}

func (b *bench) startTheirs() (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	host, port, _ := net.SplitHostPort(address)
	return start(address, b.theirs, "-m", b.model, "--host", host, "--port", port, "-t", fmt.Sprint(b.threads), "-ng",
		"-bs", "1", "-bo", "1", "-nf")
}

// start starts a server and waits until it listens.
func start(address, program string, args ...string) (*server, error) {
	s := &server{cmd: exec.Command(program, args...), address: address, log: &bytes.Buffer{}}
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return s, nil
		}
		if time.Now().After(deadline) {
			s.stop()
			return nil, fmt.Errorf("%s does not listen: %s", program, s.log)
		}
	}
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// memory returns the resident memory in MB, with that of children, 0 if unknown. A
// launcher script has replaced itself by the server.
func (s *server) memory() float64 {
	p, err := process.NewProcess(int32(s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	children, err := p.Children()
	if err != nil && !errors.Is(err, process.ErrorNoChildren) {
		return 0
	}
	var bytes uint64
	for _, p := range append(children, p) {
		info, err := p.MemoryInfo()
		if err != nil {
			return 0
		}
		bytes += info.RSS
	}
	return float64(bytes) / (1 << 20)
}

// sendAll sends all files to /inference, which both servers have, by a number of clients.
// Each answer must have the words of its own file.
func (s *server) sendAll(files []string, clients int) (time.Duration, error) {
	began := time.Now()
	queue := make(chan string)
	errs := make([]error, clients)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for file := range queue {
				if err := s.send(file); err != nil {
					errs[i] = errors.Join(errs[i], err)
				}
			}
		})
	}
	for _, file := range files {
		queue <- file
	}
	close(queue)
	all.Wait()
	return time.Since(began), errors.Join(errs...)
}

func (s *server) send(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "a.wav")
	if err == nil {
		_, err = part.Write(data)
	}
	err = errors.Join(err, form.WriteField("response_format", "json"), form.WriteField("temperature", "0"), form.Close())
	if err != nil {
		return err
	}
	response, err := http.Post("http://"+s.address+"/inference", form.FormDataContentType(), &body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var heard struct{ Text string }
	if err := json.Unmarshal(answer, &heard); err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", file, response.Status, answer)
	}
	return checkWords(file, heard.Text)
}

// checkWords checks that a text is that of a file: no more than a third of its words are
// wrong.
func checkWords(file, heard string) error {
	truth, err := os.ReadFile(strings.TrimSuffix(file, ".wav") + ".txt")
	if err != nil {
		return err
	}
	if r := wer.Compare(string(truth), heard); r.Rate() > 1./3 {
		return fmt.Errorf("%s: heard %q, which is another text", file, heard)
	}
	return nil
}

// pipeline runs the pipeline of the hot key and returns the time from its start to its
// text.
func (b *bench) pipeline(file, options string) (time.Duration, error) {
	script := fmt.Sprintf("vf-record --input '%s' | vf-vad | vf-transcribe -f text --device cpu --threads %d %s",
		file, b.threads, options)
	cmd := exec.Command("sh", "-c", script)
	folder, err := filepath.Abs(b.programs)
	if err != nil {
		return 0, err
	}
	cmd.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"))
	began := time.Now()
	out, err := cmd.Output()
	took := time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", script, err)
	}
	return took, checkWords(file, string(out))
}
