package replay

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/audio"
)

func TestRecordings(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"a.wav": "", "a.txt": "one two\n\n three \n", "b.wav": "", "b.txt": "four"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Recordings([]string{dir, filepath.Join(dir, "b.wav")})
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	if r := got[0]; r.Name != "a" || strings.Join(r.Utterances, "|") != "one two|three" {
		t.Errorf("%+v", r)
	}
	if err := os.Remove(filepath.Join(dir, "b.txt")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir: "b.txt", t.TempDir(): "no *.wav", filepath.Join(dir, "none.wav"): "none.wav",
	} {
		if _, err := Recordings([]string{path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestRecordingsOfAnyName checks that names may contain capitals and pattern
// characters.
func TestRecordingsOfAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rec [new]")
	if err := os.MkdirAll(filepath.Join(dir, "folder.wav"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"A.WAV", "A.txt", "B.WAV", "B.WAV.txt", "c.wav", "c.txt", "c.wav.txt", "[d].wav", "[d].txt", "e.flac", "e.flac.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Recordings([]string{dir, filepath.Join(dir, "e.flac")})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range got {
		all = append(all, r.Name+"="+strings.Join(r.Utterances, "|"))
	}
	if want := "A=A.txt B=B.WAV.txt [d]=[d].txt c=c.txt e.flac=e.flac.txt"; strings.Join(all, " ") != want {
		t.Errorf("%s, want %s", all, want)
	}
}

func TestReplayWithoutPrograms(t *testing.T) {
	dir := t.TempDir()
	_, err := Pipeline{Dir: dir}.Replay(context.Background(), "a.wav", Options{})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "--programs") {
		t.Errorf("%v", err)
	}
}

// tone writes a recording of a 440 Hz tone with the given number of samples.
func tone(t *testing.T, name string, samples int) Recording {
	t.Helper()
	x := make([]float32, samples)
	for i := range x {
		x[i] = float32(math.Sin(2*math.Pi*440*float64(i)/audio.SampleRate)) / 2
	}
	r := Recording{Name: name, Path: filepath.Join(t.TempDir(), name+".wav"), Utterances: []string{"words of " + name}}
	wav := encodeWAV(x, audio.Format{SampleRate: audio.SampleRate, Channels: 1, BitsPerSample: 16})
	if err := os.WriteFile(r.Path, wav, 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWriteSequence(t *testing.T) {
	recordings := []Recording{tone(t, "a", 16001), tone(t, "b", 8000)}
	path := filepath.Join(t.TempDir(), "s.wav")
	s, err := WriteSequence(path, recordings, 2, time.Second/2)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Parts) != 4 || strings.Join(s.Utterances(), "|") != "words of a|words of b|words of a|words of b" {
		t.Errorf("%+v", s.Parts)
	}
	samples, err := Recording{Path: path}.Samples()
	if err != nil || sampleTime(len(samples)) != s.Parts[3].End {
		t.Errorf("%d samples, %v", len(samples), err)
	}
	for i, p := range s.Parts {
		at := int(p.Start * audio.SampleRate / time.Second)
		if at%frame != 0 || samples[at+9] == 0 {
			t.Errorf("part %d starts at sample %d", i, at)
		}
		if got := s.PartAt(p.Start); got != i {
			t.Errorf("PartAt(%v) = %d, want %d", p.Start, got, i)
		}
	}
	if s.PartAt(time.Hour) != -1 {
		t.Error("PartAt found a part after the end")
	}
	if _, err := WriteSequence(filepath.Join(path, "x.wav"), recordings, 1, 0); err == nil {
		t.Error("no error for a file used as a folder")
	}
}

func TestEncodeWAV(t *testing.T) {
	x := []float32{0, 0.5, -0.5, 0.25, -1, 1}
	for _, f := range []audio.Format{
		{SampleRate: 16000, Channels: 1, BitsPerSample: 8}, {SampleRate: 44100, Channels: 2, BitsPerSample: 16},
		{SampleRate: 8000, Channels: 1, BitsPerSample: 24}, {SampleRate: 16000, Channels: 3, BitsPerSample: 32, Float: true},
	} {
		r, err := audio.NewWAVReader(strings.NewReader(string(encodeWAV(x, f))))
		if err != nil || r.Format() != f {
			t.Fatalf("%+v: %v", f, err)
		}
		got := make([]float32, len(x))
		if n, err := r.ReadMono(got); n != len(x) || err != nil {
			t.Fatalf("%+v: %d, %v", f, n, err)
		}
		for i := range x {
			if math.Abs(float64(got[i]-x[i])) > 1.01/128 {
				t.Errorf("%+v: sample %d is %v, want %v", f, i, got[i], x[i])
			}
		}
	}
}

// TestResample checks that a tone keeps its frequency and level.
func TestResample(t *testing.T) {
	x := make([]float32, audio.SampleRate)
	for i := range x {
		x[i] = float32(math.Sin(2 * math.Pi * 1000 * float64(i) / audio.SampleRate))
	}
	for _, rate := range []int{8000, 16000, 44100} {
		y := resample(x, rate)
		if len(y) != rate {
			t.Errorf("%d Hz: %d samples", rate, len(y))
		}
		for i := rate / 4; i < rate/2; i++ {
			want := math.Sin(2 * math.Pi * 1000 * float64(i) / float64(rate))
			if math.Abs(float64(y[i])-want) > 0.01 {
				t.Fatalf("%d Hz: sample %d is %v, want %v", rate, i, y[i], want)
			}
		}
	}
}

func TestMakeFixtures(t *testing.T) {
	sentence := tone(t, "a", 20000)
	made, err := MakeFixtures(t.TempDir(), sentence, []Recording{sentence})
	if err != nil {
		t.Fatal(err)
	}
	count := map[Expectation]int{}
	for _, f := range made {
		count[f.Expect]++
		if _, err := os.Stat(f.Path); err != nil {
			t.Error(err)
		}
		samples, err := f.Samples()
		switch {
		case f.Expect == ExpectRefusal && err == nil:
			t.Errorf("%s can be read", f.Name)
		case f.Name == "very-long" && sampleTime(len(samples)) < longTime:
			t.Errorf("%s lasts %v", f.Name, sampleTime(len(samples)))
		case f.Name == "very-short" && sampleTime(len(samples)) >= 300*time.Millisecond:
			t.Errorf("%s lasts %v", f.Name, sampleTime(len(samples)))
		case f.Name == "very-quiet":
			if dB := 20 * math.Log10(float64(peak(audio.Float32(nil, samples)))); math.Abs(dB+45) > 0.5 {
				t.Errorf("%s has a peak of %.1f dB", f.Name, dB)
			}
		}
	}
	if count[ExpectNothing] != 2 || count[ExpectRefusal] != 3 || count[ExpectAny] != 1 {
		t.Errorf("%v", count)
	}
	if _, err := MakeFixtures(filepath.Join(t.TempDir(), "none"), sentence, nil); err == nil {
		t.Error("no error for a missing folder")
	}
}

func TestLastWords(t *testing.T) {
	for stderr, want := range map[string]string{
		"": "", "plain\n": "plain", "one\ntwo\n": "two",
		`{"level":"warn","message":"first"}` + "\n" + `{"level":"error","message":"x.wav: cut off"}` + "\n": "x.wav: cut off",
		`{"level":"error"}`: `{"level":"error"}`,
	} {
		if got := (Outcome{Stderr: stderr}).LastWords(); got != want {
			t.Errorf("LastWords of %q: %q, want %q", stderr, got, want)
		}
	}
}

func TestTailIsBounded(t *testing.T) {
	var stderr tail
	for range 100 {
		if n, err := stderr.Write(make([]byte, 4000)); n != 4000 || err != nil {
			t.Fatal(n, err)
		}
	}
	if _, err := stderr.Write([]byte("end")); err != nil || len(stderr.data) != stderrLimit || !strings.HasSuffix(stderr.String(), "end") {
		t.Errorf("%d bytes, %v", len(stderr.data), err)
	}
}

func TestErrBlamesTheRightProgram(t *testing.T) {
	for _, tt := range []struct {
		codes string // of record, vad, transcribe, paste
		want  string
	}{{"0 0 0 0", ""}, {"141 141 10 0", "vf-transcribe"}, {"4 0 0 0", "vf-record"}, {"0 -1 0 0", "vf-vad"}} {
		h := &Result{}
		for i, code := range strings.Fields(tt.codes) {
			o := Outcome{Program: []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste"}[i]}
			for _, number := range []int{-1, 4, 10, 141} {
				if code == map[int]string{-1: "-1", 4: "4", 10: "10", 141: "141"}[number] {
					o.Code = number
				}
			}
			h.Outcomes = append(h.Outcomes, o)
		}
		err := h.Err()
		if (err == nil) != (tt.want == "") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.codes, err)
		}
	}
}
