package check

import (
	"testing"

	"voiceflow/internal/health/verdict"
)

// The verdict on all recordings is never better than the worst of them.
func TestTotalText(t *testing.T) {
	r := &Report{}
	if got := totalText(r, Timing); got != "OK" {
		t.Errorf("without findings: %q", got)
	}
	r.Add(Finding{Status: verdict.Warning, Suite: Timing, Check: Speed, What: "slow: OK no more"})
	r.Add(Finding{Status: verdict.Critical, Suite: Edge, Check: Accepted, What: "another suite"})
	if got := totalText(r, Timing); got != "WARNING: slow: OK no more" {
		t.Errorf("with a finding about all: %q", got)
	}
	r.Add(Finding{Status: verdict.Critical, Suite: Timing, Check: Lost, Subject: "a.wav", What: "lost"})
	if got := totalText(r, Timing); got != "CRITICAL: slow: OK no more" {
		t.Errorf("with a worse finding about one: %q", got)
	}
}
