package replay

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"voiceflow/pkg/audio"
)

// Fixture is a file that the programs must cope with.
type Fixture struct {
	Recording // without Utterances unless words are expected
	Expect    Expectation
}

// Expectation is the expected result of replaying a Fixture.
type Expectation int

const (
	// ExpectWords expects the correct words.
	ExpectWords Expectation = iota
	// ExpectNothing expects no text at all.
	ExpectNothing
	// ExpectAny expects the programs to succeed, with any text.
	ExpectAny
	// ExpectRefusal expects a clear error from vf-record and its exit code 4.
	ExpectRefusal
)

// longTime is the minimum duration of the very long recording.
const longTime = 5 * time.Minute

// MakeFixtures writes edge cases into a folder: difficult audio made from one
// sentence, damaged files, and a very long recording made from all.
func MakeFixtures(folder string, sentence Recording, all []Recording) ([]Fixture, error) {
	speech, err := sentence.Samples()
	if err != nil {
		return nil, err
	}
	m := maker{folder: folder, words: sentence.Utterances}
	mono := func(bits int, float bool) audio.Format {
		return audio.Format{SampleRate: audio.SampleRate, Channels: 1, BitsPerSample: bits, Float: float}
	}
	pcm16 := mono(16, false)
	as := func(rate, channels int) audio.Format {
		return audio.Format{SampleRate: rate, Channels: channels, BitsPerSample: 16}
	}
	x := audio.Float32(nil, speech)
	whole := encodeWAV(x, pcm16)

	m.add("silence", ExpectNothing, encodeWAV(make([]float32, 5*audio.SampleRate), pcm16))
	m.add("noise", ExpectNothing, encodeWAV(noise(5*audio.SampleRate, -40), pcm16))
	middle := len(x) / 2
	m.add("very-short", ExpectAny, encodeWAV(x[middle:middle+audio.SampleRate/4], pcm16))
	m.add("clipping", ExpectWords, encodeWAV(gain(x, 8), pcm16))
	m.add("very-quiet", ExpectWords, encodeWAV(gain(x, level(-45)/peak(x)), pcm16))
	m.add("rate-8000", ExpectWords, encodeWAV(resample(x, 8000), as(8000, 1)))
	m.add("rate-44100", ExpectWords, encodeWAV(resample(x, 44100), as(44100, 1)))
	m.add("width-8", ExpectWords, encodeWAV(x, mono(8, false)))
	m.add("width-24", ExpectWords, encodeWAV(x, mono(24, false)))
	m.add("width-float", ExpectWords, encodeWAV(x, mono(32, true)))
	m.add("channels-2", ExpectWords, encodeWAV(x, as(audio.SampleRate, 2)))
	m.add("truncated", ExpectRefusal, whole[:len(whole)/2])
	corrupt := append([]byte(nil), whole...)
	copy(corrupt[12:], "fmt \xff\xff\xff\x7f")
	m.add("corrupt-header", ExpectRefusal, corrupt)
	m.add("empty-file", ExpectRefusal, nil)
	if m.err != nil {
		return nil, fmt.Errorf("edge cases: %w", m.err)
	}
	long, err := veryLong(folder, all)
	if err != nil {
		return nil, err
	}
	return append(m.made, long), nil
}

// maker writes fixtures until the first error.
type maker struct {
	folder string
	words  []string
	made   []Fixture
	err    error
}

func (m *maker) add(name string, expect Expectation, file []byte) {
	if m.err != nil {
		return
	}
	f := Fixture{Recording: Recording{Name: name, Path: filepath.Join(m.folder, name+".wav")}, Expect: expect}
	if expect == ExpectWords {
		f.Utterances = m.words
	}
	m.err = os.WriteFile(f.Path, file, 0o600)
	m.made = append(m.made, f)
}

func veryLong(folder string, all []Recording) (Fixture, error) {
	const gap = time.Second
	once := time.Duration(0)
	for _, r := range all {
		samples, err := r.Samples()
		if err != nil {
			return Fixture{}, err
		}
		once += sampleTime(len(samples)) + gap
	}
	path := filepath.Join(folder, "very-long.wav")
	s, err := WriteSequence(path, all, int(longTime/max(once, 1))+1, gap)
	if err != nil {
		return Fixture{}, err
	}
	return Fixture{Recording: Recording{Name: "very-long", Path: path, Utterances: s.Utterances()}}, nil
}

// level returns the amplitude, relative to full scale, for a level in dBFS.
func level(dB float64) float32 { return float32(math.Pow(10, dB/20)) }

// peak returns the largest magnitude in x, and never 0.
func peak(x []float32) float32 {
	p := float32(1e-9)
	for _, v := range x {
		p = max(p, v, -v)
	}
	return p
}

// gain multiplies x by a factor and clips it at full scale.
func gain(x []float32, factor float32) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = max(-1, min(v*factor, 1))
	}
	return y
}

// noise returns white Gaussian noise with an RMS level of dB (dBFS). It is the
// same each time.
func noise(samples int, dB float64) []float32 {
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- no secret
	y := make([]float32, samples)
	for i := range y {
		y[i] = float32(random.NormFloat64()) * level(dB)
	}
	return y
}

// resample converts x from 16 kHz to another rate with a windowed sinc (Hann, 32
// periods). Package soxr would need cgo, which vf-health does without.
func resample(x []float32, rate int) []float32 {
	const reach = 16
	ratio := float64(audio.SampleRate) / float64(rate)
	cut := min(1, 1/ratio) // cut-off as a fraction of half the rate of x
	y := make([]float32, int(float64(len(x))/ratio))
	for i := range y {
		at := float64(i) * ratio
		first, last := int(at-reach/cut)+1, int(at+reach/cut)
		sum := 0.0
		for j := max(first, 0); j <= min(last, len(x)-1); j++ {
			t := (at - float64(j)) * cut
			window := 0.5 + 0.5*math.Cos(math.Pi*t/reach)
			sum += float64(x[j]) * cut * sinc(t) * window
		}
		y[i] = float32(max(-1, min(sum, 1)))
	}
	return y
}

func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	return math.Sin(math.Pi*t) / (math.Pi * t)
}
