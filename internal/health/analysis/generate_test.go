package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"voiceflow/internal/logrecord"
)

// morning is when the generated logs begin.
var morning = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// generator makes readings like those in vf-transcribe's log.
type generator struct {
	rng      *rand.Rand
	now      time.Time
	pid      int
	readings []logrecord.Record
}

func generate(seed uint64) *generator {
	return &generator{rng: rand.New(rand.NewPCG(seed, 1)), now: morning, pid: 100}
}

func (p *generator) event(r logrecord.Record) {
	r.Time, r.PID = p.now, p.pid
	if r.Program == "" {
		r.Program = "vf-transcribe"
	}
	p.readings = append(p.readings, r)
}

func (p *generator) start() {
	p.pid++
	p.event(logrecord.Record{Event: logrecord.Started, Version: "0.1.0"})
}

func (p *generator) stop(code int) {
	p.event(logrecord.Record{Event: logrecord.Stopped, ExitCode: code})
}

// noise returns a factor around 1, as for times on a machine that does other work.
func (p *generator) noise() float64 { return math.Exp(0.15 * p.rng.NormFloat64()) }

// utterance adds one at a speed factor, some seconds after the last.
func (p *generator) utterance(n int, speed float64, change func(*logrecord.Record)) {
	p.now = p.now.Add(time.Duration((15 + 30*p.rng.Float64()) * float64(time.Second)))
	audio := 1 + 5*p.rng.Float64()
	took := audio / (speed * p.noise())
	r := logrecord.Record{Event: logrecord.Utterance, Level: "info", ID: n, AudioSeconds: audio, ProcessingSeconds: took,
		SpeedFactor: audio / took, LatencySeconds: 0.1 + took/2, Model: "base.en", Device: "CPU",
		Refreshes: n / 10, MemoryMB: 220 + 5*p.rng.Float64(), GrowthMB: 20 * p.rng.Float64(), CPUPercent: 20 * p.noise()}
	if change != nil {
		change(&r)
	}
	p.event(r)
}

func (p *generator) problem(level, format string, args ...any) {
	p.event(logrecord.Record{Event: logrecord.Problem, Level: level, Message: fmt.Sprintf(format, args...)})
}

// analysed returns the report on the readings.
func (p *generator) analysed() *Report {
	c := NewCollector(Options{Location: time.UTC})
	for _, r := range p.readings {
		c.Add(r, nil)
	}
	return c.Report()
}

// day is a day of noise: utterances at a constant speed from morning to evening.
func day(seed uint64) *generator {
	p := generate(seed)
	p.start()
	for n := range 1000 {
		p.utterance(n, 8, nil)
	}
	p.stop(0)
	return p
}

// noon is a day on which a slower model is chosen at noon.
func noon(seed uint64) *generator {
	p := generate(seed)
	p.start()
	n := 0
	for ; p.now.Before(morning.Add(4 * time.Hour)); n++ {
		p.utterance(n, 12, nil)
	}
	p.stop(0)
	p.start()
	for n = 0; p.now.Before(morning.Add(9 * time.Hour)); n++ {
		p.utterance(n, 3.1, func(r *logrecord.Record) { r.Model = "large-v3-turbo" })
	}
	p.stop(0)
	return p
}

// TestWriteSample writes logs with all kinds of trouble to the folder named by
// VOICEFLOW_SAMPLE_LOGS, for trying out the report.
func TestWriteSample(t *testing.T) {
	folder := os.Getenv("VOICEFLOW_SAMPLE_LOGS")
	if folder == "" {
		t.Skip("VOICEFLOW_SAMPLE_LOGS is not set to a folder")
	}
	p := generate(7)
	p.start()
	for n := range 100000 {
		p.trouble(n)
		if n%2000 == 1999 {
			p.stop(0)
			p.now = p.now.Add(10 * time.Hour)
			p.start()
		}
	}
	if err := writeLog(filepath.Join(folder, "vf-transcribe.log"), p.readings); err != nil {
		t.Fatal(err)
	}
}

func (p *generator) trouble(n int) {
	speed := 12 - float64(n%2000)/400
	p.utterance(n%2000, speed, func(r *logrecord.Record) {
		r.Device = "Vulkan0"
		if n > 40000 {
			r.Model, r.MemoryMB = "large-v3-turbo", r.MemoryMB+1700
			r.ProcessingSeconds *= 3
			r.SpeedFactor /= 3
			r.LatencySeconds *= 2
		}
		if n > 80000 && n < 83000 {
			r.Device, r.Degraded = "CPU", []string{"gpu -> cpu"}
			r.ProcessingSeconds *= 2
			r.SpeedFactor /= 2
			r.LatencySeconds *= 2
		}
		r.GrowthMB += float64(n%2000) / 10
	})
	if p.rng.Float64() < 0.01 {
		p.event(logrecord.Record{Event: logrecord.Failure, Level: "error", ID: n, Message: fmt.Sprintf("decoding failed: code %d", n%9)})
	}
	if p.rng.Float64() < 0.002 {
		p.problem("warn", "the process has grown by %d MB beyond its model", 100+n%300)
	}
}

func writeLog(path string, readings []logrecord.Record) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := json.NewEncoder(f)
	for _, r := range readings {
		if err := out.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
