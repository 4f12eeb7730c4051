package analysis

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/prose"
)

//go:embed report.html
var page string

// picture is a plot within the page.
type picture struct {
	Plot
	SVG template.HTML
}

// WriteHTML writes the report as a single self-contained page.
func (r *Report) WriteHTML(w io.Writer, limits metrics.Limits) error {
	plots, err := r.Plots(limits)
	if err != nil {
		return err
	}
	var pictures []picture
	for _, p := range plots {
		svg, err := inline(p)
		if err != nil {
			return fmt.Errorf("plot of %s: %w", p.Name, err)
		}
		pictures = append(pictures, picture{p, svg})
	}
	t, err := template.New("report").Funcs(template.FuncMap{
		"count": prose.Count, "number": number, "p": probability, "span": span, "unit": withUnit, "capital": capital,
		"minute":    func(t time.Time) string { return t.Format(minute) },
		"signed":    func(v float64) string { return fmt.Sprintf("%+.2g", v) },
		"zone":      func(t time.Time) string { return t.Format("MST") },
		"available": Summary.available, "transcribed": Summary.transcribed,
		"changes": newest[Change], "degraded": newest[Degraded],
		"groups":  func(g []ErrorGroup) []ErrorGroup { return g[:min(pageRows, len(g))] },
		"between": func(a, b time.Time) string { return span(b.Sub(a)) },
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("page of the report: %w", err)
	}
	return t.Execute(w, struct {
		*Report
		Plots []picture
		Fine  string
	}{r, pictures, r.fine()})
}

// pageRows bounds the rows of each table.
const pageRows = 100

func newest[T any](rows []T) []T { return rows[max(0, len(rows)-pageRows):] }

// inline renders a plot for embedding in the page. It is safe as HTML: its only
// texts are names of measures and times, which gonum escapes.
func inline(p Plot) (template.HTML, error) {
	var b bytes.Buffer
	if err := p.WriteSVG(&b); err != nil {
		return "", err
	}
	_, svg, found := strings.Cut(b.String(), "<svg ")
	if !found {
		return "", fmt.Errorf("the output has no <svg> element")
	}
	// #nosec G203 -- see above
	return template.HTML("<svg aria-hidden=\"true\" " + svg), nil
}
