package analysis

import "time"

// Report is the result of an analysis. Times are in Options.Location; seconds and
// MB (1048576 bytes) are as in logrecord.Record.
type Report struct {
	Made            time.Time        `json:"made"`
	Summary         Summary          `json:"summary"`
	Percentiles     []Percentiles    `json:"percentiles"`
	Trends          []Trend          `json:"trends"`
	Decay           Decay            `json:"decay"`
	Errors          []ErrorGroup     `json:"errors"` // most frequent first
	Slowest         []Slow           `json:"slowest_utterances"`
	SlowestFiles    []Slow           `json:"slowest_files"`
	Refreshes       Refreshes        `json:"refreshes"`
	Changes         []Change         `json:"changes"` // oldest first; the newest maxChanges
	Recommendations []Recommendation `json:"recommendations"`
	Series          Series           `json:"series"` // the plots' data
}

// Summary holds the totals.
type Summary struct {
	From              time.Time  `json:"from"`
	To                time.Time  `json:"to"`
	Processes         int        `json:"processes"`
	AbnormalEnds      int        `json:"abnormal_ends"` // with a failing exit code, or without logging a stop
	Utterances        int        `json:"utterances"`    // of streams
	Files             int        `json:"files"`
	AudioHours        float64    `json:"audio_hours"`
	Failures          int        `json:"failures"`
	FailureRate       float64    `json:"failure_rate"` // over all items, 0 to 1
	Availability      float64    `json:"availability"` // share of items that succeeded, 0 to 1; 0 without items
	Problems          int        `json:"problems"`     // warnings and errors not tied to an item
	Retries           int        `json:"retries"`
	Deliveries        int        `json:"deliveries"`
	Kept              int        `json:"kept"` // undelivered texts
	Refreshes         int        `json:"refreshes"`
	ItemsPerRefresh   float64    `json:"items_per_refresh"` // 0 without refreshes
	Degraded          []Degraded `json:"degraded"`
	Malformed         int        `json:"malformed"` // lines and files that could not be read
	MalformedExamples []string   `json:"malformed_examples"`
}

// Degraded is a period in which a process ran with less than was requested, such
// as on the CPU instead of the GPU.
type Degraded struct {
	Program string    `json:"program"`
	PID     int       `json:"pid"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"` // of the last item in it
	What    string    `json:"what"`
	Items   int       `json:"items"`
}

// Percentiles are those of a measure over all items that have it. Each is an
// observed value: the smallest that at least the given share of all values do not
// exceed (definition 1 of Hyndman and Fan, "Sample quantiles in statistical
// packages", The American Statistician 50, 1996).
type Percentiles struct {
	Measure string  `json:"measure"`
	Unit    string  `json:"unit"`
	N       int     `json:"n"`
	Min     float64 `json:"min"`
	P1      float64 `json:"p1"`
	P5      float64 `json:"p5"`
	P50     float64 `json:"p50"`
	P90     float64 `json:"p90"`
	P95     float64 `json:"p95"`
	P99     float64 `json:"p99"`
	Max     float64 `json:"max"`
}

// Trend is that of a measure's median over time intervals.
type Trend struct {
	Measure string  `json:"measure"`
	Unit    string  `json:"unit"`
	Per     string  `json:"per"`     // unit of time for Slope: hour or day
	Stretch string  `json:"stretch"` // interval: 10 minutes, hour, day or week
	N       int     `json:"n"`       // intervals with values
	Median  float64 `json:"median"`  // of all values
	Slope   float64 `json:"slope"`   // Theil-Sen, in units per hour or day
	Change  float64 `json:"change"`  // slope times the time covered
	P       float64 `json:"p"`       // Mann-Kendall, two-sided
	// Direction is "rises" or "falls" if P is below [TrendSignificance] and the
	// change is large enough to matter, otherwise "steady".
	Direction string `json:"direction"`
	Worse     bool   `json:"worse"`
}

// Decay compares the last third of long processes with the first.
type Decay struct {
	Processes int         `json:"processes"` // long ones
	Decayed   int         `json:"decayed"`   // slower at the end
	Grown     int         `json:"grown"`     // with growing memory
	Worst     []LongDecay `json:"worst"`     // largest slowdown first
}

// LongDecay is about one long process.
type LongDecay struct {
	Program     string    `json:"program"`
	PID         int       `json:"pid"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Items       int       `json:"items"`
	SpeedFirst  float64   `json:"speed_first"` // median of the first third
	SpeedLast   float64   `json:"speed_last"`
	P           float64   `json:"p"` // rank-sum test of the speeds, two-sided
	Decayed     bool      `json:"decayed"`
	GrowthFirst float64   `json:"growth_first_mb"`
	GrowthLast  float64   `json:"growth_last_mb"`
	Grown       bool      `json:"grown"`
}

// ErrorGroup collects the occurrences of a message.
type ErrorGroup struct {
	Program string    `json:"program"`
	Level   string    `json:"level"`
	Message string    `json:"message"` // normalised, see Normalise
	Count   int       `json:"count"`
	Items   int       `json:"items"` // how many of them were failures of an utterance or file
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	Example string    `json:"example"` // the latest one, verbatim
}

// Slow is one of the slowest items.
type Slow struct {
	Time       time.Time `json:"time"`
	Program    string    `json:"program"`
	PID        int       `json:"pid"`
	ID         int       `json:"id"`
	File       string    `json:"file"` // base name; empty for an utterance of a stream
	Audio      float64   `json:"audio_seconds"`
	Processing float64   `json:"processing_seconds"`
	Speed      float64   `json:"speed_factor"`
	Retries    int       `json:"retries"`
}

// Refreshes compares the items just before a refresh of the recogniser with
// those just after it.
type Refreshes struct {
	Count           int     `json:"count"`
	ItemsPerRefresh float64 `json:"items_per_refresh"`
	SpeedBefore     float64 `json:"speed_before"` // medians
	SpeedAfter      float64 `json:"speed_after"`
	GrowthBefore    float64 `json:"growth_before_mb"`
	GrowthAfter     float64 `json:"growth_after_mb"`
}

// Change is a point in time at which something changed.
type Change struct {
	Time    time.Time `json:"time"`
	Program string    `json:"program"`
	PID     int       `json:"pid"`
	Kind    string    `json:"kind"` // version, model, device, degraded or end; the first if several changed
	What    string    `json:"what"` // in words: model a -> b
	Before  Figures   `json:"before"`
	After   Figures   `json:"after"`
}

// Figures are medians over the items just before or after a change; 0 without
// items.
type Figures struct {
	N          int     `json:"n"`
	Speed      float64 `json:"speed_factor"`
	Processing float64 `json:"processing_seconds"` // of utterances
	Latency    float64 `json:"latency_seconds"`
}

// Recommendation says what to do and why.
type Recommendation struct {
	ID     string `json:"id"`
	Advice string `json:"advice"`
	Reason string `json:"reason"`
}

// Series holds the points of the plots, at most maxPoints per measure.
type Series struct {
	Width    time.Duration `json:"width_ns"`
	Measures []Line        `json:"measures"`
	Failures []Count       `json:"failures"`
}

// Line is a measure over time.
type Line struct {
	Measure string  `json:"measure"`
	Unit    string  `json:"unit"`
	Points  []Point `json:"points"`
}

// Point summarises the interval that begins at Time.
type Point struct {
	Time time.Time `json:"time"`
	N    int       `json:"n"`
	P10  float64   `json:"p10"`
	P25  float64   `json:"p25"`
	P50  float64   `json:"p50"`
	P75  float64   `json:"p75"`
	P90  float64   `json:"p90"`
}

// Count is the number of items and failures in the interval that begins at Time.
type Count struct {
	Time     time.Time `json:"time"`
	Items    int       `json:"items"` // failures included
	Failures int       `json:"failures"`
}
