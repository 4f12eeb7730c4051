package logrecord

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	gojson "github.com/goccy/go-json"
)

// written holds lines as the programs write them.
var written = []string{
	`{"level":"info","tool":"vf-transcribe","pid":4711,"event":"utterance","id":12,"file":"","audio_seconds":2.512,` +
		`"processing_seconds":0.4000000000000001,"speed_factor":6.280000000000000123,"model":"base.en","device":"CPU","degraded":[],` +
		`"retries":0,"refreshes":3,"queue":1,"memory_mb":212.30078125,"growth_mb":0,"cpu_percent":40.5,"latency_seconds":0.51,` +
		`"time":"2026-11-24T12:00:00.123+01:00","message":"transcribed"}`,
	`{"level":"info","tool":"vf-transcribe","pid":1,"event":"utterance","degraded":["gpu -> cpu","beam -> greedy"],"time":"2026-11-24T12:00:00Z","message":"m"}`,
	`{"level":"error","tool":"vf-transcribe","pid":1,"event":"failure","file":"/t/Ä ö.wav","time":"2026-11-24T12:00:00Z","message":"no"}` + "\n",
	`{"level":"info","tool":"vf-paste","pid":1,"event":"delivery","method":"x11","characters":20,"note":"seen","seconds":0.1,"time":"2026-11-24T12:00:00Z"}`,
	`{"level":"info","tool":"vf-vad","pid":1,"event":"stopped","exit_code":130,"seconds":3600.5}`,
}

// odd holds lines that no program writes.
var odd = []string{
	`{}`, `[]`, `null`, `{"pid":1e3}`, `{"pid":-1}`, `{"pid":1.0}`, `{"pid":01}`, `{"seconds":1.}`, `{"seconds":.5}`, `{"seconds":}`,
	`{"seconds":00.5}`, `{"TOOL":"x"}`, `{"tool":"a\u0000b"}`, "{\"tool\":\"a\xff\"}", `{"tool":null}`, `{"degraded":null}`,
	`{"degraded":["a",]}`, `{"degraded":["a"}`, `{"x":{"y":1}}`, `{"x":true}`, `{"pid":1,}`, `{"pid":1}{`, `{"pid" : 1}`, `{"pid":99999999999999999999}`,
	"\f{}", `{"time":"today"}`, `{"time":"2026-11-24T12:00:00,5Z"}`, `{"pid":1,"pid":2}`, `{"seconds":1234567890123456789012345678901234567890}`,
	"{\"tool\":\"a\x01b\"}", `{"tool":"a\qb"}`, `{"x":nul}`, `{"x":01}`, `{"x":[1,2,}`, `{"x":"\ud800"}`, `{"tool":"\ud800x"}`, `{"x":tru}`,
	`{"x":1 2}`, `{"x" "y"}`, `{"pid":"7"}`, `{"event":7}`, `{"message":["a"]}`, `{"x":-}`, `{"x":1e}`, `{"degraded":["a",null]}`, `{"replayed":1}`,
}

// encoding/json accepts any line that go-json accepts, and reads it the same
// way.
func FuzzParsersAgree(f *testing.F) {
	for _, line := range slices.Concat(written, odd) {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var got, want Record
		if gojson.Unmarshal(line, &got) != nil {
			return
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatalf("go-json accepts %q, but encoding/json does not: %v", line, err)
		}
		if !got.Time.Equal(want.Time) {
			t.Errorf("%q: time %v, not %v", line, got.Time, want.Time)
		}
		got.Time = want.Time
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n%+v, not\n%+v", line, got, want)
		}
	})
}

// Lines that the programs write do not need the slow parser.
func TestFastParserReadsWhatProgramsWrite(t *testing.T) {
	for _, line := range written {
		if err := gojson.Unmarshal([]byte(line), &Record{}); err != nil {
			t.Errorf("go-json rejects %s: %v", line, err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	line := []byte(written[0])
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if _, ok, err := Parse(line); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
