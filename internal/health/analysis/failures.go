package analysis

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
)

// drawFailures draws the number of failures per interval as bars.
func (r *Report) drawFailures() (Plot, error) {
	p := r.frame("failures", "failed items")
	p.Y.Tick.Marker = roundTicks{whole: true}
	total, most := 0, 0
	var rings []plotter.XYer
	for _, n := range r.Series.Failures {
		total, most = total+n.Failures, max(most, n.Failures)
		if n.Failures == 0 {
			continue
		}
		// Slightly narrower than the interval, so that neighbouring bars stay apart.
		x0, y := unixSeconds(n.Time), float64(n.Failures)
		x1 := x0 + r.Series.Width.Seconds()*0.9
		rings = append(rings, plotter.XYs{{X: x0, Y: 0}, {X: x0, Y: y}, {X: x1, Y: y}, {X: x1, Y: 0}})
	}
	if len(rings) > 0 {
		bars, err := plotter.NewPolygon(rings...)
		if err != nil {
			return Plot{}, err
		}
		bars.Color, bars.LineStyle.Width = vermilion(), 0
		p.Add(bars)
	}
	p.Legend.Add("failures", bar{})
	r.markChanges(p)
	r.span(p, float64(most))
	return Plot{Name: "failures", Title: "Failures over time", plot: p,
		Description: fmt.Sprintf("Failures per interval of %s: %d in total, at most %d in one interval.",
			span(r.Series.Width), total, most)}, nil
}
