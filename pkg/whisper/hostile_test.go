package whisper

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

const (
	// hostileChild is set in the processes that load models.
	hostileChild = "VOICEFLOW_TEST_HOSTILE_CHILD"
	// hostileTime is the limit of processor time for loading a model and decoding a
	// second of sound.
	hostileTime = 10 * time.Second
	// hostileWait is the limit for a process that does not even compute. Other
	// programs may keep the processors busy.
	hostileWait = 2 * time.Minute
	// hostileMemory is the limit for a process's memory in kB; AddressSanitizer's own
	// is not counted.
	hostileMemory = 1 << 20
)

// TestHostileModels changes models at random, in ways that keep their structure and
// in ways that do not. Each must be refused, or load and decode a second of sound in
// time, in a process that survives. By default 300 models are tried; HOSTILE_MODELS
// sets another number, and HOSTILE_SEED another sequence. See make fuzz-models.
func TestHostileModels(t *testing.T) {
	if os.Getenv(hostileChild) != "" {
		useModels(t)
		return
	}
	count, seed := number(t, "HOSTILE_MODELS", 300), uint64(number(t, "HOSTILE_SEED", 1))
	bases := []*testModel{
		demoModel(t),
		randomModel(shape{51864, 64, 1, 1, 1, 80, 1}),
		randomModel(shape{51866, 256, 4, 2, 2, 128, 2012}),
		randomModel(shape{51865, 64, 2, 1, 2, 80, 0}),
		randomSilero(0),
	}
	children := []*child{{t: t, blas: BLASOff}, {t: t, blas: BLASAuto}}
	results := map[string]int{}
	dir := t.TempDir()
	for i := range count {
		m, what := mutate(newRandom(seed<<32+uint64(i)), bases[i%len(bases)])
		data := m.bytes()
		if err := checkBytes(data, m.silero); err != nil {
			results["refused by the check"]++
			continue
		}
		path := filepath.Join(dir, "whisper.bin")
		if m.silero {
			path = filepath.Join(dir, "silero.bin")
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		answer, err := children[i%len(children)].use(path)
		if err != nil {
			t.Errorf("model %d of seed %d (%s): %v", i, seed, what, err)
		}
		results[answer]++
		if count > 1000 && i%100 == 99 {
			t.Logf("%d models: %v", i+1, results)
		}
	}
	for _, c := range children {
		c.stop()
	}
	t.Logf("%d models: %v", count, results)
	if results[used] < count/10 || results["refused by the check"] < count/10 {
		t.Errorf("too few of a kind to mean anything: %v", results)
	}
}

func number(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func checkBytes(data []byte, silero bool) error {
	checker := checkModel
	if silero {
		checker = checkSpeechModel
	}
	_, err := checker(bytes.NewReader(data), int64(len(data)))
	return err
}

// Answers of a child.
const (
	used    = "used"
	refused = "refused"
	// numberless is the answer for weights that are not numbers.
	numberless = "computes no numbers"
	failed     = "failed with an error"
)

// child is a process that uses one model after another, replaced if it dies.
type child struct {
	t     *testing.T
	blas  string
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
	log   bytes.Buffer
}

func (c *child) start() {
	c.t.Helper()
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	c.cmd = exec.Command(self, "-test.run=^TestHostileModels$", "-test.count=1")
	c.cmd.Env = append(os.Environ(), hostileChild+"="+c.blas, "GGML_NO_BACKTRACE=1") // ggml would start gdb
	c.log.Reset()
	c.cmd.Stderr = &c.log
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		c.t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.lines = make(chan string)
	go func() {
		defer close(c.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			c.lines <- s.Text()
		}
	}()
	if line := <-c.lines; line != "ready" {
		c.t.Fatalf("the child says %q\n%s", line, c.log.String())
	}
}

// use lets the child use a model and returns its answer.
func (c *child) use(path string) (string, error) {
	if c.cmd == nil {
		c.start()
	}
	if _, err := fmt.Fprintln(c.in, path); err != nil {
		return "died", c.died()
	}
	select {
	case line, ok := <-c.lines:
		if !ok {
			return "died", c.died()
		}
		return c.read(line)
	case <-time.After(hostileWait * slowness()):
		_ = c.cmd.Process.Kill()
		_ = c.died()
		return "hung", fmt.Errorf("no answer within %v", hostileWait*slowness())
	}
}

// read checks the figures of an answer against the limits.
func (c *child) read(line string) (string, error) {
	fields := strings.Split(line, ",")
	if len(fields) != 3 {
		return "odd", fmt.Errorf("the child says %q\n%s", line, firstLines(c.log.String(), 12))
	}
	answer := fields[0]
	cpu, err := time.ParseDuration(fields[1])
	if err != nil || cpu > hostileTime*slowness() {
		return answer, fmt.Errorf("took %s of processor time (%v)", fields[1], err)
	}
	if kB, err := strconv.Atoi(fields[2]); err != nil || kB > hostileMemory && !underSanitizer() {
		return answer, fmt.Errorf("%s kB of memory (%v)", fields[2], err)
	}
	if answer == failed {
		return answer, fmt.Errorf("failed: %s", c.log.String())
	}
	return answer, nil
}

// died waits for the end of the child and says why it died.
func (c *child) died() error {
	for range c.lines {
	}
	err := c.cmd.Wait()
	c.cmd = nil
	return fmt.Errorf("the process died: %w\n%s", err, firstLines(c.log.String(), 12))
}

func firstLines(text string, n int) string {
	lines := strings.SplitAfterN(text, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "")
}

func (c *child) stop() {
	if c.cmd == nil {
		return
	}
	c.in.Close()
	for range c.lines {
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("the child ended with %v\n%s", err, c.log.String())
	}
}

// underSanitizer reports whether this is the build of make fuzz-models.
func underSanitizer() bool { return os.Getenv("HOSTILE_SANITIZER") != "" }

// slowness is how much slower AddressSanitizer may be.
func slowness() time.Duration {
	if underSanitizer() {
		return 6
	}
	return 1
}

// useModels uses the models that standard input names, and answers on standard output.
func useModels(t *testing.T) {
	lib, err := Load(Options{
		Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: DeviceCPU, BLAS: os.Getenv(hostileChild),
	}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	fmt.Println("ready")
	n := 0
	for s := bufio.NewScanner(os.Stdin); s.Scan(); n++ {
		answer, before := used, processorTime()
		use := useModel
		if strings.HasSuffix(s.Text(), "silero.bin") {
			use = useSpeechModel
		}
		if err := use(lib, s.Text(), n); errors.Is(err, ErrNotModel) {
			answer = refused
		} else if errors.Is(err, ErrUndefined) {
			answer = numberless
		} else if err != nil {
			answer = failed
			fmt.Fprintln(os.Stderr, err)
		}
		fmt.Printf("%s,%s,%d\n", answer, processorTime()-before, peakMemory())
	}
}

// secondOfSound is a tone with a gap.
func secondOfSound() []float32 {
	out := make([]float32, SampleRate)
	for i := range out {
		if i < 6000 || i > 9000 {
			out[i] = float32(0.4 * math.Sin(float64(i)*0.11) * math.Sin(float64(i)*0.0007))
		}
	}
	return out
}

func useModel(lib *Library, path string, n int) error {
	m, err := lib.Open(path, DeviceCPU)
	if err != nil {
		return err
	}
	defer m.Close()
	r, err := m.NewRecogniser()
	if err != nil {
		return err
	}
	defer r.Close()
	p := Params{Threads: 1, Words: true, SplitOnWord: true, Prompt: "the quick brown fox 1 2 3", AudioContext: 256}
	if n%2 == 1 {
		p.BeamSize, p.Prompt = 2, ""
	}
	if n%3 == 1 {
		p.Temperature, p.BestOf, p.MaxLen = 0.8, 3, 10
	}
	if n%4 == 3 {
		p.Language = LanguageAuto
	}
	result, err := r.Transcribe(context.Background(), secondOfSound(), p)
	if err != nil {
		return err
	}
	for _, s := range result.Segments {
		if _, err := json.Marshal(s); err != nil { // it refuses what is not a number
			return fmt.Errorf("a segment: %w", err)
		}
	}
	_, err = json.Marshal(result)
	return err
}

func useSpeechModel(lib *Library, path string, _ int) error {
	d, err := lib.OpenSpeechDetector(path)
	if err != nil {
		return err
	}
	defer d.Close()
	samples := make([]int16, SampleRate)
	for i, x := range secondOfSound() {
		samples[i] = int16(x * math.MaxInt16)
	}
	some, err := d.Push(samples)
	if err != nil {
		return err
	}
	if _, err := json.Marshal(some); err != nil {
		return err
	}
	_, err = d.Flush()
	return err
}

// processorTime returns the time that all threads of the process have computed.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory returns the most memory that the process has used, in kB.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // only Linux has it
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	kB, _ := strconv.Atoi(fields[0])
	return kB
}
