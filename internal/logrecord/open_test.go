package logrecord

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkOpen opens the logs of 100,000 utterances, as the dashboard and
// vf-health analyze do.
func BenchmarkOpen(b *testing.B) {
	const utterances = 100_000
	folder := b.TempDir()
	var log bytes.Buffer
	for n := range utterances {
		fmt.Fprintf(&log, `{"level":"info","tool":"vf-transcribe","pid":4711,"event":"utterance","id":%d,"file":"","audio_seconds":2.512,`+
			`"processing_seconds":0.4000000000000001,"speed_factor":6.280000000000000123,"model":"base.en","device":"CPU, OpenBLAS","degraded":[],`+
			`"retries":0,"dropped":0,"uncovered":0,"refreshes":%d,"queue":1,"memory_mb":212.30078125,"growth_mb":0,"cpu_percent":40.5,"latency_seconds":0.51,`+
			`"time":%q,"message":"transcribed"}`+"\n", n, n/1000, noon.Add(time.Duration(n)*time.Second).Format("2006-01-02T15:04:05.000Z07:00"))
	}
	path := filepath.Join(folder, "vf-transcribe.log")
	if err := os.WriteFile(path, log.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		count := 0
		for _, err := range Files(path)(context.Background()) {
			if err != nil {
				b.Fatal(err)
			}
			count++
		}
		if count != utterances {
			b.Fatalf("%d utterances", count)
		}
	}
}
