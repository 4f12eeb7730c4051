package preflight

import (
	"context"
	"strings"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

// server checks this user's transcription server, if its socket exists.
func (p Probe) server(ctx context.Context) []Check {
	const name = "server"
	if p.Server == nil {
		return nil
	}
	r := p.Server(ctx)
	switch {
	case r == nil: // not used
		return nil
	case r.Err != nil:
		return []Check{bad(name, verdict.Warning, "systemctl --user restart voiceflow-transcribe.socket\n"+
			"or run vf-transcribe --listen; until then, --connect decodes in each program", "%v", r.Err)}
	case len(r.Degraded) > 0:
		return []Check{bad(name, verdict.Warning, "systemctl --user restart voiceflow-transcribe\nand look at its log",
			"it is running with less than requested: %s", strings.Join(r.Degraded, ", "))}
	}
	models := "no model loaded"
	if len(r.Models) > 0 {
		models = strings.Join(r.Models, ", ") + " on " + r.Device
	}
	return []Check{good(name, "%s, %s, %s", r.Status, models, prose.Count(r.Decodings, "decoding"))}
}
