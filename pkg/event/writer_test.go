package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/event"
)

// calls records the argument of each call of Write.
type calls []string

func (c *calls) Write(p []byte) (int, error) {
	*c = append(*c, string(p))
	return len(p), nil
}

func TestWriter(t *testing.T) {
	tests := []struct {
		rec  event.Record
		want string
	}{
		{utterance1, line1},
		{&event.Transcript{ID: 1, Text: "<a> & \"b\"\n"},
			`{"type":"transcript","id":1,"start":0,"end":0,"text":"<a> & \"b\"\n","language":"","duration":0,"segments":[],` +
				`"model":"","device":"","audio_ctx":0,"retries":0,"processing_seconds":0,"speed_factor":0}`},
		{&event.Transcript{File: "a.wav", Segments: []event.Segment{{Words: []event.Word{{Word: "a"}}}, {}}},
			`{"type":"transcript","id":0,"file":"a.wav","start":0,"end":0,"text":"","language":"","duration":0,"segments":[` +
				`{"id":0,"start":0,"end":0,"text":"","avg_logprob":0,"compression_ratio":0,"no_speech_prob":0,"temperature":0,` +
				`"words":[{"word":"a","start":0,"end":0,"probability":0}]},` +
				`{"id":0,"start":0,"end":0,"text":"","avg_logprob":0,"compression_ratio":0,"no_speech_prob":0,"temperature":0}],` +
				`"model":"","device":"","audio_ctx":0,"retries":0,"processing_seconds":0,"speed_factor":0}`},
		{&event.Speech{ID: 2, Time: 1.5}, `{"type":"speech","id":2,"speaking":false,"time":1.5}`},
		{&event.Audio{At: 5, PCM: []byte{1, 0}}, `{"type":"audio","at":5,"pcm":"AQA="}`},
		{&event.Mark{Mark: event.MarkEnd, At: 5}, `{"type":"mark","mark":"end","at":5}`},
		{&event.Tentative{ID: 1, End: 1, Paused: true, MayEnd: true, PCM: []byte{1, 0}},
			`{"type":"tentative","id":1,"start":0,"end":1,"pcm_start":0,"paused":true,"may_end":true,"pcm":"AQA="}`},
		{&event.Partial{ID: 1, End: 1, Stable: "<a>"}, `{"type":"partial","id":1,"start":0,"end":1,"stable":"<a>"}`},
		{&event.Recorder{State: event.RecorderRecording, Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), PID: 123},
			`{"type":"recorder","state":"recording","since":"2026-01-02T03:04:05Z","pid":123}`},
		{&event.Recorder{State: event.RecorderOff}, `{"type":"recorder","state":"off"}`},
		{&event.Delivery{ID: 2, Characters: 3, Kept: "a.txt", Failed: []string{"no"}}, `{"type":"delivery","id":2,"characters":3,"seconds":0,"verified":false,"kept":"a.txt","failed":["no"]}`},
		{&event.Failure{ID: 2, Error: "invalid \xff"}, `{"type":"error","id":2,"error":"invalid \ufffd"}`},
		{&event.Failure{File: "a.wav", Error: "no"}, `{"type":"error","file":"a.wav","id":0,"error":"no"}`},
		{&event.Model{Name: "base.en", File: "ggml-base.en.bin", URL: "https://x/?a&b", Bytes: 7, SHA256: "ab", Installed: true, Path: "/m"},
			`{"type":"model","name":"base.en","file":"ggml-base.en.bin","url":"https://x/?a&b","bytes":7,"sha256":"ab","multilingual":false,"detector":false,"installed":true,"path":"/m"}`},
		{&event.Model{Name: "x", Multilingual: true, Detector: true},
			`{"type":"model","name":"x","file":"","url":"","multilingual":true,"detector":true,"installed":false}`},
		{&event.ModelCopy{Name: "x", Path: "/c", Bytes: 7, Source: "/m"}, `{"type":"copy","name":"x","path":"/c","bytes":7,"source":"/m"}`},
		{&event.Device{Index: 1, Name: "CPU", Description: "a processor", BLAS: "OpenBLAS 0.3"},
			`{"type":"device","index":1,"name":"CPU","description":"a processor","gpu":false,"blas":"OpenBLAS 0.3"}`},
		{&event.Device{Name: "Vulkan0", GPU: true}, `{"type":"device","index":0,"name":"Vulkan0","description":"","gpu":true}`},
		{&event.Method{Name: "x11", About: "keys", Lacks: "DISPLAY", Auto: true, Untested: true},
			`{"type":"method","name":"x11","about":"keys","works":false,"lacks":"DISPLAY","auto":true,"untested":true}`},
		{&event.Method{Name: "stdout", Works: true}, `{"type":"method","name":"stdout","about":"","works":true,"auto":false}`},
		{&event.Unknown{Type: "level", Raw: json.RawMessage(` {"type" : "level","db":1.50}`)}, ` {"type" : "level","db":1.50}`},
	}
	var got calls
	w := event.NewWriter(&got)
	for i, test := range tests {
		if err := w.Write(test.rec); err != nil {
			t.Errorf("%+v: %v", test.rec, err)
		}
		if len(got) != i+1 || got[i] != test.want+"\n" {
			t.Fatalf("%+v:\nwritten %q\nwant    %q", test.rec, got[i:], test.want+"\n")
		}
	}
}

func TestWriterRejects(t *testing.T) {
	utterance := func(change func(*event.Utterance)) event.Record {
		u := *utterance1
		change(&u)
		return &u
	}
	inf := math.Inf(1)
	tests := []struct {
		rec  event.Record
		want string
	}{
		{nil, "no record"},
		{&event.SyntaxError{Line: 3, Err: errors.New("why")}, "line 3: why"},
		{utterance(func(u *event.Utterance) { u.PCM = nil }), "utterance 3: field pcm is missing"},
		{utterance(func(u *event.Utterance) { u.PCM = make([]byte, 3) }), "field pcm has 3 bytes"},
		{utterance(func(u *event.Utterance) { u.PCM = make([]byte, event.MaxLine) }), "more than the maximum of 16777216"},
		{utterance(func(u *event.Utterance) { u.Start = math.NaN() }), "field start is NaN"},
		{utterance(func(u *event.Utterance) { u.End = inf }), "field end is +Inf"},
		{utterance(func(u *event.Utterance) { u.PCMStart = -1 }), "field pcm_start is -1"},
		{&event.Recorder{}, `recorder: field state is ""`},
		{&event.Transcript{Start: 2, End: 1}, "transcript 0: field end is 1"},
		{&event.Transcript{SpeedFactor: inf}, "Inf"},
		{&event.Transcript{Segments: []event.Segment{{AvgLogprob: math.Inf(-1)}}}, "Inf"},
		{&event.Transcript{Segments: []event.Segment{{Start: 2, End: 1}}}, "field segments[0].end"},
		{&event.Unknown{Type: "a"}, "not a JSON object"},
		{&event.Unknown{Type: "a", Raw: json.RawMessage("{\"type\":\n\"a\"}")}, "more than one line"},
		{&event.Unknown{Type: "a", Raw: json.RawMessage(`{"type":"b"}`)}, "another type"},
		{&event.Unknown{Type: "utterance", Raw: json.RawMessage(line1)}, "another type"},
		{&event.Unknown{Type: "a", Raw: json.RawMessage(`{"type":"a"`)}, "not a JSON object"},
	}
	var got calls
	w := event.NewWriter(&got)
	for _, test := range tests {
		err := w.Write(test.rec)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%T: error is %v, want %q in it", test.rec, err, test.want)
		}
	}
	if len(got) != 0 {
		t.Errorf("written despite the errors: %.200q", got)
	}
	if err := w.Write(utterance1); err != nil || len(got) != 1 || got[0] != line1+"\n" {
		t.Errorf("after the errors: written %.200q, error %v", got, err)
	}
}

func TestWriterWriteError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := event.NewWriter(w).Write(utterance1); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error is %v, want that of the pipe", err)
	}
}

func TestWriterKeepsRecord(t *testing.T) {
	rec := &event.Transcript{}
	if err := event.NewWriter(io.Discard).Write(rec); err != nil || rec.Segments != nil {
		t.Errorf("after Write: segments %v, error %v", rec.Segments, err)
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(1, "a.wav", "Hello <b> & \u2028\x00 \xff", 0.5, 1.25, -0.3, []byte{1, 2})
	f.Add(-1, "", "", 0.0, math.Inf(1), math.NaN(), []byte{1})
	f.Fuzz(func(t *testing.T, id int, file, text string, start, length, other float64, pcm []byte) {
		// Replace invalid bytes by U+FFFD as a Writer does.
		file, text = string([]rune(file)), string([]rune(text))
		end := start + length
		segment := event.Segment{ID: id, Start: start, End: end, Text: text, AvgLogprob: other, CompressionRatio: other}
		spoken := segment
		spoken.Words = []event.Word{{Word: text, Start: start, End: end, Probability: other}}
		for _, rec := range []event.Record{
			&event.Utterance{ID: id, Start: start, End: end, PCMStart: start, PCM: pcm},
			&event.Transcript{ID: id, File: file, Start: start, End: end, Text: text, Language: text, Duration: length,
				Segments: []event.Segment{segment, spoken}, Model: text, AudioCtx: id, SpeedFactor: other},
			&event.Failure{ID: id, File: file, Error: text},
		} {
			var line bytes.Buffer
			if err := event.NewWriter(&line).Write(rec); err != nil {
				if line.Len() > 0 {
					t.Errorf("rejected with %v, but wrote %q", err, line.String())
				}
				bad := func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }
				if start >= 0 && length >= 0 && !bad(end) && !bad(other) && len(pcm) > 0 && len(pcm)%2 == 0 {
					t.Errorf("rejected a valid record %+v: %v", rec, err)
				}
				continue
			}
			if bytes.Count(line.Bytes(), []byte("\n")) != 1 {
				t.Errorf("not one line: %q", line.String())
			}
			if got := readAll(t, &line); !reflect.DeepEqual(got, []event.Record{rec}) {
				t.Errorf("got %+v, want %+v", got, rec)
			}
		}
	})
}
