package analysis

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"voiceflow/internal/health/metrics"
)

// Plot shows a measure, or the failures, over time.
type Plot struct {
	Name        string // file name without extension
	Title       string
	Description string // alternative text

	plot *plot.Plot
}

// The colours are from Okabe and Ito, "Color universal design", 2008: they can be
// distinguished with any colour vision, and in greyscale by their lightness.
func blue(alpha uint8) color.Color { return color.NRGBA{0x00, 0x72, 0xb2, alpha} }
func vermilion() color.Color       { return color.NRGBA{0xd5, 0x5e, 0x00, 0xff} }
func grey(v uint8) color.Color     { return color.NRGBA{v, v, v, 0xff} }

const (
	plotWidth  = 20 * vg.Centimeter
	plotHeight = 7.5 * vg.Centimeter
	plotDPI    = 150
	// legendWidth leaves room for a wider font than the one used for the layout.
	legendWidth = 30 * vg.Millimeter
)

// Plots draws the measures and the failures over time, with limits as horizontal
// lines and changes of model, device or version as vertical ones.
func (r *Report) Plots(limits metrics.Limits) ([]Plot, error) {
	var all []Plot
	for _, m := range measures() {
		for _, line := range r.Series.Measures {
			if line.Measure != m.name || m.name == "queue" {
				continue
			}
			limit := 0.0
			if m.limit != nil {
				limit = m.limit(limits)
			}
			p, err := r.draw(line, limit)
			if err != nil {
				return nil, fmt.Errorf("plot of %s: %w", m.name, err)
			}
			all = append(all, p)
		}
	}
	if len(r.Series.Failures) > 0 {
		p, err := r.drawFailures()
		if err != nil {
			return nil, fmt.Errorf("plot of failures: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

func (r *Report) draw(line Line, limit float64) (Plot, error) {
	p := r.frame(line.Measure, axisLabel(line))
	for _, run := range unbroken(line.Points, r.gap()) {
		if err := r.drawRun(p, run); err != nil {
			return Plot{}, err
		}
	}
	most, low, high := 0.0, math.Inf(1), 0.0
	for _, q := range line.Points {
		most, low, high = max(most, q.P90), min(low, q.P50), max(high, q.P50)
	}
	limitText := ""
	// A limit far above all values would flatten the curve.
	if limit > 0 && limit < 2*most {
		if err := r.level(p, limit); err != nil {
			return Plot{}, err
		}
		most = max(most, limit)
		limitText = fmt.Sprintf(" The limit is %g%s.", limit, unitAfter(line.Unit))
	}
	legend(p, limitText != "")
	r.markChanges(p)
	r.span(p, most)
	from, to := line.Points[0].Time, line.Points[len(line.Points)-1].Time
	return Plot{Name: fileName(line.Measure), Title: capital(line.Measure) + " over time", plot: p,
		Description: fmt.Sprintf("%s from %s to %s: medians between %s and %s%s.%s", capital(line.Measure),
			from.Format(minute), to.Format(minute), number(low), number(high), unitAfter(line.Unit), limitText)}, nil
}

func unitAfter(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

func axisLabel(line Line) string {
	if line.Unit == "" {
		return line.Measure + " (times real time)"
	}
	return line.Measure + " (" + line.Unit + ")"
}

func fileName(measure string) string { return strings.ToLower(strings.ReplaceAll(measure, " ", "-")) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// frame returns an empty plot with axes. It sets the font of each text rather
// than gonum's global default.
func (r *Report) frame(title, y string) *plot.Plot {
	p := plot.New()
	sans := font.Font{Typeface: "Liberation", Variant: "Sans"}
	p.Title.Text = capital(title)
	p.Y.Label.Text = y
	loc := r.Summary.From.Location()
	p.X.Label.Text = "time (" + r.Summary.From.Format("MST") + ")"
	p.Title.TextStyle.Font = font.From(sans, 13)
	p.Title.Padding = 3 * vg.Millimeter
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font = font.From(sans, 10)
		axis.Tick.Label.Font = font.From(sans, 9)
		axis.Color, axis.Tick.Color = grey(0x60), grey(0x60)
	}
	p.Legend.TextStyle.Font = font.From(sans, 9)
	p.X.Tick.Marker = timeTicks{loc}
	p.Y.Tick.Marker = roundTicks{}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = grey(0xe8), grey(0xe0)
	p.Add(grid)
	return p
}

// gap is the time without items that breaks a line: a night of a few days, but not the
// minutes between two dictations.
func (r *Report) gap() time.Duration {
	return max(2*r.Series.Width, r.Summary.To.Sub(r.Summary.From)/12)
}

// unbroken splits points where more than gap lies between two of them.
func unbroken(points []Point, gap time.Duration) [][]Point {
	var runs [][]Point
	for i, q := range points {
		if i == 0 || q.Time.Sub(points[i-1].Time) > gap {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], q)
	}
	return runs
}

// drawRun draws the bands and the median of consecutive points.
func (r *Report) drawRun(p *plot.Plot, run []Point) error {
	half := r.Series.Width / 2
	at := func(q Point) float64 { return unixSeconds(q.Time.Add(half)) }
	if len(run) == 1 { // widen it to the interval it represents
		run = []Point{run[0], run[0]}
		run[0].Time, run[1].Time = run[0].Time.Add(-half/2), run[0].Time.Add(half/2)
	}
	for _, band := range []struct {
		low, high func(Point) float64
		alpha     uint8
	}{
		{func(q Point) float64 { return q.P10 }, func(q Point) float64 { return q.P90 }, 0x38},
		{func(q Point) float64 { return q.P25 }, func(q Point) float64 { return q.P75 }, 0x58},
	} {
		var ring plotter.XYs
		for _, q := range run {
			ring = append(ring, plotter.XY{X: at(q), Y: band.high(q)})
		}
		for _, q := range slices.Backward(run) {
			ring = append(ring, plotter.XY{X: at(q), Y: band.low(q)})
		}
		polygon, err := plotter.NewPolygon(ring)
		if err != nil {
			return err
		}
		polygon.Color, polygon.LineStyle.Width = blue(band.alpha), 0
		p.Add(polygon)
	}
	var medians plotter.XYs
	for _, q := range run {
		medians = append(medians, plotter.XY{X: at(q), Y: q.P50})
	}
	line, err := plotter.NewLine(medians)
	if err != nil {
		return err
	}
	line.Color, line.Width = blue(0xff), vg.Points(1.6)
	p.Add(line)
	return nil
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// ends returns the start and end of a plot's time axis.
func (r *Report) ends() (from, to float64) {
	from, to = unixSeconds(truncate(r.Summary.From, r.Series.Width)), unixSeconds(r.Summary.To)
	return from, max(to, from+r.Series.Width.Seconds())
}

func (r *Report) span(p *plot.Plot, most float64) {
	p.X.Min, p.X.Max = r.ends()
	p.Y.Min = 0
	p.Y.Max = most * 1.05
	if most <= 0 {
		p.Y.Max = 1
	}
}

func (r *Report) level(p *plot.Plot, v float64) error {
	from, to := r.ends()
	line, err := plotter.NewLine(plotter.XYs{{X: from, Y: v}, {X: to, Y: v}})
	if err != nil {
		return err
	}
	line.LineStyle = limitStyle()
	p.Add(line)
	return nil
}

// maxMarks bounds the vertical lines; more would hide the plot.
const maxMarks = 12

func (r *Report) markChanges(p *plot.Plot) {
	marks := changeMarks{}
	for _, c := range r.Changes {
		if c.Kind != "end" {
			marks = append(marks, unixSeconds(c.Time))
		}
	}
	if len(marks) > 0 && len(marks) <= maxMarks {
		p.Add(marks)
		p.Legend.Add("change", marks)
	}
}
