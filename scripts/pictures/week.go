package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"voiceflow/internal/logrecord"
)

// week makes up what the programs log in a week in which somebody dictates by day, and
// recordings are transcribed at night: the same week every time, but for its dates.
type week struct {
	rng     *rand.Rand
	records []logrecord.Record
	now     time.Time
	pid     int // of the day's vf-record; the other programs have the numbers after it
	spoken  int // utterances of the day
	model   string
	speed   float64 // median speed factor of an utterance
	files   int
}

var programs = []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste"}

// writeWeek writes the logs of a week that ends at a time, while somebody dictates.
func writeWeek(folder string, end time.Time) error {
	w := &week{rng: rand.New(rand.NewPCG(11, 7)), pid: 2100, model: "base.en", speed: 11}
	for day := 6; day >= 0; day-- {
		if day == 3 { // a larger model: slower, with fewer words wrong
			w.model, w.speed = "small.en", 5.2
		}
		w.work(end.AddDate(0, 0, -day), day)
		if day > 0 {
			w.night(end.AddDate(0, 0, -day).Add(9 * time.Hour))
		}
	}
	return w.write(folder)
}

func (w *week) add(program string, r logrecord.Record) {
	r.Time, r.Program = w.now, program
	if r.PID == 0 {
		for i, p := range programs {
			if p == program {
				r.PID = w.pid + i
			}
		}
	}
	if r.Level == "" {
		r.Level = "info"
	}
	w.records = append(w.records, r)
}

// work is a working day. On the last one, nobody has stopped the programs yet.
func (w *week) work(end time.Time, day int) {
	w.now = end.Add(-8*time.Hour - time.Duration(w.rng.IntN(20))*time.Minute)
	w.pid, w.spoken = w.pid+137, 0
	for _, p := range programs {
		w.add(p, logrecord.Record{Event: logrecord.Started, Version: "0.1.0", Message: "started"})
	}
	for ; w.now.Before(end.Add(-6 * time.Minute)); w.now = w.now.Add(time.Duration(2+w.rng.IntN(14)) * time.Minute) {
		if hours := end.Sub(w.now).Hours(); hours > 3.6 && hours < 4.3 {
			continue // lunch
		}
		w.dictate(4+w.rng.IntN(16), day == 0 && end.Sub(w.now).Hours() < 2.5 && end.Sub(w.now).Hours() > 1.8)
		w.mishap(day)
	}
	w.now = end.Add(-4 * time.Minute)
	w.dictate(24, false)
	if day == 0 {
		return
	}
	for _, p := range programs {
		w.add(p, logrecord.Record{Event: logrecord.Stopped, Message: "stopped"})
	}
}

// mishap adds what goes wrong now and then.
func (w *week) mishap(day int) {
	switch chance := w.rng.IntN(60); {
	case chance == 0 && day != 0:
		w.add("vf-record", logrecord.Record{Event: logrecord.DeviceLost, Level: "warn",
			Message: "the microphone is gone; trying to reconnect"})
		w.now = w.now.Add(8 * time.Second)
		w.add("vf-record", logrecord.Record{Event: logrecord.DeviceReturned, Level: "warn",
			Message: "the microphone is back; silence fills the gap"})
	case chance < 3:
		w.add("vf-paste", logrecord.Record{Level: "error",
			Message: "no window has the keyboard focus: click the window that should get the text"})
	}
}

// dictate adds n utterances, with their deliveries; the machine may be busy.
func (w *week) dictate(n int, busy bool) {
	for range n {
		w.now = w.now.Add(time.Duration(3000+w.rng.IntN(7000)) * time.Millisecond)
		audio := 1.2 + 5*w.rng.Float64()
		speed := w.speed * math.Exp(0.16*w.rng.NormFloat64())
		if busy {
			speed *= 0.55
		}
		w.spoken++
		took := audio / speed
		w.add("vf-transcribe", logrecord.Record{Event: logrecord.Utterance, Message: "transcribed", ID: w.spoken,
			AudioSeconds: tidy(audio), ProcessingSeconds: tidy(took), SpeedFactor: tidy(audio / took),
			LatencySeconds: tidy(0.18 + took*0.7), Model: w.model,
			Device:  "CPU, OpenBLAS",
			Retries: w.spoken % 37 / 36, Refreshes: w.spoken / 60, Queue: w.rng.IntN(8) / 7,
			MemoryMB: tidy(w.memory() + 4*w.rng.Float64()),
			GrowthMB: tidy(6 * w.rng.Float64()), CPUPercent: tidy(100 * took / 8)})
		w.now = w.now.Add(40 * time.Millisecond)
		w.add("vf-paste", logrecord.Record{Event: logrecord.Delivery, Message: "delivered",
			ID: w.spoken, Method: "wayland", Seconds: 0.03})
	}
}

// memory is that of vf-transcribe, which grows a little until it is refreshed.
func (w *week) memory() float64 {
	own := 190.0
	if w.model == "small.en" {
		own = 460
	}
	return own + 14*float64(w.spoken%60)/60
}

// night transcribes recordings of meetings.
func (w *week) night(at time.Time) {
	w.now = at
	pid := w.pid + 71
	say := func(r logrecord.Record) {
		r.PID = pid
		w.add("vf-transcribe", r)
	}
	say(logrecord.Record{Event: logrecord.Started, Version: "0.1.0", Message: "started"})
	for i := range 3 + w.rng.IntN(4) {
		w.files++
		name := fmt.Sprintf("meeting-%03d.wav", w.files)
		if w.files == 9 {
			say(logrecord.Record{Event: logrecord.Failure, Level: "error", File: name, ID: i,
				Message: name + ": not a WAV file"})
			continue
		}
		audio := 900 + 2400*w.rng.Float64()
		speed := 2.1 * w.speed * math.Exp(0.05*w.rng.NormFloat64())
		w.now = w.now.Add(time.Duration(audio / speed * float64(time.Second)))
		say(logrecord.Record{Event: logrecord.Utterance, Message: "transcribed", ID: i, File: name,
			AudioSeconds: tidy(audio), ProcessingSeconds: tidy(audio / speed), SpeedFactor: tidy(speed), Model: w.model,
			Device:   "CPU, OpenBLAS",
			MemoryMB: tidy(w.memory() + 60), GrowthMB: tidy(20 * w.rng.Float64()), CPUPercent: tidy(88 + 8*w.rng.Float64())})
	}
	say(logrecord.Record{Event: logrecord.Stopped, Message: "stopped"})
}

func tidy(x float64) float64 { return math.Round(x*1000) / 1000 }

// write writes each program's records to its log.
func (w *week) write(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, p := range programs {
		f, err := os.Create(filepath.Join(folder, p+".log"))
		if err != nil {
			return err
		}
		out := json.NewEncoder(f)
		for _, r := range w.records {
			if r.Program == p {
				if err := out.Encode(r); err != nil {
					return err
				}
			}
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// writeChecks writes the history of vf-health check: one every half hour until a time.
func writeChecks(path string, end time.Time) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := json.NewEncoder(f)
	for i := 12; i > 0; i-- {
		type finding struct {
			Status  string `json:"status"`
			Subject string `json:"subject"`
			What    string `json:"what"`
		}
		status, findings := "OK", []finding(nil)
		if i == 4 {
			status, findings = "WARNING", []finding{{"WARNING", "timing-rapid", "latency 1.1 s"}}
		}
		err := out.Encode(map[string]any{"time": end.Add(-30 * time.Minute * time.Duration(i)),
			"status": status, "findings": findings,
			"summary": "5 recordings, 0.0 % of 57 words wrong, speed factor " + fmt.Sprintf("%.1f", 16.4+float64(i*7%5)/2)})
		if err != nil {
			return err
		}
	}
	return nil
}
