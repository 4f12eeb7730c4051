package check

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"voiceflow/internal/health/verdict"
)

// Unit is the unit of a measure, as written after its numbers.
type Unit string

// Units of measures.
const (
	Percent Unit = "%"
	Seconds Unit = "s"
	MB      Unit = "MB" // 1024 * 1024 bytes
	Factor  Unit = ""   // a bare number
)

// Threshold is a pair of limits for a measure: a value beyond Warning is a
// warning, a value beyond Critical is critical. A value equal to a limit is
// within it.
type Threshold struct {
	Warning  float64 `json:"warning"` // in Unit
	Critical float64 `json:"critical"`
	Unit     Unit    `json:"-"`
	Falling  bool    `json:"falling,omitempty"` // smaller values are worse
}

// Judge compares a value with the limits. NaN is beyond any limit.
func (t Threshold) Judge(v float64) verdict.Status {
	beyond := func(limit float64) bool {
		if t.Falling {
			return !(v >= limit)
		}
		return !(v <= limit) // true for NaN
	}
	switch {
	case beyond(t.Critical):
		return verdict.Critical
	case beyond(t.Warning):
		return verdict.Warning
	}
	return verdict.OK
}

// String returns WARNING:CRITICAL with units, as Parse reads it.
func (t Threshold) String() string {
	return t.Unit.format(t.Warning) + ":" + t.Unit.format(t.Critical)
}

func (u Unit) format(v float64) string {
	return strconv.FormatFloat(v, 'f', -1, 64) + string(u)
}

// Parse reads WARNING:CRITICAL for the same measure, each with its unit: 15%:30%,
// 1s:2s (or other Go durations), 400MB:500MB, or 2:1 for a factor.
func (t Threshold) Parse(s string) (Threshold, error) {
	warning, critical, found := strings.Cut(s, ":")
	if !found {
		return t, fmt.Errorf("%q has no second limit; write WARNING:CRITICAL, such as %s", s, t)
	}
	var err error
	if t.Warning, err = t.Unit.parse(warning); err != nil {
		return t, fmt.Errorf("%w, such as %s", err, t.example())
	}
	if t.Critical, err = t.Unit.parse(critical); err != nil {
		return t, fmt.Errorf("%w, such as %s", err, t.example())
	}
	if t.Warning > t.Critical && !t.Falling {
		return t, fmt.Errorf("%q: the warning limit must not be above the critical limit", s)
	}
	if t.Warning < t.Critical && t.Falling {
		return t, fmt.Errorf("%q: less is worse here, so the warning limit must not be below the critical limit", s)
	}
	return t, nil
}

func (t Threshold) example() string {
	e := Threshold{Warning: 1, Critical: 2, Unit: t.Unit}
	if t.Falling {
		e.Warning, e.Critical = 2, 1
	}
	return e.String()
}

func (u Unit) parse(s string) (float64, error) {
	number, hasUnit := strings.CutSuffix(strings.TrimSpace(s), string(u))
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if u == Seconds {
		var d time.Duration
		if d, err = time.ParseDuration(strings.TrimSpace(s)); err == nil {
			v, hasUnit = d.Seconds(), true
		}
	}
	switch {
	case err != nil || !hasUnit:
		return 0, fmt.Errorf("%q is not a %s", s, u.expected())
	case math.IsInf(v, 0) || math.IsNaN(v) || v < 0 || v > 1e12:
		return 0, errors.New(strconv.Quote(s) + " is not a number from 0 to 1e12")
	}
	return v, nil
}

func (u Unit) expected() string {
	switch u {
	case Percent:
		return "percentage"
	case Seconds:
		return "time with a unit"
	case MB:
		return "number of MB"
	default:
		return "bare number"
	}
}
