package wire

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

func TestRequest(t *testing.T) {
	want := &Request{
		Model: "base.en", Batch: true, Voice: []align.Span{{Start: 0.25, End: 1.5}}, Before: engine.Spoken{"en": 2},
		Decoding: engine.Decoding{
			Params: whisper.Params{Language: "en", Prompt: "a line\nand another", Temperature: 0.2}, Context: engine.Fitted,
		},
	}
	samples := make([]float32, 2*whisper.SampleRate)
	copy(samples, []float32{0, 1, -1, 0.1})
	var b bytes.Buffer
	if err := WriteRequest(&b, want, samples); err != nil {
		t.Fatal(err)
	}
	got, gotSamples, err := ReadRequest(&b)
	if err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotSamples, samples) {
		t.Errorf("%+v, %d samples, %v", got, len(gotSamples), err)
	}
}

// TestRefused: settings that would keep the engine busy for ever, or that it relies on.
func TestRefused(t *testing.T) {
	for name, r := range map[string]*Request{
		"many beams":             {Decoding: engine.Decoding{Params: whisper.Params{BeamSize: 9}}},
		"a high temperature":     {Decoding: engine.Decoding{Params: whisper.Params{Temperature: 2}}},
		"tiny steps":             {Decoding: engine.Decoding{TemperatureInc: 1e-9}},
		"a negative window":      {Decoding: engine.Decoding{Context: -2}},
		"voice before the start": {Voice: []align.Span{{Start: -1, End: 1}}},
		"voice after the end":    {Voice: []align.Span{{Start: 0, End: 9}}},
		"voice backwards":        {Voice: []align.Span{{Start: 0.5, End: 0.2}}},
		"voice out of order":     {Voice: []align.Span{{Start: 0.5, End: 0.6}, {Start: 0.1, End: 0.2}}},
	} {
		var b bytes.Buffer
		if err := WriteRequest(&b, r, make([]float32, whisper.SampleRate)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadRequest(&b); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func FuzzReadRequest(f *testing.F) {
	var b bytes.Buffer
	if err := WriteRequest(&b, &Request{Voice: []align.Span{}}, []float32{0.5}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("{}\n\x00\x00\xc0\x7f")) // NaN
	f.Add([]byte(strings.Repeat("{", 70_000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, samples, err := ReadRequest(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, s := range samples {
			if !(s >= -1 && s <= 1) {
				t.Errorf("sample %v", s)
			}
		}
		var b bytes.Buffer
		if err := WriteRequest(&b, r, samples); err != nil {
			t.Fatal(err)
		}
		again, _, err := ReadRequest(&b)
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%+v became %+v, %v", r, again, err)
		}
	})
}
