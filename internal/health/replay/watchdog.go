package replay

import (
	"fmt"
	"sync"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/pkg/audio"
)

// SilentError is the error of a program that runs but does not respond.
type SilentError struct {
	Program string
	Waited  time.Duration
}

func (e *SilentError) Error() string {
	return fmt.Sprintf("%s did not respond for %v", e.Program, e.Waited.Round(time.Second))
}

// patienceTicks is the number of ticks in the time limit. The watchdog counts
// ticks instead of measuring time, because while this process is stopped, by
// Ctrl-Z or with its container, the programs may be, too.
const patienceTicks = 100

// watchdog cancels a replay in which a program stops responding. Its methods also
// work on nil, which never cancels.
type watchdog struct {
	limit   time.Duration
	cancel  func()
	ticker  *time.Ticker
	stopped chan struct{}

	mu    sync.Mutex
	ticks int           // since the last await
	whom  func() string // returns the name of the program awaited; nil: none
	found *SilentError
}

// newWatchdog starts a watchdog for a recording of the given duration. Its limit is
// patience plus that duration, because the recording may contain no speech at all.
// It returns nil if patience is 0.
func newWatchdog(patience, duration time.Duration, cancel func()) *watchdog {
	if patience <= 0 {
		return nil
	}
	w := &watchdog{limit: patience + duration, cancel: cancel, stopped: make(chan struct{})}
	w.ticker = time.NewTicker(w.limit / patienceTicks)
	go w.watch()
	return w
}

func (w *watchdog) watch() {
	for {
		select {
		case <-w.ticker.C:
			w.tick()
		case <-w.stopped:
			return
		}
	}
}

// await restarts the count for the program that is waited for now.
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
	close(w.stopped)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.found
}

// wavDuration returns the duration of a WAV file from its header and size; 0 for a
// file that cannot be read and will be refused.
func wavDuration(path string) time.Duration {
	f, err := openfile.Regular(path)
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
