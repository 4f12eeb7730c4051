package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/openfile"
	"voiceflow/internal/prose"
)

// progress shows a person how the work on files advances: the current file, how much of
// it is transcribed, how fast, and how long the rest will take. The zero value shows
// nothing. Its methods may be called at the same time.
type progress struct {
	out   io.Writer // nil: shows nothing
	files int
	total int64 // bytes of all files
	now   func() time.Time

	mu          sync.Mutex
	started     time.Time
	drawn       bool // the line is on the screen
	last        time.Time
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
	p := &progress{out: env.Stderr, files: len(w.files) + len(w.problems), now: time.Now, started: time.Now()}
	for _, file := range w.files {
		p.total += fileSize(file.Name)
	}
	return p
}

// begin is called when the model is loaded, because speed is measured from then on.
func (p *progress) begin() {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = p.now()
}

// at records that a file is transcribed up to a position in seconds.
func (p *progress) at(file string, position float64) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file != file {
		p.file, p.fileSize, p.fileSeconds = file, fileSize(file), wavSeconds(file)
	}
	p.draw(position)
}

// step counts a finished file, of which the given number of seconds was transcribed.
func (p *progress) step(file string, seconds float64) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes, p.sound = p.bytes+fileSize(file), p.sound+seconds
	p.done, p.file = p.done+1, ""
	p.erase()
}

// wipeLine erases the terminal's line and leaves the cursor at its start.
const wipeLine = "\r\x1b[K\r"

// redrawEvery is how long the line stays as it is, unless something else was written.
const redrawEvery = 100 * time.Millisecond

func (p *progress) draw(position float64) {
	now := p.now()
	if p.drawn && now.Sub(p.last) < redrawEvery {
		return
	}
	p.last, p.drawn = now, true
	// Losing the terminal does not stop the work.
	_, _ = fmt.Fprint(p.out, wipeLine, prose.Cut(p.text(position), 79))
}

// text describes the progress at a position in the current file. After the first second,
// it includes the speed, as a multiple of real time, and the time that is left.
func (p *progress) text(position float64) string {
	text := fmt.Sprintf("%s (%d of %d), %s of ", short(p.file), min(p.done+1, p.files), p.files, minutes(position))
	bytes := p.bytes
	if p.fileSeconds > 0 {
		text += minutes(max(p.fileSeconds, position))
		bytes += int64(float64(p.fileSize) * min(position/p.fileSeconds, 1))
	} else {
		text += "sound"
	}
	took := p.now().Sub(p.started).Seconds()
	if sound := p.sound + position; took >= 1 && sound > 0 {
		text += fmt.Sprintf(", %.1fx", sound/took)
	}
	if took >= 1 && bytes > 0 && p.total > bytes {
		text += fmt.Sprintf(", %s left", minutes(took*float64(p.total-bytes)/float64(bytes)))
	}
	return text
}

// minutes formats seconds as MM:SS, or HH:MM:SS from one hour.
func minutes(seconds float64) string {
	text, _, _ := strings.Cut(clock(seconds), ".")
	return text
}

// clear removes the line to make room for another one.
func (p *progress) clear() {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
}

func (p *progress) erase() {
	if p.drawn {
		p.drawn = false
		_, _ = io.WriteString(p.out, wipeLine)
	}
}

// stopping says, on the first interrupt, what the program still does.
func (p *progress) stopping() {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	what := "stopping"
	if p.file != "" {
		what = "finishing " + prose.Line(filepath.Base(p.file))
	} else if p.done < p.files {
		what = "finishing the current file"
	}
	_, _ = fmt.Fprintf(p.out, "%s; press Ctrl-C again to stop now, with the text so far\n", what)
}

// short returns a file's name, cut to leave room on the line.
func short(file string) string {
	return prose.Cut(prose.Line(filepath.Base(file)), 20)
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
