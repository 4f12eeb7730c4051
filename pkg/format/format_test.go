package format_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

var update = flag.Bool("update", false, "rewrite testdata; review the changes before committing")

// transcripts returns the transcripts that the files in testdata were written from.
func transcripts() map[string]*event.Transcript {
	return map[string]*event.Transcript{
		"empty": {},
		"silence": {File: "quiet.wav", End: 3, Duration: 3, Language: "en", Model: "base.en", Device: "CPU",
			Segments: []event.Segment{{End: 3, Text: " \n\t"}}},
		"unparted": {Start: 1.5, End: 3, Text: "no segments"},
		"talk": {
			ID: 7, File: "talk.wav", Start: 0.25, End: 3661.5, Duration: 3661.5, Language: "en",
			Text: "My brother, the tall one. He said \"hello\".", Model: "base.en", Device: "CPU",
			AudioCtx: 1500, Retries: 1, ProcessingSeconds: 36.6, SpeedFactor: 100,
			Segments: []event.Segment{
				{ID: 0, Start: 0.25, End: 2.5, Text: " My brother, the tall one.", AvgLogprob: -0.25, CompressionRatio: 1.5,
					NoSpeechProb: 0.125, Words: []event.Word{{Word: "My", Start: 0.25, End: 0.5, Probability: 0.875}}},
				{ID: 1, Start: 3659.9995, End: 3661.5, Text: " He said \"hello\".", AvgLogprob: -0.5, CompressionRatio: 0.75,
					Words: []event.Word{{Word: "He", Start: 3660, End: 3660.25, Probability: 1}}},
			},
		},
		"hard": {
			Text: "<i>", Segments: []event.Segment{
				{ID: 0, Start: 1, End: 1, Text: "no time at all"},
				{ID: 1, Start: 3, End: 2, Text: "before its start"},
				{ID: 2, Start: 4, End: 5, Text: "<i>R&D</i> ---> 00:00:01,000 --> 00:00:02,000"},
				{ID: 3, Start: 5, End: 6, Text: "  two\r\n \t\n\nlines\u2028and\ta tab  \n"},
				{ID: 4, Start: 6, End: 7, Text: "\ufeffbell\a \xff\xfe NUL\x00."},
				{ID: 5, Start: 7, End: 8, Text: ""},
				{ID: 6, Start: 360000.125, End: 360001, Text: "[00:01.00] \"a\", b"},
			},
		},
	}
}

func TestGolden(t *testing.T) {
	for file, transcript := range transcripts() {
		for _, name := range format.Names() {
			var got bytes.Buffer
			err := format.Write(&got, name, transcript)
			if file == "hard" && name == "jsonl" {
				// Reversed times are invalid in an event.
				if err == nil || got.Len() > 0 {
					t.Errorf("reversed times become %q, error %v", got.String(), err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s.%s: %v", file, name, err)
			}
			if !utf8.Valid(got.Bytes()) {
				t.Errorf("%s.%s: invalid UTF-8 in %q", file, name, got.String())
			}
			golden(t, file+"."+name, got.Bytes())
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
	}
}

func TestKnown(t *testing.T) {
	for _, name := range format.Names() {
		if !format.Known(name) {
			t.Errorf("%s is listed, but unknown", name)
		}
	}
	for _, name := range []string{"", "text", "SRT", "all"} {
		if format.Known(name) {
			t.Errorf("%q is known", name)
		}
		err := format.Write(io.Discard, name, &event.Transcript{})
		if err == nil || !strings.Contains(err.Error(), "use one of txt srt") {
			t.Errorf("%q: error is %v", name, err)
		}
	}
}

// TestJSON checks that json is like openai/whisper's, with words in the segments and
// including the space before each, and verbose_json like the service's, with words at
// the top level and the language's name.
func TestJSON(t *testing.T) {
	talk := transcripts()["talk"]
	talk.LanguageName = "english"
	talk.Segments[1].Seek, talk.Segments[1].Tokens = 365000, []int{50363, 679, 531, 50438}
	read := func(name string) (got struct {
		Task, Language, File string
		Words                []map[string]any
		Segments             []struct {
			Seek   int
			Tokens []int
			Words  []event.Word
		}
	}) {
		var out bytes.Buffer
		if err := format.Write(&out, name, talk); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	whisper := read("json")
	if whisper.Language != "en" || whisper.File != "talk.wav" || whisper.Words != nil || len(whisper.Segments) != 2 ||
		whisper.Segments[0].Words[0].Word != " My" || whisper.Segments[0].Tokens == nil || whisper.Segments[1].Seek != 365000 || len(whisper.Segments[1].Tokens) != 4 {
		t.Errorf("json: %+v", whisper)
	}
	service := read("verbose_json")
	if service.Task != "transcribe" || service.Language != "english" || service.File != "" || len(service.Words) != 2 ||
		len(service.Words[0]) != 3 || service.Words[0]["word"] != "My" || service.Segments[0].Words != nil || service.Segments[1].Seek != 365000 {
		t.Errorf("verbose_json: %+v", service)
	}
	talk.Translated = true
	if got := read("verbose_json").Task; got != "translate" {
		t.Errorf("the task is %q", got)
	}
	if talk.Segments[0].Words[0].Word != "My" {
		t.Error("the transcript's words were changed")
	}
}

// json has all the fields that a transcript has on a line.
func TestJSONHasTheWholeTranscript(t *testing.T) {
	transcript := &event.Transcript{
		ID: 1, File: "a.wav", Start: 1, End: 2, Text: "a", Language: "en", Duration: 1, Segments: []event.Segment{}, Incomplete: true,
		Model: "m", Device: "d", AudioCtx: 512, Retries: 1, Uncovered: [][2]float64{{1, 2}}, Dropped: 1, Degraded: []string{"gpu -> cpu"},
		ProcessingSeconds: 1, SpeedFactor: 1,
	}
	fields := func(name string) map[string]json.RawMessage {
		var out bytes.Buffer
		if err := format.Write(&out, name, transcript); err != nil {
			t.Fatal(err)
		}
		var all map[string]json.RawMessage
		if err := json.Unmarshal(out.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	whole, line := fields("json"), fields("jsonl")
	for name := range line {
		if whole[name] == nil && name != "type" {
			t.Errorf("json has no %s", name)
		}
	}
	if got := string(whole["degraded"]); strings.Join(strings.Fields(got), "") != `["gpu->cpu"]` {
		t.Errorf("degraded is %s", got)
	}
}

func TestNotFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	transcript := &event.Transcript{Segments: []event.Segment{
		{Start: nan, End: nan, Text: "a"}, {Start: -1, End: -2, Text: "b"}, {Start: -inf, End: inf, Text: "c"},
	}}
	for _, name := range format.Names() {
		var out bytes.Buffer
		err := format.Write(&out, name, transcript)
		if isJSON := strings.Contains(name, "json"); (err != nil) != isJSON || (out.Len() == 0) != isJSON {
			t.Errorf("%s: error is %v, written %q", name, err, out.String())
		}
		if name == "csv" && out.String() != "start,end,text\n0,0,a\n0,0,b\n0,1000000000000000,c\n" {
			t.Errorf("%s", out.String())
		}
	}
}

func TestWriteError(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	for _, name := range format.Names() {
		if err := format.Write(w, name, transcripts()["talk"]); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: error is %v, want that of the pipe", name, err)
		}
	}
}
