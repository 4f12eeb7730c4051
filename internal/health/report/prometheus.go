package report

import (
	"fmt"
	"io"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"voiceflow/internal/health/check"
	"voiceflow/internal/prose"
)

// writePrometheus writes gauges in the text exposition format. Values are in base
// units: ratios for percentages, bytes for MB, and seconds.
func writePrometheus(w io.Writer, r *check.Report) error {
	registry := prometheus.NewRegistry()
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		opts := prometheus.GaugeOpts{Namespace: "voiceflow", Subsystem: "check", Name: name, Help: help}
		g := prometheus.NewGaugeVec(opts, labels)
		registry.MustRegister(g)
		return g
	}
	gauge("info", "What was checked; always 1.", "version", "model", "device").
		WithLabelValues(valid(r.Version), valid(r.Model), valid(r.Device)).Set(1)
	gauge("status", "Verdict: 0 OK, 1 WARNING, 2 CRITICAL.").WithLabelValues().Set(float64(r.Status))
	gauge("last_run_timestamp_seconds", "When the check began.").WithLabelValues().Set(float64(r.Time.Unix()))
	gauge("duration_seconds", "How long the check took.").WithLabelValues().Set(r.Seconds)
	findings := gauge("findings", "Findings by suite, check and status.", "suite", "check", "status")
	for _, f := range r.Findings {
		findings.WithLabelValues(f.Suite, f.Check, f.Status.String()).Inc()
	}
	values := map[check.Unit]*prometheus.GaugeVec{
		check.Percent: gauge("ratio", "Measured ratios.", "suite", "check", "subject"),
		check.Seconds: gauge("seconds", "Measured times.", "suite", "check", "subject"),
		check.MB:      gauge("bytes", "Measured sizes.", "suite", "check", "subject"),
		check.Factor:  gauge("value", "Measured factors and counts.", "suite", "check", "subject"),
	}
	base := func(m check.Measure) float64 {
		switch m.Unit {
		case check.Percent:
			return m.Value / 100
		case check.MB:
			return m.Value * (1 << 20)
		}
		return m.Value
	}
	for _, m := range r.Measures {
		values[m.Unit].WithLabelValues(m.Suite, m.Name, valid(m.Subject)).Set(base(m))
	}
	families, err := registry.Gather()
	if err != nil {
		return fmt.Errorf("metrics of the check: %w", err)
	}
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(w, f); err != nil {
			return err
		}
	}
	return nil
}

// valid makes s a valid label value: UTF-8, and without control characters.
func valid(s string) string { return prose.Line(s) }
