package service

import (
	"math"
	"testing"
)

// FuzzFigures: whatever a server answers as its figures, the reading has an error or
// numbers that can be compared.
func FuzzFigures(f *testing.F) {
	f.Add("voiceflow_server_decodings_total 3\nprocess_start_time_seconds 1.7e9\n")
	f.Add("voiceflow_server_model_info{device=\"GPU\\n\",x=\"\\\"\"} 1\n")
	f.Add("process_resident_memory_bytes NaN\nvoiceflow_server_errors_total +Inf\n")
	f.Fuzz(func(t *testing.T, figures string) {
		r := &Reading{}
		if r.add(figures) != nil {
			return
		}
		if r.Decodings < 0 || r.Errors < 0 || r.Refreshes < 0 || math.IsNaN(r.MemoryMB) || r.MemoryMB < 0 {
			t.Errorf("%+v from %q", r, figures)
		}
	})
}
