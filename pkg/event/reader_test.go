package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"voiceflow/pkg/event"
)

// readAll reads all records and fails the test on an I/O error.
func readAll(t *testing.T, r io.Reader) []event.Record {
	t.Helper()
	var records []event.Record
	reader := event.NewReader(r)
	for reader.Scan() {
		records = append(records, reader.Record())
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return records
}

const line1 = `{"type":"utterance","id":3,"start":0.5,"end":2,"pcm_start":0.2,"pcm":"AQACAA=="}`

var utterance1 = &event.Utterance{ID: 3, Start: 0.5, End: 2, PCMStart: 0.2, PCM: []byte{1, 0, 2, 0}}

func TestReader(t *testing.T) {
	tests := []struct {
		name, in string
		want     event.Record
	}{
		{"utterance", line1, utterance1},
		{"line feed", line1 + "\n", utterance1},
		{"carriage return", line1 + "\r\n", utterance1},
		{"spaces", " " + line1 + " ", utterance1},
		{"byte order mark", "\ufeff" + line1, utterance1},
		{"blank lines", "\n \t\r\n" + line1 + "\n\n", utterance1},
		{"unknown fields", strings.Replace(line1, `"id"`, `"text":5,"x":{"id":"y"},"id"`, 1), utterance1},
		{"transcript", `{"type":"transcript","id":7,"file":"a.wav","start":1,"end":2,"text":"<hi> \u00e4\n","language":"en",` +
			`"duration":1,"segments":[{"id":1,"start":1,"end":2,"text":"hi","avg_logprob":-0.5,"compression_ratio":1.5,` +
			`"no_speech_prob":0.25,"temperature":0.2,"words":[{"word":"hi","start":1,"end":1.5,"probability":0.75}]}],` +
			`"model":"base.en","device":"cpu","audio_ctx":512,"retries":1,"processing_seconds":0.5,"speed_factor":2}`,
			&event.Transcript{ID: 7, File: "a.wav", Start: 1, End: 2, Text: "<hi> ä\n", Language: "en", Duration: 1,
				Segments: []event.Segment{{ID: 1, Start: 1, End: 2, Text: "hi", AvgLogprob: -0.5, CompressionRatio: 1.5,
					NoSpeechProb: 0.25, Temperature: 0.2, Words: []event.Word{{Word: "hi", Start: 1, End: 1.5, Probability: 0.75}}}},
				Model: "base.en", Device: "cpu", AudioCtx: 512, Retries: 1, ProcessingSeconds: 0.5, SpeedFactor: 2}},
		{"no segments", `{"type":"transcript","text":""}`, &event.Transcript{Segments: []event.Segment{}}},
		{"null segments", `{"type":"transcript","text":"","segments":null}`, &event.Transcript{Segments: []event.Segment{}}},
		{"no words", `{"type":"transcript","text":"","segments":[{"words":[]}]}`, &event.Transcript{Segments: []event.Segment{{}}}},
		{"speech", `{"type":"speech","id":3,"speaking":true,"time":0.5}`, &event.Speech{ID: 3, Speaking: true, Time: 0.5}},
		{"delivery", `{"type":"delivery","id":3,"method":"x11","characters":5,"seconds":0.25,"verified":true}`, &event.Delivery{ID: 3, Method: "x11", Characters: 5, Seconds: 0.25, Verified: true}},
		{"failure", `{"type":"error","file":"a.wav","id":4,"error":"no model"}`, &event.Failure{File: "a.wav", ID: 4, Error: "no model"}},
		{"audio", `{"type":"audio","at":160,"pcm":"AQACAA=="}`, &event.Audio{At: 160, PCM: []byte{1, 0, 2, 0}}},
		{"mark", `{"type":"mark","mark":"gap","at":160,"samples":80}`, &event.Mark{Mark: event.MarkGap, At: 160, Samples: 80}},
		{"tentative", `{"type":"tentative","id":1,"start":0.5,"end":1,"pcm_start":0,"paused":true,"pcm":"AQA="}`,
			&event.Tentative{ID: 1, Start: 0.5, End: 1, Paused: true, PCM: []byte{1, 0}}},
		{"tentative no more", `{"type":"tentative","id":1,"start":0.5,"end":1,"pcm_start":0,"pcm":""}`,
			&event.Tentative{ID: 1, Start: 0.5, End: 1}},
		{"partial", `{"type":"partial","id":1,"stable":"a","unstable":" b"}`, &event.Partial{ID: 1, Stable: "a", Unstable: " b"}},
		{"recorder", `{"type":"recorder","state":"stopping","since":"2026-01-02T03:04:05.5Z","pid":7}`,
			&event.Recorder{State: event.RecorderStopping, Since: time.Date(2026, 1, 2, 3, 4, 5, 500e6, time.UTC), PID: 7}},
		{"no recorder", `{"type":"recorder","state":"off"}`, &event.Recorder{State: event.RecorderOff}},
		{"model", `{"type":"model","name":"base.en","bytes":7,"installed":true,"new":1}`, &event.Model{Name: "base.en", Bytes: 7, Installed: true}},
		{"copy", `{"type":"copy","name":"x","path":"/c","bytes":7,"source":"/m"}`, &event.ModelCopy{Name: "x", Path: "/c", Bytes: 7, Source: "/m"}},
		{"device", `{"type":"device","index":1,"name":"CPU","blas":"b"}`, &event.Device{Index: 1, Name: "CPU", BLAS: "b"}},
		{"method", `{"type":"method","name":"x11","works":true,"auto":true}`, &event.Method{Name: "x11", Works: true, Auto: true}},
		{"unknown", " {\"id\": \"x\", \"type\":\"level\"}\r\n",
			&event.Unknown{Type: "level", Raw: json.RawMessage(` {"id": "x", "type":"level"}`)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := readAll(t, strings.NewReader(test.in))
			if want := []event.Record{test.want}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestReaderMalformed(t *testing.T) {
	replace := func(old, new string) string { return strings.Replace(line1, old, new, 1) }
	tests := []struct{ name, in, want string }{
		{"not JSON", "hello", "not a JSON object"},
		{"half", line1[:20], "not a JSON object: unexpected end"},
		{"two objects", line1 + line1, "not a JSON object"},
		{"array", "[1]", "not a JSON object"},
		{"null", "null", "not a JSON object"},
		{"byte order mark in the middle", "\n\ufeff" + line1, "line 2: not a JSON object"},
		{"no type", `{"id":1}`, "field type"},
		{"empty type", `{"type":""}`, "field type"},
		{"type of another kind", `{"type":5}`, "field type"},
		{"UTF-8", "{\"type\":\"a\xff\"}", "not valid UTF-8"},
		{"no id", replace(`"id":3,`, ""), "field id is missing"},
		{"no start", replace(`"start":0.5,`, ""), "field start is missing"},
		{"null end", replace(`"end":2`, `"end":null`), "field end is missing"},
		{"no pcm_start", replace(`"pcm_start":0.2,`, ""), "field pcm_start is missing"},
		{"no pcm", replace(`,"pcm":"AQACAA=="`, ""), "field pcm is missing"},
		{"empty pcm", replace(`AQACAA==`, ""), "field pcm is missing"},
		{"odd pcm", replace(`AQACAA==`, "AQAC"), "field pcm has 3 bytes"},
		{"bad base64", replace(`AQACAA==`, "AQ!C"), "field pcm: illegal base64"},
		{"text for a number", replace(`0.5`, `"0.5"`), "field start: a JSON string does not fit into float64"},
		{"infinite", replace(`0.5`, `1e999`), "field start: a JSON number 1e999"},
		{"negative start", replace(`0.5`, `-0.5`), "utterance: field start is -0.5"},
		{"negative pcm_start", replace(`0.2`, `-0.2`), "field pcm_start is -0.2"},
		{"reversed", replace(`"end":2`, `"end":0.4`), "field end is 0.4, before start at 0.5"},
		{"no text", `{"type":"transcript"}`, "transcript: field text is missing"},
		{"negative duration", `{"type":"transcript","text":"","duration":-1}`, "field duration is -1"},
		{"reversed segment", `{"type":"transcript","text":"","segments":[{"start":2,"end":1}]}`, "field segments[0].end is 1"},
		{"negative word", `{"type":"transcript","text":"","segments":[{},{"words":[{"start":-1}]}]}`, "field segments[1].words[0].start is -1"},
		{"mark unknown", `{"type":"mark","mark":"stop","at":1}`, `mark: field mark is "stop"`},
		{"mark before the start", `{"type":"mark","mark":"end","at":-1}`, "mark: field at is -1"},
		{"audio without samples", `{"type":"audio","at":1}`, "audio: field pcm is missing"},
		{"audio nowhere", `{"type":"audio","pcm":"AQA="}`, "audio: field at is missing"},
		{"tentative odd", `{"type":"tentative","id":1,"start":0,"end":1,"pcm_start":0,"pcm":"AQ=="}`, "tentative: field pcm has 1 bytes"},
		{"partial reversed", `{"type":"partial","id":1,"start":2,"end":1,"stable":""}`, "partial: field end is 1"},
		{"recorder without a state", `{"type":"recorder","pid":1}`, "recorder: field state is missing"},
		{"recorder in an unknown state", `{"type":"recorder","state":"busy"}`, `recorder: field state is "busy"`},
		{"recorder at no time", `{"type":"recorder","state":"off","since":"noon"}`, "recorder: "},
		{"no state of speech", `{"type":"speech","id":1,"time":2}`, "speech: field speaking is missing"},
		{"negative time", `{"type":"speech","id":1,"speaking":false,"time":-2}`, "speech: field time is -2"},
		{"no characters", `{"type":"delivery","id":1}`, "delivery: field characters is missing"},
		{"negative seconds", `{"type":"delivery","characters":1,"seconds":-2}`, "delivery: fields characters, erased and seconds are 1, 0 and -2"},
		{"no error", `{"type":"error","id":1}`, "error: field error is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := readAll(t, strings.NewReader(test.in+"\n"+line1))
			if len(got) != 2 || !reflect.DeepEqual(got[1], utterance1) {
				t.Fatalf("got %+v, want an error and then the good line", got)
			}
			err, ok := got[0].(*event.SyntaxError)
			if !ok {
				t.Fatalf("got %+v, want a *SyntaxError", got[0])
			}
			if line := 1 + strings.Count(test.in, "\n"); err.Line != line {
				t.Errorf("error is about line %d, want %d", err.Line, line)
			}
			if s := err.Error(); !strings.Contains(s, test.want) || !strings.HasSuffix(s, "; skipped") || strings.Contains(s, "\n") {
				t.Errorf("error is %q, want %q in it", s, test.want)
			}
		})
	}
}

func TestReaderReadError(t *testing.T) {
	broken := errors.New("broken pipe")
	r := event.NewReader(io.MultiReader(strings.NewReader(line1+"\n"+line1), iotest.ErrReader(broken)))
	if !r.Scan() || !reflect.DeepEqual(r.Record(), utterance1) {
		t.Fatalf("first record is %+v", r.Record())
	}
	for range 2 {
		if r.Scan() || r.Record() != nil || !errors.Is(r.Err(), broken) {
			t.Errorf("after the error: record %+v, error %v", r.Record(), r.Err())
		}
	}
}

func TestReaderSmallReads(t *testing.T) {
	in := line1 + "\r\n" + line1 + "\n" + line1
	got := readAll(t, iotest.OneByteReader(strings.NewReader(in)))
	if want := []event.Record{utterance1, utterance1, utterance1}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestReaderDoesNotWait checks that a record is returned before the next line arrives.
func TestReaderDoesNotWait(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	go out.Write([]byte(line1 + "\n"))
	record := make(chan event.Record, 1)
	go func() {
		r := event.NewReader(in)
		r.Scan()
		record <- r.Record()
	}()
	select {
	case got := <-record:
		if !reflect.DeepEqual(got, utterance1) {
			t.Errorf("got %+v, want %+v", got, utterance1)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("no record 30 s after its line")
	}
}

func TestReaderRecordsAreTheCallers(t *testing.T) {
	const unknown = `{"type":"level","db":-10}`
	got := readAll(t, strings.NewReader(unknown+"\n"+strings.Replace(unknown, "10", "20", 1)))
	if raw := string(got[0].(*event.Unknown).Raw); raw != unknown {
		t.Errorf("the first record is now %s, want %s", raw, unknown)
	}
}

// spaces is an endless stream of spaces.
type spaces struct{}

var blanks = strings.Repeat(" ", 64<<10)

func (spaces) Read(p []byte) (int, error) { return copy(p, blanks), nil }

func TestReaderMaxLine(t *testing.T) {
	pad := func(n int) io.Reader {
		return io.MultiReader(io.LimitReader(spaces{}, int64(n-len(line1))), strings.NewReader(line1+"\r\n"))
	}
	got := readAll(t, io.MultiReader(pad(event.MaxLine), pad(event.MaxLine+1), strings.NewReader(line1)))
	if len(got) != 3 || !reflect.DeepEqual(got[0], utterance1) || !reflect.DeepEqual(got[2], utterance1) {
		t.Fatalf("got %+v, want a record, an error and a record", got)
	}
	if err, ok := got[1].(*event.SyntaxError); !ok || err.Line != 2 || err.Error() != "line 2: longer than 16777216 bytes; skipped" {
		t.Errorf("got %+v, want a line too long", got[1])
	}
}

func TestReaderDoesNotHoldLongLines(t *testing.T) {
	const length = 256 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := readAll(t, io.LimitReader(spaces{}, length))
	runtime.ReadMemStats(&after)
	if err, ok := got[0].(*event.SyntaxError); len(got) != 1 || !ok || err.Line != 1 {
		t.Errorf("got %+v, want a line too long", got)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > length/2 {
		t.Errorf("allocated %d bytes for a line of %d", used, length)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("\ufeff" + line1 + "\r\n\nnonsense\n" + line1))
	f.Add([]byte(`{"type":"transcript","text":"a","segments":[{"start":1,"end":2,"words":[{"word":"a"}]}]}`))
	f.Add([]byte(`{"type":"speech","id":1,"speaking":true,"time":0.5}`))
	f.Add([]byte(`{"type":"error","id":1,"error":"no"}` + "\n{\"type\":\"level\"}\n\xff\n[]"))
	f.Add([]byte(`{"type":"audio","at":1,"pcm":"AQA="}` + "\n" + `{"type":"mark","mark":"end","at":1}`))
	f.Add([]byte(`{"type":"tentative","id":1,"start":0,"end":1,"pcm_start":0,"pcm":""}` + "\n" + `{"type":"partial","id":1,"stable":"a"}`))
	f.Add([]byte(`{"type":"recorder","state":"armed","since":"2026-01-02T03:04:05+02:00","pid":1}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		last := 0
		for _, rec := range readAll(t, bytes.NewReader(in)) {
			if err, ok := rec.(*event.SyntaxError); ok {
				if err.Line <= last || err.Line > 1+bytes.Count(in, []byte("\n")) {
					t.Errorf("line %d after line %d", err.Line, last)
				}
				last = err.Line
				continue
			}
			var line bytes.Buffer
			if err := event.NewWriter(&line).Write(rec); err != nil {
				t.Fatalf("cannot write a record that was read, %+v: %v", rec, err)
			}
			if got := readAll(t, &line); !reflect.DeepEqual(got, []event.Record{rec}) {
				t.Errorf("written and read back: %+v, want %+v", got, rec)
			}
		}
	})
}
