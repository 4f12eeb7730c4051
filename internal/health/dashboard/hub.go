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

// ranges are the periods that the page can show, with the time that each point of a
// chart covers: 60 to 96 points per chart.
var ranges = []struct {
	name        string
	long, width time.Duration
}{
	{"1h", time.Hour, time.Minute},
	{"6h", 6 * time.Hour, 5 * time.Minute},
	{"24h", 24 * time.Hour, 15 * time.Minute},
	{"7d", 7 * 24 * time.Hour, 2 * time.Hour},
}

// dayRange is the index of the range whose series provides the trend.
const dayRange = 2

// hub collects readings and holds what the page shows. Its memory use depends on
// the longest range, not on the number of readings.
type hub struct {
	options Options

	mu      sync.Mutex
	state   *metrics.State
	series  []*metrics.Series // one per range
	version int               // increases with each change
	upTo    time.Time         // of the latest reading
	broken  int               // log lines and files that could not be read
	lastErr string
	done    bool // the existing logs have been read
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
	both.Go(func() { h.tidyUntil(ctx) })
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
		if !errors.Is(err, fs.ErrNotExist) { // the page already says that there is no folder yet
			h.broken, h.lastErr = h.broken+1, err.Error()
		}
		return
	}
	h.upTo = r.Time
	h.state.Add(r)
	age := h.options.Now().Sub(r.Time)
	for i, s := range h.series {
		if -maxAhead <= age && age <= retention(i) {
			s.Add(r)
		} else {
			s.Skip(r)
		}
	}
}

// maxAhead is how far the clock of another machine may be ahead. Readings further in
// the future come from a clock that has been corrected since.
const maxAhead = time.Minute

// retention is how far back a series reaches: slightly more than its range, or
// twice that for dayRange, for the trend.
func retention(i int) time.Duration {
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

// tidyTime is how often the hub reads new checks and drops old readings.
const tidyTime = 3 * time.Second

func (h *hub) tidyUntil(ctx context.Context) {
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
		s.Forget(now.Add(-retention(i)), now.Add(maxAhead))
	}
}

// current returns the hub's version, and whether the existing logs have been read.
func (h *hub) current() (version int, done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.version, h.done
}
