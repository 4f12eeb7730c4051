package replay

import (
	"fmt"
	"os"
	"sync"
	"time"

	"voiceflow/pkg/audio"
)

// SilentError is a program that runs but gives no answer.
type SilentError struct {
	Program string
	Waited  time.Duration
}

func (e *SilentError) Error() string {
	return fmt.Sprintf("%s did not respond for %v", e.Program, e.Waited.Round(time.Second))
}

// patienceTicks is how many ticks the patience has. They are counted rather than
// the time measured: while this process is stopped, as by Ctrl-Z or with its
// container, the programs may be, too, and there are none.
const patienceTicks = 100

// watchdog breaks a replay off in which nothing comes any more. Its methods may
// be called on nil, which waits for ever.
type watchdog struct {
	limit  time.Duration
	cancel func()
	ticker *time.Ticker
	over   chan struct{}

	mu    sync.Mutex
	ticks int           // since a program is waited for
	whom  func() string // names it; nil: none is
	found *SilentError
}

// newWatchdog is for a recording that lasts so long: there may be no speech in
// all of it, and so nothing to be heard of.
func newWatchdog(patience, lasts time.Duration, cancel func()) *watchdog {
	if patience <= 0 {
		return nil
	}
	w := &watchdog{limit: patience + lasts, cancel: cancel, over: make(chan struct{})}
	w.ticker = time.NewTicker(w.limit / patienceTicks)
	go w.watch()
	return w
}

func (w *watchdog) watch() {
	for {
		select {
		case <-w.ticker.C:
			w.tick()
		case <-w.over:
			return
		}
	}
}

// await says that now a program is waited for.
func (w *watchdog) await(whom func() string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whom, w.ticks = whom, 0
}

func (w *watchdog) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whom == nil || w.found != nil {
		return
	}
	if w.ticks++; w.ticks > patienceTicks {
		w.found = &SilentError{w.whom(), w.limit}
		w.cancel()
	}
}

// stop ends the watch and returns what it found.
func (w *watchdog) stop() *SilentError {
	if w == nil {
		return nil
	}
	w.ticker.Stop()
	close(w.over)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.found
}

// lasts is how long a WAV file plays, by its header and size; 0 where that
// tells nothing, and the file will be refused.
func lasts(path string) time.Duration {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	wav, err := audio.NewWAVReader(f)
	if err != nil {
		return 0
	}
	format := wav.Format()
	bytes := float64(format.SampleRate * format.Channels * format.BitsPerSample / 8)
	return time.Duration(float64(info.Size()) / bytes * float64(time.Second))
}
