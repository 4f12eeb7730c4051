package main

import (
	"bytes"
	"errors"
	"testing"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/logrecord"
	"voiceflow/pkg/capture"
)

// TestMicrophoneTroubleIsTyped: each kind of microphone trouble has its own event in
// the log, which vf-health reads.
func TestMicrophoneTroubleIsTyped(t *testing.T) {
	for kind, want := range map[capture.Kind]logrecord.Event{
		capture.Started: "", capture.FirstSound: "", // no trouble
		capture.Overflow: logrecord.Overflow, capture.Dropped: logrecord.Gap,
		capture.Lost: logrecord.DeviceLost, capture.Recovered: logrecord.DeviceReturned,
	} {
		var line bytes.Buffer
		m := &microphone{env: &cmdline.Env{Log: logrecord.New("vf-record", &line)}}
		m.report(capture.Event{Kind: kind, Device: "a microphone", At: 16000, Samples: 8000, Times: 1, Err: errors.New("unplugged")})
		r, ok, err := logrecord.Parse(line.Bytes())
		if err != nil || line.Len() == 0 || ok != (want != "") || r.Kind != want || ok && (r.Event != logrecord.Problem || r.Device != "a microphone" && want != logrecord.Overflow && want != logrecord.Gap) {
			t.Errorf("kind %d: %v, %+v, %v: %s", kind, ok, r, err, &line)
		}
	}
}
