package dashboard

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

// ranges are the stretches of time that the page shows: how long, and how wide
// a point of a chart is, which gives 60 to 96 points.
var ranges = []struct {
	name        string
	long, width time.Duration
}{
	{"1h", time.Hour, time.Minute},
	{"6h", 6 * time.Hour, 5 * time.Minute},
	{"24h", 24 * time.Hour, 15 * time.Minute},
	{"7d", 7 * 24 * time.Hour, 2 * time.Hour},
}

// dayRange is the index of the range whose series the trend is read from.
const dayRange = 2

// hub takes in readings and keeps what the page shows. Its memory depends on
// the longest range, not on the readings.
type hub struct {
	options Options

	mu      sync.Mutex
	state   *metrics.State
	series  []*metrics.Series // of ranges
	version int               // of all this: it grows with each change
	upTo    time.Time         // of the last reading
	broken  int               // logs and lines that could not be read
	lastErr string
	done    bool // what was in the logs at the start has been read
	checks  checks
}

func newHub(o Options) *hub {
	h := &hub{options: o, state: metrics.NewState(o.Limits), checks: checks{path: o.Checks}}
	for _, r := range ranges {
		h.series = append(h.series, metrics.NewSeries(r.width))
	}
	return h
}

// run follows the logs until ctx ends.
func (h *hub) run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { h.tend(ctx) })
	for r, err := range logrecord.Watch(h.options.Logs, h.options.Since, h.caughtUp)(ctx) {
		h.add(r, err)
	}
	both.Wait()
}

func (h *hub) add(r logrecord.Record, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.version++
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // that there is no folder yet, the page says anyway
			h.broken, h.lastErr = h.broken+1, err.Error()
		}
		return
	}
	h.upTo = r.Time
	h.state.Add(r)
	age := h.options.Now().Sub(r.Time)
	for i, s := range h.series {
		if -maxAhead <= age && age <= kept(i) {
			s.Add(r)
		} else {
			s.Skip(r)
		}
	}
}

// maxAhead is how far the clock of another machine may be ahead. What is farther
// in the future has been logged by a clock that was set right since.
const maxAhead = time.Minute

// kept is how long a series reaches back: twice the day's range, for the trend,
// and a little more than the others'.
func kept(i int) time.Duration {
	if i == dayRange {
		return 2*ranges[i].long + ranges[i].width
	}
	return ranges[i].long + ranges[i].width
}

func (h *hub) caughtUp() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done = true
	h.version++
}

// tidyTime is how often the hub looks for checks and forgets what is too old.
const tidyTime = 3 * time.Second

func (h *hub) tend(ctx context.Context) {
	ticker := time.NewTicker(tidyTime)
	defer ticker.Stop()
	for {
		h.tidy()
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (h *hub) tidy() {
	found := h.checks.read()
	h.mu.Lock()
	defer h.mu.Unlock()
	if found.info != h.checks.info {
		h.checks = found
		h.version++
	}
	now := h.options.Now()
	for i, s := range h.series {
		s.Forget(now.Add(-kept(i)), now.Add(maxAhead))
	}
}

// current is the version of what the hub holds, and whether the logs are read.
func (h *hub) current() (version int, done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.version, h.done
}
