package whisper_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/health/wer"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/whisper"
)

const (
	modelFile  = "../../testdata/model/vf-demo.en.bin"
	recordings = "../../testdata/recordings/"
)

// options exclude OpenBLAS, which would stay loaded for the rest of the process. It is
// tested in internal/test/e2e.
var options = whisper.Options{
	Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff,
}

func load(t testing.TB) *whisper.Library {
	t.Helper()
	lib, err := whisper.Load(options, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(lib.Close)
	return lib
}

func open(t testing.TB) *whisper.Model {
	t.Helper()
	m, err := load(t).Open(modelFile, whisper.DeviceCPU)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func recogniser(t testing.TB, m *whisper.Model) *whisper.Recogniser {
	t.Helper()
	r, err := m.NewRecogniser()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func samples(t testing.TB, name string) []float32 {
	t.Helper()
	pcm, err := input.ReadFile(recordings + name + ".wav")
	if err != nil {
		t.Fatal(err)
	}
	return audio.Float32(nil, pcm)
}

// wordErrors decodes the ten sentences and counts the errors.
func wordErrors(t *testing.T, p whisper.Params, change func([]float32) []float32) wer.Result {
	t.Helper()
	r := recogniser(t, open(t))
	files, err := filepath.Glob(recordings + "sentence-*.txt")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d sentences, %v", len(files), err)
	}
	var total wer.Result
	for _, f := range files {
		want, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		result, err := r.Transcribe(context.Background(), change(samples(t, strings.TrimSuffix(filepath.Base(f), ".txt"))), p)
		if err != nil {
			t.Fatal(err)
		}
		total = total.Add(wer.Compare(string(want), result.Text()))
	}
	return total
}

func unchanged(s []float32) []float32 { return s }

// bound is the highest acceptable word error rate over the ten sentences. Usually no
// word is wrong, but other processors may round differently. A broken front end gives
// a far higher rate.
const bound = 0.15

func TestWords(t *testing.T) {
	for name, p := range map[string]whisper.Params{
		"greedy":        {},
		"beam search":   {BeamSize: 5},
		"short context": {AudioContext: 256},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wordErrors(t, p, unchanged); got.Rate() > bound {
				t.Errorf("word error rate %.3f > %.3f: %+v", got.Rate(), bound, got)
			}
		})
	}
}

func TestLanguageName(t *testing.T) {
	for code, want := range map[string]string{"en": "english", "zh": "chinese", "ht": "haitian creole", "": ""} {
		if got := whisper.LanguageName(code); got != want {
			t.Errorf("%q is %q, want %q", code, got, want)
		}
	}
}

// TestBoundIsTight checks that the bound of TestWords is tight enough to detect a
// broken front end.
func TestBoundIsTight(t *testing.T) {
	for name, broken := range map[string]func([]float32) []float32{
		"wrong rate": func(s []float32) []float32 {
			var out []float32
			for i := 0; i < len(s); i += 2 {
				out = append(out, s[i])
			}
			return out
		},
		"byte order": func(s []float32) []float32 {
			pcm := audio.Int16(nil, s)
			for i, v := range pcm {
				pcm[i] = int16(uint16(v)<<8 | uint16(v)>>8)
			}
			return audio.Float32(nil, pcm)
		},
		"clipped start": func(s []float32) []float32 { return s[audio.SampleRate*6/10:] },
	} {
		t.Run(name, func(t *testing.T) {
			if got := wordErrors(t, whisper.Params{}, broken); got.Rate() <= bound {
				t.Errorf("word error rate is only %.3f", got.Rate())
			}
		})
	}
}

func TestSegments(t *testing.T) {
	r := recogniser(t, open(t))
	s := samples(t, "timing-after-1000ms")
	result, err := r.Transcribe(context.Background(), s, whisper.Params{})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Segments) == 0 {
		t.Fatal("no segments")
	}
	if got, want := result.Duration, float64(len(s))/whisper.SampleRate; got != want {
		t.Errorf("duration %v, want %v", got, want)
	}
	if p := result.NoSpeechProb; p <= 0 || p > 0.6 {
		t.Errorf("no_speech_prob %v", p)
	}
	last := 0.0
	for _, s := range result.Segments {
		if s.Start < last || s.End < s.Start || s.End > result.Duration {
			t.Errorf("segment from %v to %v, after %v, in %v s", s.Start, s.End, last, result.Duration)
		}
		if s.AvgLogprob >= 0 || s.AvgLogprob < -2 {
			t.Errorf("avg_logprob %v", s.AvgLogprob)
		}
		if s.CompressionRatio <= 0 || s.CompressionRatio > 2.4 {
			t.Errorf("compression_ratio %v", s.CompressionRatio)
		}
		last = s.End
	}
	if first := result.Segments[0]; first.Start < 0.8 || first.Start > 1.2 {
		t.Errorf("the first segment begins at %v s, speech at 1 s", first.Start)
	}
}

func TestShortAndEmptyAudio(t *testing.T) {
	r := recogniser(t, open(t))
	for _, n := range []int{0, 1, 160, 1600, 4800} {
		result, err := r.Transcribe(context.Background(), make([]float32, n), whisper.Params{})
		if err != nil {
			t.Fatalf("%d samples: %v", n, err)
		}
		if got, want := result.Duration, float64(n)/whisper.SampleRate; got != want {
			t.Errorf("%d samples: duration %v", n, got)
		}
	}
}

// TestSameWordsEveryTime checks that an utterance does not affect the next one, and
// that recognisers of the same model do not affect each other.
func TestSameWordsEveryTime(t *testing.T) {
	m := open(t)
	want := map[string]string{}
	names := []string{"sentence-01", "sentence-07", "timing-rapid"}
	for _, name := range names {
		result, err := recogniser(t, m).Transcribe(context.Background(), samples(t, name), whisper.Params{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		want[name] = result.Text()
	}
	var wg sync.WaitGroup
	for range 2 {
		r := recogniser(t, m)
		wg.Go(func() {
			for i := range 6 {
				name := names[i%len(names)]
				result, err := r.Transcribe(context.Background(), samples(t, name), whisper.Params{Threads: 1})
				if err != nil {
					t.Error(err)
				} else if result.Text() != want[name] {
					t.Errorf("%s: %q, want %q as before", name, result.Text(), want[name])
				}
			}
		})
	}
	wg.Wait()
}

func TestCancel(t *testing.T) {
	m := open(t)
	r := recogniser(t, m)
	ctx, cancel := context.WithCancel(context.Background())
	long := make([]float32, 0, 60*whisper.SampleRate)
	for s := samples(t, "timing-rapid"); len(long)+len(s) <= cap(long); {
		long = append(long, s...)
	}
	ended := make(chan error)
	go func() {
		_, err := r.Transcribe(ctx, long, whisper.Params{Threads: 1})
		ended <- err
	}()
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the cancelled call returned %v", err)
		}
	case <-time.After(time.Second):
		t.Fatal("no return within 1 s of the cancellation")
	}
	// The library may still be working on the cancelled call. Closing must not free
	// its memory, and the model must remain usable.
	r.Close()
	r.Close()
	if _, err := r.Transcribe(context.Background(), long, whisper.Params{}); !errors.Is(err, whisper.ErrClosed) {
		t.Errorf("a closed recogniser returned %v", err)
	}
	if _, err := recogniser(t, m).Transcribe(context.Background(), samples(t, "sentence-01"), whisper.Params{}); err != nil {
		t.Error(err)
	}
}

// TestCancelKeepsSegments checks that a cancelled call with several windows returns
// the segments decoded so far.
func TestCancelKeepsSegments(t *testing.T) {
	m := open(t)
	speech := samples(t, "timing-rapid")
	var long []float32
	for len(long) < 65*whisper.SampleRate { // three windows
		long = append(long, speech...)
	}
	p := whisper.Params{Threads: 1, Words: true}
	began := time.Now()
	whole, err := recogniser(t, m).Transcribe(t.Context(), long, p)
	if err != nil {
		t.Fatal(err)
	}
	early, late := time.Duration(0), time.Since(began)
	for range 20 {
		after := (early + late) / 2
		ctx, cancel := context.WithTimeout(t.Context(), after)
		r, err := recogniser(t, m).Transcribe(ctx, long, p)
		cancel()
		switch {
		case err == nil: // faster than before
			late = after
			continue
		case !errors.Is(err, context.DeadlineExceeded):
			t.Fatal(err)
		case r == nil:
			early, late = after, late+after/2
			continue
		}
		n := len(r.Segments)
		if n >= len(whole.Segments) || r.Segments[n-1].Text != whole.Segments[n-1].Text || len(r.Segments[n-1].Words) == 0 || r.Language != "en" {
			t.Errorf("after %v of %v: %+v", after, late, r)
		}
		return
	}
	t.Errorf("no segments were returned, cancelled between %v and %v", early, late)
}

func TestRefusals(t *testing.T) {
	lib := load(t)
	m := open(t)
	if m.Multilingual() {
		t.Error("the model is English only")
	}
	for _, code := range []string{"", "en", "auto"} {
		if err := m.CheckLanguage(code); err != nil {
			t.Errorf("language %q: %v", code, err)
		}
	}
	for _, code := range []string{"de", "xx"} {
		if err := m.CheckLanguage(code); !errors.Is(err, whisper.ErrLanguage) {
			t.Errorf("language %q: %v", code, err)
		}
	}
	if _, err := lib.Open(modelFile, "Nothing9"); !errors.Is(err, whisper.ErrNoDevice) {
		t.Errorf("device Nothing9: %v", err)
	}
	if _, err := whisper.Load(whisper.Options{Backends: t.TempDir() + "/none", Device: whisper.DeviceCPU}, zerolog.Nop()); err != nil {
		t.Errorf("loading again, with another folder, which should be ignored: %v", err)
	}
	m.Close()
	m.Close()
	if _, err := m.NewRecogniser(); !errors.Is(err, whisper.ErrClosed) {
		t.Errorf("a closed model returned %v", err)
	}
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	lib, err := whisper.Load(options, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	m, err := lib.Open(modelFile, whisper.DeviceCPU)
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	lib.Close()
	lib.Close()
	if !strings.Contains(log.String(), `"level":"debug","message":"whisper_`) {
		t.Errorf("the library's log did not arrive: %s", log.String())
	}
}

// TestWindowIsClean checks that the content of a larger window does not affect a later,
// smaller one.
func TestWindowIsClean(t *testing.T) {
	m := open(t)
	speech := samples(t, "timing-rapid")[:9*whisper.SampleRate]
	p := whisper.Params{Threads: 1, AudioContext: 500} // not a multiple of the library's padding
	fresh, err := recogniser(t, m).Transcribe(context.Background(), speech, p)
	if err != nil {
		t.Fatal(err)
	}
	used := recogniser(t, m)
	noise := make([]float32, 30*whisper.SampleRate)
	for i := range noise {
		noise[i] = float32(i*7919%2000-1000) / 2000
	}
	if _, err := used.Transcribe(context.Background(), noise, whisper.Params{Threads: 1}); err != nil {
		t.Fatal(err)
	}
	second, err := used.Transcribe(context.Background(), speech, p)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.AudioContext != 512 || len(second.Segments) != len(fresh.Segments) {
		t.Fatalf("window %d, %d segments, then %d", fresh.AudioContext, len(fresh.Segments), len(second.Segments))
	}
	for i, s := range fresh.Segments {
		if a := second.Segments[i]; a.Text != s.Text || a.AvgLogprob != s.AvgLogprob {
			t.Errorf("segment %d: %q (%v), after noise %q (%v)", i, s.Text, s.AvgLogprob, a.Text, a.AvgLogprob)
		}
	}
}
