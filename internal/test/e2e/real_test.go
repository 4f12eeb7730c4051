package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/health/wer"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/event"
)

// realSpeech is the data that scripts/real-speech.sh fetches: Whisper base and prompts
// spoken by a person.
type realSpeech struct {
	folder string
}

func getRealSpeech(t *testing.T) realSpeech {
	t.Helper()
	folder := os.Getenv("REAL_SPEECH")
	if folder == "" {
		t.Skip("needs real weights and voices: run make test-real, which fetches them")
	}
	// Share the copies of the model between tests.
	t.Setenv("XDG_DATA_HOME", filepath.Join(folder, "data"))
	return realSpeech{folder}
}

// recordings returns the files of a set of prompts.
func (r realSpeech) recordings(t *testing.T, set string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.folder, "voices", set, "wav/*.wav"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d recordings, %v", set, len(files), err)
	}
	return files
}

// words returns the words spoken in a recording.
func (r realSpeech) words(t *testing.T, recording string) string {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(recording), ".wav") + ".txt"
	text, err := os.ReadFile(filepath.Join(filepath.Dir(recording), "../ref", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wrong counts the word errors in transcripts of prompts.
func (r realSpeech) wrong(t *testing.T, language string, all []*event.Transcript) (sum wer.Result) {
	t.Helper()
	for _, tr := range all {
		spoken := wer.Normalise(r.words(t, tr.File), language)
		sum = sum.Add(wer.Compare(spoken, wer.Normalise(tr.Text, language)))
		if spoken != "" && tr.Text == "" {
			t.Errorf("%s: no word of %q", tr.File, spoken)
		}
	}
	return sum
}

// TestRealPrompts transcribes prompts of one or a few words, each in its own recording.
// The limits are one percentage point above the measured rates; see
// docs/benchmarks.md.
func TestRealPrompts(t *testing.T) {
	real := getRealSpeech(t)
	for _, tt := range []struct {
		set, language string
		limit         float64
	}{{"single", "en", 0.075}, {"single-spanish", "es", 0.265}} {
		all := transcripts(t, append([]string{"-m", "base", "-l", tt.language, "--no-vad"}, real.recordings(t, tt.set)...)...)
		wrong, again := real.wrong(t, tt.language, all), 0
		for _, tr := range all {
			again += min(tr.Retries, 1)
		}
		t.Logf("%s: %.1f %% of %d words wrong, %d of %d files decoded again", tt.set, 100*wrong.Rate(), wrong.Words, again, len(all))
		if wrong.Rate() > tt.limit {
			t.Errorf("more than %.1f %% of words wrong: %+v", 100*tt.limit, wrong)
		}
		if 100*again > 3*len(all) {
			t.Error("more than 3 % of files decoded again")
		}
	}
}

// TestRealRecording: in 440 s of prompts, none is skipped, and the word times are
// right. (whisper-cli leaves out a third of the prompts.)
func TestRealRecording(t *testing.T) {
	real := getRealSpeech(t)
	var places []struct {
		Start float64
		Text  string
	}
	data, err := os.ReadFile(filepath.Join(real.folder, "voices/long/places.json"))
	if err == nil {
		err = json.Unmarshal(data, &places)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := transcripts(t, append([]string{"-m", "base", "--word-timestamps"}, real.recordings(t, "long")...)...)
	wrong := real.wrong(t, "en", all)
	t.Logf("%.1f %% of %d words wrong", 100*wrong.Rate(), wrong.Words)
	if wrong.Rate() > 0.06 {
		t.Errorf("more than 6 %% of words wrong: %+v", wrong)
	}
	heard := make([]int, len(places))
	for _, s := range all[0].Segments {
		for _, w := range s.Words {
			middle := (w.Start + w.End) / 2
			for i := range places {
				if i == len(places)-1 || middle < places[i+1].Start {
					heard[i]++
					break
				}
			}
		}
	}
	samples, err := input.ReadFile(all[0].File)
	if err != nil {
		t.Fatal(err)
	}
	var distances []float64
	for i, n := range heard {
		if n == 0 {
			t.Errorf("no word of %q, spoken at %.2f s", places[i].Text, places[i].Start)
		}
		distances = append(distances, nearestWord(all[0], onset(samples, places[i].Start)))
	}
	slices.Sort(distances)
	if median := distances[len(distances)/2]; median > 0.05 {
		t.Errorf("the start times of the prompts' first words are off by %.3f s (median)", median)
	}
}

// TestRealLong: in long utterances without pauses, every stretch longer than a second
// has words or is reported as uncovered, and few utterances are decoded again.
func TestRealLong(t *testing.T) {
	real := getRealSpeech(t)
	random, prompts := rand.New(rand.NewPCG(5, 28)), real.recordings(t, "english")
	folder := t.TempDir()
	spoken := map[string]string{}
	for i := range 12 {
		var samples []int16
		var text []string
		name := filepath.Join(folder, "long-"+string(rune('a'+i))+".wav")
		for until := (5 + random.IntN(18)) * 16000; len(samples) < until; {
			prompt := prompts[random.IntN(len(prompts))]
			speech, err := input.ReadFile(prompt)
			if err != nil {
				t.Fatal(err)
			}
			if len(samples)+len(speech) < 28*16000 {
				samples, text = append(samples, speech...), append(text, real.words(t, prompt))
			}
		}
		writeWAV(t, name, samples, 1)
		spoken[name] = wer.Normalise(strings.Join(text, " "), "en")
	}
	for _, flag := range []string{"--no-vad", "--no-vad=false"} {
		again, wrong := 0, wer.Result{}
		for _, tr := range transcripts(t, "-m", "base", "-r", flag, folder) {
			wrong = wrong.Add(wer.Compare(spoken[tr.File], wer.Normalise(tr.Text, "en")))
			again += min(tr.Retries, 1)
			if words, n := strings.Fields(tr.Text), strings.Fields(spoken[tr.File]); len(words) < len(n)/2 && len(tr.Uncovered) == 0 {
				t.Errorf("%s: %d of %d words, but nothing reported as uncovered: %q", flag, len(words), len(n), tr.Text)
			}
		}
		t.Logf("%s: %.1f %% of %d words wrong, %d of 12 decoded again", flag, 100*wrong.Rate(), wrong.Words, again)
		if wrong.Rate() > 0.1 || again > 2 {
			t.Errorf("%s: %+v, %d decoded again", flag, wrong, again)
		}
	}
}

// TestRealRepeated: a prompt that is really repeated for minutes is not mistaken for a
// decoding loop, and is kept.
func TestRealRepeated(t *testing.T) {
	real := getRealSpeech(t)
	prompt := filepath.Join(real.folder, "voices/english/wav/please-try-again.wav")
	speech, err := input.ReadFile(prompt)
	if err != nil {
		t.Fatal(err)
	}
	var samples []int16
	const times = 100
	for range times {
		samples = append(append(samples, speech...), make([]int16, 4800)...)
	}
	file := filepath.Join(t.TempDir(), "again.wav")
	writeWAV(t, file, samples, 1)
	tr := transcripts(t, "-m", "base", file)[0]
	text := strings.Repeat(wer.Normalise(real.words(t, prompt), "en")+" ", times)
	wrong := wer.Compare(text, wer.Normalise(tr.Text, "en"))
	t.Logf("%.1f %% of %d words wrong, %d retries, uncovered %v", 100*wrong.Rate(), wrong.Words, tr.Retries, tr.Uncovered)
	if wrong.Rate() > 0.1 {
		t.Errorf("%+v: %q", wrong, tr.Text)
	}
}

// onset returns the time in seconds when speech begins in a prompt that starts at a
// given time, since prompts begin with silence. Speech begins with the first 10 ms
// that are at most 30 dB below the loudest 10 ms within a second.
func onset(samples []int16, start float64) float64 {
	const frame = 160
	power := func(at int) (sum float64) {
		for _, s := range samples[at:min(at+frame, len(samples))] {
			sum += float64(s) * float64(s)
		}
		return sum
	}
	from := int(start*100) * frame
	loudest := 0.0
	for at := from; at < min(from+100*frame, len(samples)); at += frame {
		loudest = max(loudest, power(at))
	}
	for power(from) < loudest/1000 {
		from += frame
	}
	return float64(from) / 16000
}

// nearestWord returns the distance in seconds from a time to the nearest start of a
// word.
func nearestWord(tr *event.Transcript, at float64) float64 {
	nearest := math.Inf(1)
	for _, s := range tr.Segments {
		for _, w := range s.Words {
			nearest = min(nearest, math.Abs(w.Start-at))
		}
	}
	return nearest
}

// TestRealQuiet: without speech there is no text, with and without speech detection.
func TestRealQuiet(t *testing.T) {
	getRealSpeech(t)
	folder, random := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	for name, sound := range map[string]func(i int) float64{
		"silence": func(int) float64 { return 0 },
		"noise":   func(int) float64 { return 300 * random.NormFloat64() },
		"hum":     func(i int) float64 { return 2000 * math.Sin(2*math.Pi*50*float64(i)/16000) },
		"typing":  func(i int) float64 { return 8000 * random.NormFloat64() * math.Exp(-float64(i%4000)/40) },
	} {
		for _, seconds := range []int{1, 12} {
			samples := make([]int16, seconds*16000)
			for i := range samples {
				samples[i] = int16(max(-32768, min(32767, sound(i))))
			}
			file := filepath.Join(folder, name+strings.Repeat("-long", seconds/12)+".wav")
			writeWAV(t, file, samples, 1)
		}
	}
	for _, flag := range []string{"--no-vad", "--no-vad=false"} {
		for _, tr := range transcripts(t, "-m", "base", "--suppress-nst", "-r", flag, folder) {
			if tr.Text != "" {
				t.Errorf("%s, %s: %q", flag, filepath.Base(tr.File), tr.Text)
			}
		}
	}
}

// TestRealLanguages runs a recording that alternates between English and Spanish
// through the live pipeline.
func TestRealLanguages(t *testing.T) {
	real := getRealSpeech(t)
	sets := []string{"english", "spanish"}
	var samples []int16
	for _, prompt := range []string{"agent-newlocation", "demo-nogo", "conf-onlyperson"} {
		for _, set := range sets {
			speech, err := input.ReadFile(filepath.Join(real.folder, "voices", set, "wav", prompt+".wav"))
			if err != nil {
				t.Fatal(err)
			}
			samples = append(append(samples, speech...), make([]int16, 16000)...)
		}
	}
	file := filepath.Join(t.TempDir(), "turns.wav")
	writeWAV(t, file, samples, 1)
	for _, languages := range []string{"auto", "en,es"} {
		out, log, code := shell(t, os.Environ(), "vf-record --input "+file+" | vf-vad | vf-transcribe -m base -l "+languages)
		if code != 0 {
			t.Fatal(log)
		}
		var found []string
		for in := event.NewReader(strings.NewReader(out)); in.Scan(); {
			if tr, ok := in.Record().(*event.Transcript); ok {
				found = append(found, tr.Language)
			}
		}
		found = slices.Compact(found) // a long prompt may be several utterances
		if want := []string{"en", "es", "en", "es", "en", "es"}; !slices.Equal(found, want) {
			t.Errorf("-l %s: %v\n%s", languages, found, out)
		}
	}
}

// TestRealQuantised: vf-transcribe's quantised copy of a model is identical to that
// of whisper.cpp's own tool.
func TestRealQuantised(t *testing.T) {
	real := getRealSpeech(t)
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	models := filepath.Join(real.folder, "data/voiceflow/models")
	transcripts(t, "-m", filepath.Join(models, "ggml-base.bin"), recording("sentence-01"))
	copies, err := filepath.Glob(filepath.Join(os.Getenv("XDG_DATA_HOME"), "voiceflow/models/quantised/*/*.bin"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies %v, %v", copies, err)
	}
	ours, err := os.ReadFile(copies[0])
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile(filepath.Join(models, "ggml-base-q8_0.bin"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ours, theirs) {
		t.Errorf("%s differs from the output of whisper-quantize", copies[0])
	}
}

// TestRealHealth: with a real model, which writes punctuation, capitals and figures,
// healthy programs pass and faults are found.
func TestRealHealth(t *testing.T) {
	getRealSpeech(t)
	p, patterns, state := plant(t), timingPatterns(t), t.TempDir()
	model := []string{"--model", "base"}
	for _, tt := range []struct {
		fault, program string
		args           []string
		code           int
		want           string
	}{
		{"", "", patterns, 0, ""},
		{"", "", []string{"--suite", "edge"}, 0, ""},
		{"clip", "vf-record", patterns, 2, "clipped-start"},
		{"split", "vf-vad", patterns, 2, "split"},
		{"merge", "vf-vad", patterns, 2, "merged"},
		{"contaminate", "vf-transcribe", patterns, 2, "contamination"},
		{"invent", "vf-transcribe", []string{"--suite", "edge"}, 2, "words"},
	} {
		t.Run(cmp.Or(tt.fault, "healthy")+"/"+tt.want, func(t *testing.T) {
			code, report, c := p.check(t, tt.fault, tt.program, state, append(model, tt.args...)...)
			var found []string
			for _, f := range c.Findings {
				found = append(found, f.Check)
			}
			if code != tt.code || slices.Contains(found, tt.want) != (tt.want != "") || tt.want == "" && found != nil {
				t.Errorf("exit code %d, want %d; findings %v, want %s\n%s", code, tt.code, found, tt.want, report)
			}
		})
	}
}
