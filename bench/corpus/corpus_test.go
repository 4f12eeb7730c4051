package corpus

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/audio"
)

const wordList = "../../testdata/model/words.txt"

func open(t *testing.T) *Corpus {
	t.Helper()
	c, err := Open(t.TempDir(), wordList)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDraw(t *testing.T) {
	c := open(t)
	espeak := 0
	heard := map[voice]bool{}
	for i := range 1000 {
		s := c.draw(i)
		if n := len(s.words); n < 3 || n > 8 {
			t.Errorf("sentence %d has %d words", i, n)
		}
		for _, w := range s.words {
			if !slices.Contains(c.words, w) {
				t.Errorf("%q is not in the list", w)
			}
		}
		if again := c.draw(i); again.text() != s.text() || again.voice != s.voice {
			t.Errorf("sentence %d is %v the first time, then %v", i, s, again)
		}
		heard[s.voice] = true
		if s.voice.engine == "espeak" {
			espeak++
		}
	}
	if espeak < 400 || espeak > 600 {
		t.Errorf("%d of 1000 sentences by espeak-ng", espeak)
	}
	if len(heard) != 36+5 {
		t.Errorf("%d voices", len(heard))
	}
}

func TestLayOut(t *testing.T) {
	lengths := []int{20000, 30000, 40000, 50000}
	for _, total := range []int{16000, 160000, 960000, 960001, 28800000} {
		parts := layOut(rand.New(rand.NewPCG(1, uint64(total))), lengths, total)
		speech, sum, noisy := 0, 0, 0
		for _, p := range parts {
			if p.gap < 0 || p.sentence >= 0 && p.samples > lengths[p.sentence] {
				t.Fatalf("part %+v", p)
			}
			sum += p.gap + p.samples
			speech += p.samples
			if p.noise {
				noisy++
			}
		}
		if sum != total {
			t.Errorf("got %d samples, want %d", sum, total)
		}
		if total > 100000 && (speech > total/2 || speech < total/2-50000) {
			t.Errorf("%d samples of speech in %d", speech, total)
		}
		if noisy != len(parts)/2 && total > 100000 {
			t.Errorf("%d of %d gaps with noise", noisy, len(parts))
		}
	}
}

func TestTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.tsv")
	want := []Spoken{{0.25, 1.5, "one two"}, {2.125, 3, "three"}}
	if err := writeTable(file, want); err != nil {
		t.Fatal(err)
	}
	got, err := readTable(file)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if words := (&Long{Spoken: got}).Words(); words != "one two\nthree\n" {
		t.Errorf("words %q", words)
	}
	for _, bad := range []string{"1\t2\n", "1\tx\ty\n"} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readTable(file); err == nil || !strings.Contains(err.Error(), "a.tsv:1:") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.txt")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{empty, empty + "no"} {
		if _, err := Open(t.TempDir(), list); err == nil {
			t.Errorf("%s: no error", list)
		}
	}
}

// TestSpeech generates real speech if the synthesisers are installed.
func TestSpeech(t *testing.T) {
	for _, name := range []string{"espeak-ng", "flite", "sox"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%v; scripts/system-packages.sh recordings installs it", err)
		}
	}
	c, ctx := open(t), context.Background()
	sentences, err := c.Sentences(ctx, 4)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]os.FileInfo{}
	for _, s := range sentences {
		samples, err := readWAV(s.File)
		if err != nil {
			t.Fatal(err)
		}
		const around, dither = audio.SampleRate / 4, 2
		if n := len(samples); n < audio.SampleRate || loudest(samples[:around]) > dither || loudest(samples[n-around:]) > dither || loudest(samples) < 20000 {
			t.Errorf("%s: %d samples, loudest %d", s.File, n, loudest(samples))
		}
		if written[s.File], err = os.Stat(s.File); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Sentences(ctx, 4); err != nil {
		t.Fatal(err)
	}
	for file, before := range written {
		if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s was spoken again: %v", file, err)
		}
	}
	parts := layOut(rand.New(rand.NewPCG(1, 1)), []int{8000, 8000}, 48001)
	file := filepath.Join(c.dir, "long.wav")
	if err := write(file, parts, sentences, rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	checkLong(t, file, parts, places(parts, sentences))
	copies, err := c.Copies(sentences[:2], 3)
	if err != nil || len(copies) != 3 {
		t.Fatalf("%v, %v", copies, err)
	}
	if a, b := stat(t, copies[0]), stat(t, copies[2]); !os.SameFile(a, b) {
		t.Error("the third copy is not of the first sentence")
	}
}

func checkLong(t *testing.T, file string, parts []part, spoken []Spoken) {
	t.Helper()
	samples, err := readWAV(file)
	if err != nil || len(samples) != 48001 {
		t.Fatalf("%d samples, %v", len(samples), err)
	}
	at := 0
	for i, p := range parts {
		gap := samples[at : at+p.gap]
		if p.noise && (loudest(gap) == 0 || loudest(gap) > 80) || !p.noise && loudest(gap) != 0 {
			t.Errorf("gap %d (noise: %v): the loudest sample is %d", i, p.noise, loudest(gap))
		}
		if p.sentence >= 0 && math.Abs(spoken[i].Start*audio.SampleRate-float64(at+p.gap)) > 0.5 {
			t.Errorf("sentence %d begins at %g", i, spoken[i].Start)
		}
		at += p.gap + p.samples
	}
}

func stat(t *testing.T, file string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func loudest(samples []int16) int {
	most := 0
	for _, s := range samples {
		most = max(most, int(s), -int(s))
	}
	return most
}
