package event_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"voiceflow/pkg/event"
)

// drain reads a stream to its end and returns the types of its records.
func drain(text string) (*event.Reader, int) {
	in, n := event.NewReader(strings.NewReader(text)), 0
	for in.Scan() {
		n++
	}
	return in, n
}

// TestBroken: a stream is whole if no end was promised, or it has come.
func TestBroken(t *testing.T) {
	const (
		first = `{"type":"transcript","text":"a","ends":true}` + "\n"
		next  = `{"type":"transcript","text":"b"}` + "\n"
		end   = `{"type":"end","transcripts":2}` + "\n"
		cut   = `{"type":"end","incomplete":true,"reason":"no disk"}` + "\n"
	)
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no promise", next + next, ""},
		{"not a promise", `{"type":"mood","ends":false}` + "\n" + `{"type":"mood","ends":"soon"}`, ""},
		{"whole", first + next + end, ""},
		{"an end alone", end, ""},
		{"no newline after it", first + strings.TrimSpace(end), ""},
		{"no end", first + next, event.ErrNoEnd.Error()},
		{"half an end", first + end[:len(end)/2], event.ErrNoEnd.Error()},
		{"half a line", first + next[:len(next)/2], event.ErrNoEnd.Error()},
		{"a malformed end", first + `{"type":"end","errors":"many"}`, event.ErrNoEnd.Error()},
		{"two streams", first + end + first + next + end, ""},
		{"lines by hand after it", first + end + next, ""},
		{"the first of two is cut", first + next + first + next + end, event.ErrNoEnd.Error()},
		{"the second of two is cut", first + end + first, event.ErrNoEnd.Error()},
		{"two ends", first + end + end, ""},
		{"incomplete", first + cut, "the input is incomplete: no disk"},
		{"incomplete, then whole", first + cut + first + end, "the input is incomplete: no disk"},
		{"unknown type", `{"type":"mood", "ends" : true }` + "\n", event.ErrNoEnd.Error()},
		{"malformed record", `{"type":"mark","mark":"lunch","at":0,"ends":true}`, event.ErrNoEnd.Error()},
	} {
		in, _ := drain(test.text)
		got := ""
		if err := in.Broken(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	in := event.NewReader(strings.NewReader(first + next))
	if in.Scan(); in.Broken() != nil {
		t.Error("broken before the end")
	}
}

// TestStream: the first line promises the end, whatever its type, and nothing else does.
func TestStream(t *testing.T) {
	raw := &event.Unknown{Type: "mood", Raw: []byte(`{"type":"mood","x":{"ends":true}} `)}
	for _, test := range []struct {
		records []event.Record
		want    string
	}{
		{nil, ""},
		{[]event.Record{&event.Mark{Mark: event.MarkBegin}, &event.Mark{Mark: event.MarkEnd, At: 1}},
			`{"type":"mark","mark":"begin","at":0,"ends":true}` + "\n" + `{"type":"mark","mark":"end","at":1}` + "\n" + `{"type":"end","errors":1}` + "\n"},
		{[]event.Record{raw, raw}, `{"type":"mood","x":{"ends":true},"ends":true}` + "\n" + string(raw.Raw) + "\n" + `{"type":"end","errors":1}` + "\n"},
	} {
		var out bytes.Buffer
		w := event.NewStream(&out)
		for _, r := range test.records {
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.End(&event.End{Errors: 1}); err != nil || out.String() != test.want {
			t.Errorf("%v\n%s\nwant\n%s", err, out.String(), test.want)
		}
		if in, _ := drain(out.String()); in.Broken() != nil {
			t.Error(in.Broken())
		}
	}
	var out bytes.Buffer
	if err := event.NewStream(&out).End(&event.End{Incomplete: true, Reason: strings.Repeat("ä", 1<<20)}); err != nil || out.Len() > 2000 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
	in, _ := drain(out.String())
	if in.Broken() == nil || strings.Contains(in.Broken().Error(), "\ufffd") {
		t.Error(in.Broken())
	}
}

// TestPromiseIsNotPassedOn: a line of unknown type loses the promise of the stream that it
// came with, and nothing else.
func TestPromiseIsNotPassedOn(t *testing.T) {
	for line, want := range map[string]string{
		`{"type":"mood","x":1,"ends":true}`:                 `{"type":"mood","x":1}`,
		`{"ends":true,"type":"mood","x":1}`:                 `{"type":"mood","x":1}`,
		`{"type":"mood","ends": true ,"x":"\"ends\":true"}`: `{"type":"mood" ,"x":"\"ends\":true"}`,
		`{ "Ends" :true , "type" : "mood" }`:                `{ "type" : "mood" }`,
		`{"type":"mood","ends":true,"ends":true}`:           `{"type":"mood"}`,
		`{"type":"mood","ends":1}`:                          `{"type":"mood","ends":1}`,
		`{"type":"mood","x":{"ends":true}}`:                 `{"type":"mood","x":{"ends":true}}`,
	} {
		in := event.NewReader(strings.NewReader(line))
		in.Scan()
		u, is := in.Record().(*event.Unknown)
		if !is || string(u.Raw) != want {
			t.Errorf("%s: %+v, want %s", line, in.Record(), want)
		}
	}
}

// TestPass: records that make no line become failures with their ID and file, and later
// ones are written.
func TestPass(t *testing.T) {
	long := strings.Repeat("x", event.MaxLine)
	for _, rec := range []event.Record{
		&event.Transcript{ID: 7, File: "a.wav", Text: long},
		&event.Transcript{ID: 7, File: "a.wav", End: 1e12},
		&event.Result{ID: 7, File: "a.wav", Outputs: []string{long}},
		&event.Failure{ID: 7, File: "a.wav", Error: long},
		&event.Failure{ID: 7, File: "a.wav", Error: strings.Repeat("\u2028", event.MaxLine/4)},
	} {
		var out bytes.Buffer
		w := event.NewStream(&out)
		failure, err := w.Pass(rec)
		if err != nil || failure == nil || failure.ID != 7 || failure.File != "a.wav" || len(failure.Error) > 1010 {
			t.Errorf("%T: %v, %v", rec, failure, err)
		}
		if failure, err := w.Pass(&event.Mark{Mark: event.MarkEnd}); failure != nil || err != nil {
			t.Error(failure, err)
		}
		if err := w.End(&event.End{}); err != nil {
			t.Error(err)
		}
		if in, n := drain(out.String()); n != 3 || in.Broken() != nil {
			t.Errorf("%T: %d lines, %v", rec, n, in.Broken())
		}
	}
	for _, rec := range []event.Record{
		&event.Failure{ID: 1 << 60, File: long, Error: long}, &event.SyntaxError{Err: errors.New(long)},
		&event.Unknown{Type: "mood", Raw: []byte(long)}, &event.Utterance{ID: 1, PCMStart: 1e308},
		&event.Partial{ID: -1 << 60}, &event.Tentative{End: -1}, &event.Speech{Time: 1e300}, &event.Delivery{Seconds: 1e300},
		&event.Mark{Mark: "lunch"}, &event.Audio{At: 1 << 62},
	} {
		var out bytes.Buffer
		if failure, err := event.NewWriter(&out).Pass(rec); failure == nil || err != nil || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%T: %v, %v, %d bytes", rec, failure, err, out.Len())
		}
	}
	if _, err := event.NewWriter(full{}).Pass(&event.Mark{Mark: event.MarkEnd}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// TestPromiseFits: a first line without room for the promise is written without it.
func TestPromiseFits(t *testing.T) {
	var out bytes.Buffer
	w := event.NewStream(&out)
	frame := len(`{"type":"error","id":0,"error":""}`)
	if err := w.Write(&event.Failure{Error: strings.Repeat("x", event.MaxLine-frame)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(&event.Mark{Mark: event.MarkBegin}); err != nil {
		t.Fatal(err)
	}
	if in, n := drain(out.String()); n != 2 || in.Broken() == nil {
		t.Errorf("%d lines, %v", n, in.Broken())
	}
}

// full is a full disk.
type full struct{}

func (full) Write(p []byte) (int, error) { return len(p) / 2, io.ErrShortWrite }

// TestWriterAfterFailure: nothing follows half a line.
func TestWriterAfterFailure(t *testing.T) {
	w := event.NewStream(full{})
	for range 2 {
		if err := w.Write(&event.Mark{Mark: event.MarkEnd}); !errors.Is(err, io.ErrShortWrite) {
			t.Error(err)
		}
	}
	if err := w.End(&event.End{}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// TestLimits: times, samples and IDs are bounded on every type of line.
func TestLimits(t *testing.T) {
	for _, line := range []string{
		`{"type":"utterance","id":0,"start":0,"end":1,"pcm_start":1e308,"pcm":"AAA="}`,
		`{"type":"utterance","id":0,"start":0,"end":4e8,"pcm_start":0,"pcm":"AAA="}`,
		`{"type":"utterance","id":0,"start":0,"end":1,"pcm_start":0,"decided":1e18,"pcm":"AAA="}`,
		`{"type":"utterance","id":9007199254740993,"start":0,"end":1,"pcm_start":0,"pcm":"AAA="}`,
		`{"type":"utterance","id":-9223372036854775808,"start":0,"end":1,"pcm_start":0,"pcm":"AAA="}`,
		`{"type":"tentative","id":0,"start":0,"end":1,"pcm_start":1e300}`,
		`{"type":"partial","id":0,"start":0,"end":1e300,"stable":""}`,
		`{"type":"speech","id":0,"speaking":true,"time":1e300}`,
		`{"type":"transcript","text":"","start":1e300,"end":1e301}`,
		`{"type":"transcript","text":"","duration":1e300}`,
		`{"type":"transcript","text":"","uncovered":[[1,1e300]]}`,
		`{"type":"transcript","text":"","segments":[{"start":0,"end":1e300}]}`,
		`{"type":"transcript","text":"","segments":[{"words":[{"start":0,"end":1e300}]}]}`,
		`{"type":"result","file":"","duration":1e300}`,
		`{"type":"delivery","characters":1,"seconds":1e300}`,
		`{"type":"error","id":9223372036854775807,"error":""}`,
		`{"type":"mark","mark":"end","at":9223372036854775807}`,
		`{"type":"mark","mark":"gap","at":0,"samples":9223372036854775807}`,
		`{"type":"audio","at":9223372036854775807,"pcm":"AAA="}`,
		`{"type":"end","samples":-1}`, `{"type":"end","utterances":-1}`, `{"type":"end","transcripts":-1}`, `{"type":"end","errors":-1}`,
	} {
		in := event.NewReader(strings.NewReader(line))
		in.Scan()
		if _, malformed := in.Record().(*event.SyntaxError); !malformed {
			t.Errorf("%s: %+v", line, in.Record())
		}
	}
	in := event.NewReader(strings.NewReader(`{"type":"mark","mark":"` + strings.Repeat("x", 1<<20) + `","at":0}`))
	in.Scan()
	if err, malformed := in.Record().(*event.SyntaxError); !malformed || len(err.Error()) > 1100 {
		t.Error("the error repeats the line")
	}
}
