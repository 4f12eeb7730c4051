package vad

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/audio"
)

// span is a stretch of frames with one probability of speech.
type span struct {
	frames int
	speech float32
}

// Probabilities well on either side of every threshold that the tables use.
const (
	quiet = 0.01
	voice = 0.99
)

// segment segments samples by a track of probabilities, as a stream would: the last
// frame is short if there are fewer samples than frames require.
func segment(c Config, track []float32, samples []int16) (all []Utterance) {
	s := NewSegmenter(c)
	for _, p := range track {
		n := min(FrameSize, len(samples))
		if u := s.Push(samples[:n], p); u != nil {
			all = append(all, *u)
		}
		samples = samples[n:]
	}
	if u := s.Flush(); u != nil {
		all = append(all, *u)
	}
	return all
}

func frames(spans []span) (track []float32) {
	for _, s := range spans {
		track = append(track, slices.Repeat([]float32{s.speech}, s.frames)...)
	}
	return track
}

// varied returns samples that differ from their neighbours, so that misplaced PCM
// is noticed, and that are alternately loud and quiet, like speech.
func varied(n int) []int16 {
	return randomSamples(rand.New(rand.NewPCG(1, 3)), n)
}

// standard returns settings in round numbers. In frames of 10 ms: pre-roll 30,
// post-roll 20, MinSpeech 10, MinSilence 50.
func standard() Config {
	c := DefaultConfig()
	c.PreRoll = 300 * time.Millisecond
	return c
}

// place is an utterance in frames.
type place struct{ start, end, pcmStart, pcmEnd int64 }

func checkPlaces(t *testing.T, got []Utterance, samples []int16, want []place) {
	t.Helper()
	for i, u := range got {
		p := place{u.Start, u.End, u.PCMStart, u.PCMStart + int64(len(u.PCM))}
		if !slices.Equal(u.PCM, samples[p.pcmStart:p.pcmEnd]) {
			t.Errorf("utterance %d: the PCM does not match its position", i)
		}
		if i < len(want) && p != (place{want[i].start * FrameSize, want[i].end * FrameSize, want[i].pcmStart * FrameSize, want[i].pcmEnd * FrameSize}) {
			t.Errorf("utterance %d is at %v samples, want %v frames of %d", i, p, want[i], FrameSize)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d utterances, want %d", len(got), len(want))
	}
}

func TestSegmenter(t *testing.T) {
	longPreRoll := standard()
	longPreRoll.PreRoll = time.Second
	noRolls := standard()
	noRolls.PreRoll, noRolls.PostRoll = 0, 0
	low := standard()
	low.Threshold = 0.2 // continues at half of it
	standard := standard()
	tests := []struct {
		name   string
		config Config
		track  []span
		want   []place
	}{
		{"nothing", standard, nil, nil},
		{"silence", standard, []span{{200, quiet}}, nil},
		{"speech between silences", standard, []span{{100, quiet}, {50, voice}, {100, quiet}}, []place{{100, 150, 70, 170}}},
		{"no rolls", noRolls, []span{{100, quiet}, {50, voice}, {100, quiet}}, []place{{100, 150, 100, 150}}},
		{"begins immediately", standard, []span{{50, voice}, {100, quiet}}, []place{{0, 50, 0, 70}}},
		{"begins within the pre-roll", standard, []span{{10, quiet}, {50, voice}, {100, quiet}}, []place{{10, 60, 0, 80}}},
		{"the stream ends in speech", standard, []span{{10, quiet}, {50, voice}}, []place{{10, 60, 0, 60}}},
		{"the stream ends in the post-roll", standard, []span{{10, quiet}, {50, voice}, {15, quiet}}, []place{{10, 60, 0, 75}}},
		{"the stream ends in the hang-over", standard, []span{{10, quiet}, {50, voice}, {49, quiet}}, []place{{10, 60, 0, 80}}},

		{"a few frames with speech in the hang-over", standard, []span{{50, voice}, {20, quiet}, {7, voice}, {60, quiet}}, []place{{0, 50, 0, 70}}},
		{"enough frames with speech in the hang-over", standard, []span{{50, voice}, {20, quiet}, {8, voice}, {60, quiet}}, []place{{0, 78, 0, 98}}},
		{"two frames with speech in a gap", standard, []span{{50, voice}, {5, quiet}, {2, voice}, {60, quiet}}, []place{{0, 50, 0, 70}}},
		{"three frames with speech in a gap", standard, []span{{50, voice}, {5, quiet}, {3, voice}, {60, quiet}}, []place{{0, 58, 0, 78}}},

		{"click", standard, []span{{50, quiet}, {9, voice}, {100, quiet}}, nil},
		{"shortest speech", standard, []span{{50, quiet}, {10, voice}, {100, quiet}}, []place{{50, 60, 20, 80}}},
		{"click at the end", standard, []span{{50, quiet}, {9, voice}}, nil},
		{"shortest speech at the end", standard, []span{{50, quiet}, {10, voice}}, []place{{50, 60, 20, 60}}},
		{"two clicks apart", standard, []span{{50, quiet}, {9, voice}, {20, quiet}, {9, voice}, {100, quiet}}, nil},
		{"two clicks close enough for a word", standard, []span{{50, quiet}, {9, voice}, {7, quiet}, {3, voice}, {100, quiet}}, []place{{50, 69, 20, 89}}},
		{"speech after a click keeps its pre-roll", standard, []span{{50, quiet}, {9, voice}, {20, quiet}, {20, voice}, {100, quiet}}, []place{{79, 99, 49, 119}}},

		{"pause as long as the hang-over less one", standard, []span{{50, voice}, {49, quiet}, {50, voice}}, []place{{0, 149, 0, 149}}},
		{"pause as long as the hang-over", standard, []span{{50, voice}, {50, quiet}, {50, voice}}, []place{{0, 50, 0, 70}, {100, 150, 70, 150}}},
		{"pre-roll stops at the last utterance", longPreRoll, []span{{50, voice}, {60, quiet}, {50, voice}}, []place{{0, 50, 0, 70}, {110, 160, 70, 160}}},

		{"begins at the threshold", standard, []span{{50, 0.49}, {10, 0.5}, {10, 0.7}, {60, quiet}}, []place{{50, 70, 20, 90}}},
		{"just above the threshold is doubtful", standard, []span{{50, 0.49}, {20, 0.55}, {60, quiet}}, nil},
		{"continues above the lower threshold", standard, []span{{20, voice}, {100, 0.35}, {60, quiet}}, []place{{0, 120, 0, 140}}},
		{"does not continue below it", standard, []span{{30, voice}, {100, 0.34}, {60, quiet}}, []place{{0, 30, 0, 50}}},
		{"does not begin between the two", standard, []span{{200, 0.45}}, nil},
		{"low threshold continues at half", low, []span{{20, 0.3}, {20, 0.1}, {60, 0.09}}, []place{{0, 40, 0, 60}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			track := frames(test.track)
			samples := varied(len(track) * FrameSize)
			checkPlaces(t, segment(test.config, track, samples), samples, test.want)
		})
	}
}

func TestSegmenterShortLastFrame(t *testing.T) {
	const n = 30*FrameSize + 80
	got := segment(DefaultConfig(), frames([]span{{31, voice}}), varied(n))
	if len(got) != 1 || got[0].End != n || len(got[0].PCM) != n {
		t.Errorf("%v, want all %d samples, including the 80 of the last frame", got, n)
	}
}

// TestSegmenterCut has speech longer than a MaxUtterance of 200 frames. The speech
// begins at frame 100, so the audio begins at frame 70 and is too long at frame 270.
// The quietest frame is looked for from frame 170 on.
func TestSegmenterCut(t *testing.T) {
	tests := []struct {
		name  string
		track []span
		quiet int // the quietest frame
		want  []place
	}{
		{"in the middle of speech", []span{{100, quiet}, {250, voice}, {100, quiet}}, 200, []place{{100, 201, 70, 201}, {201, 350, 201, 370}}},
		{"first frame that may be", []span{{100, quiet}, {220, voice}, {100, quiet}}, 170, []place{{100, 171, 70, 171}, {171, 320, 171, 340}}},
		{"quieter before that", []span{{100, quiet}, {220, voice}, {100, quiet}}, 169, []place{{100, 171, 70, 171}, {171, 320, 171, 340}}},
		{"last frame that may be", []span{{100, quiet}, {250, voice}, {100, quiet}}, 269, []place{{100, 270, 70, 270}, {270, 350, 270, 370}}},
		{"the end of a word is not a click", []span{{100, quiet}, {175, voice}, {100, quiet}}, 268, []place{{100, 269, 70, 269}, {269, 275, 269, 295}}},
		{"in the silence after speech", []span{{100, quiet}, {140, voice}, {100, quiet}}, 250, []place{{100, 240, 70, 251}}},
		{"speech after that silence", []span{{100, quiet}, {140, voice}, {35, quiet}, {55, voice}}, 250, []place{{100, 240, 70, 251}, {275, 330, 251, 330}}},
		{"at the end of the stream", []span{{100, quiet}, {170, voice}}, 269, []place{{100, 270, 70, 270}}},
	}
	config := standard()
	config.MaxUtterance = 2 * time.Second
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			track := frames(test.track)
			samples := slices.Repeat([]int16{1000, -1000}, len(track)*FrameSize/2)
			for i := range samples {
				samples[i] *= int16(1 + i/(5*FrameSize)%2)
			}
			clear(samples[test.quiet*FrameSize : (test.quiet+1)*FrameSize])
			checkPlaces(t, segment(config, track, samples), samples, test.want)
		})
	}
}

// TestSegmenterMemory pushes an hour of audio, with and without speech.
func TestSegmenterMemory(t *testing.T) {
	config := DefaultConfig()
	tests := []struct {
		name   string
		speech float32
		bound  time.Duration
	}{
		{"silence", quiet, config.PreRoll + onsetFrames*10*time.Millisecond},
		{"speech", voice, config.MaxUtterance},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := NewSegmenter(config)
			frame := varied(FrameSize)
			var length, capacity int
			for range time.Hour / (10 * time.Millisecond) {
				s.Push(frame, test.speech)
				length, capacity = max(length, len(s.kept)), max(capacity, cap(s.kept))
			}
			bound := int(audio.Samples(test.bound))
			// A slice grown by append has less than twice the capacity it needs.
			if length > bound || capacity > 2*(bound+FrameSize) {
				t.Errorf("%d samples kept, capacity %d, want at most %d", length, capacity, bound)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
		want   string // in the error; empty if valid
	}{
		{"default", func(*Config) {}, ""},
		{"threshold 0", func(c *Config) { c.Threshold = 0 }, "threshold"},
		{"threshold 1", func(c *Config) { c.Threshold = 1 }, "threshold"},
		{"threshold NaN", func(c *Config) { c.Threshold = math.NaN() }, "threshold"},
		{"no least speech", func(c *Config) { c.MinSpeech = 0 }, ""},
		{"negative speech", func(c *Config) { c.MinSpeech = -1 }, "negative"},
		{"no rolls", func(c *Config) { c.PreRoll, c.PostRoll = 0, 0 }, ""},
		{"negative pre-roll", func(c *Config) { c.PreRoll = -1 }, "negative"},
		{"negative post-roll", func(c *Config) { c.PostRoll = -1 }, "negative"},
		{"least silence", func(c *Config) { c.MinSilence, c.PostRoll = 50*time.Millisecond, 0 }, ""},
		{"less silence", func(c *Config) { c.MinSilence, c.PostRoll = 49*time.Millisecond, 0 }, "min-silence"},
		{"post-roll as long as the silence", func(c *Config) { c.PostRoll = c.MinSilence }, ""},
		{"longer post-roll", func(c *Config) { c.PostRoll = c.MinSilence + 1 }, "post-roll"},
		{"shortest utterance", func(c *Config) { c.MaxUtterance = c.PreRoll + time.Second }, ""},
		{"shorter utterance", func(c *Config) { c.MaxUtterance = c.PreRoll + time.Second - 1 }, "max-utterance"},
		{"longest utterance", func(c *Config) { c.MaxUtterance = time.Hour }, ""},
		{"longer utterance", func(c *Config) { c.MaxUtterance = time.Hour + 1 }, "max-utterance"},
		{"endless pre-roll", func(c *Config) { c.PreRoll = 1<<63 - 1 }, "max-utterance"},
		{"speech longer than an utterance", func(c *Config) { c.MinSpeech = c.MaxUtterance + 1 }, "min-speech"},
		{"silence longer than an utterance", func(c *Config) { c.MinSilence = c.MaxUtterance + 1 }, "min-silence"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := DefaultConfig()
			test.change(&c)
			err := c.Validate()
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Validate() = %v, want %q", err, test.want)
			}
		})
	}
}

// TestMistakes has values that are out of range and values that conflict.
func TestMistakes(t *testing.T) {
	c := DefaultConfig()
	c.Threshold, c.PreRoll, c.PostRoll = 7, -1, 2*time.Second
	var got []string
	for _, m := range c.Mistakes() {
		got = append(got, strings.Join(m.Settings, " "))
	}
	if want := "threshold, pre-roll, post-roll min-silence"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
