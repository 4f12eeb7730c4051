package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/openfile"
	"voiceflow/internal/prose"
)

// progress shows a person how the work on files advances: the share of bytes done,
// the current file, how much audio was transcribed and how fast. The zero value
// shows nothing.
type progress struct {
	bar   *progressbar.ProgressBar
	files int
	now   func() time.Time

	started     time.Time
	done        int     // files done, failed or skipped
	bytes       int64   // size of those
	sound       float64 // transcribed so far, seconds
	file        string  // being transcribed
	fileSize    int64   // bytes
	fileSeconds float64 // 0: unknown
}

func newProgress(env *cmdline.Env, w *work) *progress {
	if w.stream || !cmdline.IsTerminal(env.Stderr) {
		return &progress{}
	}
	total := int64(1)
	for _, file := range w.files {
		total += fileSize(file.Name)
	}
	p := &progress{files: len(w.files) + len(w.problems), now: time.Now}
	p.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(env.Stderr),
		progressbar.OptionSetWidth(10), // so that the line fits 80 columns
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
	return p
}

// at records that a file is transcribed up to a position in seconds.
func (p *progress) at(file string, position float64) {
	if p.bar == nil {
		return
	}
	if p.file != file {
		p.file, p.fileSize, p.fileSeconds = file, fileSize(file), wavSeconds(file)
	}
	bytes := p.bytes
	if p.fileSeconds > 0 {
		bytes += int64(float64(p.fileSize) * min(position/p.fileSeconds, 1))
	}
	p.draw(bytes, position)
}

// step counts a finished file, of which the given number of seconds was transcribed.
func (p *progress) step(file string, seconds float64) {
	if p.bar == nil {
		return
	}
	p.file, p.bytes, p.sound = file, p.bytes+fileSize(file), p.sound+seconds
	p.draw(p.bytes, 0)
	p.done, p.file = p.done+1, ""
}

func (p *progress) draw(bytes int64, position float64) {
	if p.started.IsZero() {
		p.started = p.now()
	}
	p.bar.Describe(p.text(p.sound + position))
	_ = p.bar.Set64(min(bytes, p.bar.GetMax64()-1)) // losing the terminal does not stop the work
}

// text is shown before the bar. It includes the speed, as a multiple of real time,
// after the first second.
func (p *progress) text(sound float64) string {
	done, _, _ := strings.Cut(clock(sound), ".")
	text := fmt.Sprintf("%s (%d of %d), %s of sound", short(p.file), min(p.done+1, p.files), p.files, done)
	if took := p.now().Sub(p.started).Seconds(); took >= 1 && sound > 0 {
		text += fmt.Sprintf(", %.1fx", sound/took)
	}
	return text
}

// short returns a file's name, cut to leave room on the line.
func short(file string) string {
	return prose.Cut(prose.Line(filepath.Base(file)), 20)
}

// clear removes the bar to make room for another line.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func fileSize(file string) int64 {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

// wavSeconds estimates the length of a WAV file in seconds from the rate in its
// header; 0 means unknown.
func wavSeconds(file string) float64 {
	size := fileSize(file)
	if size == 0 {
		return 0 // perhaps a pipe, and opening that would block
	}
	f, err := openfile.Regular(file)
	if err != nil {
		return 0
	}
	defer f.Close()
	var head [32]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[12:16]) != "fmt " {
		return 0
	}
	rate := binary.LittleEndian.Uint32(head[28:]) // bytes per second
	if rate == 0 {
		return 0
	}
	return float64(size) / float64(rate)
}
