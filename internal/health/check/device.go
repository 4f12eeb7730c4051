package check

import (
	"fmt"
	"strings"

	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/verdict"
	"voiceflow/pkg/event"
)

// judgeDevice checks that the recogniser used the device requested and did not
// degrade. It adds each finding once per suite.
func (c *Checker) judgeDevice(r *Report, suite, subject string, answers []replay.Answer) {
	device := strings.ToLower(c.Pipeline.Device)
	wantsGPU := device != "" && device != "auto" && device != "cpu"
	for _, a := range answers {
		if onCPU(a.Transcript) && wantsGPU && !hasFinding(r, suite, Device) {
			r.Add(Finding{
				Status: verdict.Critical, Suite: suite, Check: Device, Subject: subject,
				What:     fmt.Sprintf("GPU requested (--device %s) but the CPU was used", c.Pipeline.Device),
				Measured: a.Device, Limit: c.Pipeline.Device,
			})
		}
		if len(a.Degraded) > 0 && !hasFinding(r, suite, Degraded) {
			fallbacks := strings.Join(a.Degraded, ", ")
			r.Add(Finding{
				Status: verdict.Warning, Suite: suite, Check: Degraded, Subject: subject,
				What: "degraded: the recogniser fell back after errors: " + fallbacks, Measured: fallbacks,
			})
		}
	}
}

func onCPU(t *event.Transcript) bool { return strings.HasPrefix(strings.ToLower(t.Device), "cpu") }

func hasFinding(r *Report, suite, check string) bool {
	for _, f := range r.Findings {
		if f.Suite == suite && f.Check == check {
			return true
		}
	}
	return false
}
