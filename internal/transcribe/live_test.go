package transcribe

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// live is a run on a stream that the test writes, with a recogniser that waits for the
// test before it answers with the length of the sound.
type live struct {
	t     *testing.T
	in    *io.PipeWriter
	lines *event.Writer
	out   chan event.Record
	ended chan error

	ending string        // of each text
	asked  chan int      // samples of each decoding as it begins
	answer chan struct{} // one per decoding that may end
}

func startLive(t *testing.T, recognisers int) *live {
	t.Helper()
	r, w := io.Pipe()
	l := &live{
		t: t, in: w, lines: event.NewWriter(w), out: make(chan event.Record, 100), ended: make(chan error, 1),
		asked: make(chan int, 100), answer: make(chan struct{}),
	}
	run := New(&Config{
		Stream: r, Name: "the test", Queue: 20, Recognisers: recognisers, Partial: true,
		Open: func(context.Context) (*Backend, error) { return &Backend{Decoder: l, Window: 26}, nil },
	}, l)
	go func() { l.ended <- run.Run(t.Context()) }()
	return l
}

// Decode answers with one word per tenth of a second.
func (l *live) Decode(ctx context.Context, sound engine.Sound, _ engine.Spoken) (*engine.Result, error) {
	l.asked <- len(sound.Samples)
	select {
	case <-l.answer:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var text whisper.Segment
	for i := range len(sound.Samples) / 1600 {
		word := fmt.Sprintf(" word%d", i)
		text.Text += word
		text.Pieces = append(text.Pieces, whisper.Piece{Text: word, Probability: 1})
	}
	text.Text += l.ending
	return &engine.Result{Result: &whisper.Result{Segments: []whisper.Segment{text}}}, nil
}

func (l *live) Describe() Description { return Description{} }

func (l *live) Transcript(_ *Item, t *event.Transcript) error { l.out <- t; return nil }
func (l *live) Partial(p *event.Partial) error                { l.out <- p; return nil }
func (l *live) Record(r event.Record) error                   { l.out <- r; return nil }
func (l *live) Draft(*Item, *event.Transcript) error          { return nil }
func (l *live) Incomplete(t *event.Transcript) error          { return fmt.Errorf("incomplete: %+v", t) }
func (l *live) Failure(it *Item, err error) error             { return fmt.Errorf("item %d: %w", it.ID, err) }
func (l *live) Skip(*Item) error                              { return nil }

func (l *live) send(records ...event.Record) {
	l.t.Helper()
	for _, r := range records {
		if err := l.lines.Write(r); err != nil {
			l.t.Fatal(err)
		}
	}
}

// sync returns once all records sent so far have been read: the reader takes more of the
// stream only when it is done with a line.
func (l *live) sync() {
	l.t.Helper()
	if _, err := io.WriteString(l.in, "\n"); err != nil {
		l.t.Fatal(err)
	}
}

// decodes waits for a decoding of that many samples.
func (l *live) decodes(samples int) {
	l.t.Helper()
	if got := <-l.asked; got != samples {
		l.t.Fatalf("%d samples are decoded, want %d", got, samples)
	}
}

// end ends the stream and returns what was written, in short. Decodings that still wait
// are answered.
func (l *live) end() (all []string) {
	l.t.Helper()
	l.in.Close()
	var finished sync.WaitGroup
	done := make(chan struct{})
	finished.Go(func() {
		for {
			select {
			case l.answer <- struct{}{}:
			case <-done:
				return
			}
		}
	})
	err := <-l.ended
	close(done)
	finished.Wait()
	if err != nil {
		l.t.Fatal(err)
	}
	close(l.out)
	for r := range l.out {
		all = append(all, short(r))
	}
	return all
}

func short(r event.Record) string {
	switch r := r.(type) {
	case *event.Transcript:
		return fmt.Sprintf("%d: %s", r.ID, r.Text)
	case *event.Partial:
		return fmt.Sprintf("%d... %s|%s", r.ID, r.Stable, r.Unstable)
	case *event.Mark:
		return string(r.Mark)
	}
	return fmt.Sprintf("%T", r)
}

const tenth = audio.SampleRate / 10

func pcm(samples int) []byte { return make([]byte, 2*samples) }

func utterance(id, samples int) *event.Utterance {
	return &event.Utterance{ID: id, Start: float64(id), End: float64(id) + audio.Seconds(samples), PCMStart: float64(id), PCM: pcm(samples)}
}

// soFar is the beginning of an utterance.
func soFar(id, samples int, paused bool) *event.Tentative {
	u := utterance(id, samples)
	return &event.Tentative{ID: id, Start: u.Start, End: u.End, PCMStart: u.PCMStart, PCM: u.PCM, Paused: paused}
}

func mark(kind event.MarkKind) *event.Mark { return &event.Mark{Mark: kind} }

func check(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEarly: what is decoded during a pause becomes the transcript, without decoding
// again.
func TestEarly(t *testing.T) {
	for _, recognisers := range []int{1, 2} {
		l := startLive(t, recognisers)
		l.send(soFar(0, 2*tenth, true))
		l.decodes(2 * tenth)
		l.send(utterance(0, 2*tenth))
		check(t, withoutPartials(l.end()), "0: word0 word1")
		if len(l.asked) > 0 {
			t.Errorf("%d recognisers: decoded again", recognisers)
		}
	}
}

// TestEarlyGoesOn: when speech goes on after a pause, the transcript is of everything.
func TestEarlyGoesOn(t *testing.T) {
	l := startLive(t, 1)
	l.send(soFar(0, 2*tenth, true))
	l.decodes(2 * tenth)
	l.send(&event.Tentative{ID: 0, End: 1}, utterance(0, 3*tenth))
	check(t, withoutPartials(l.end()), "0: word0 word1 word2")
}

// TestEarlyWaits: an utterance does not wait for a guess that nobody has begun.
func TestEarlyWaits(t *testing.T) {
	l := startLive(t, 1)
	l.send(utterance(0, tenth), soFar(1, 2*tenth, true), utterance(1, 2*tenth))
	l.sync()
	check(t, l.end(), "0: word0", "1: word0 word1")
	if l.decodes(tenth); len(l.asked) != 1 {
		t.Errorf("%d more decodings, want 1", len(l.asked))
	}
}

// TestCancel: nothing of a cancelled dictation is written after its mark, while the text
// of dictations before it and after it is.
func TestCancel(t *testing.T) {
	l := startLive(t, 1)
	l.send(mark(event.MarkBegin), utterance(0, tenth), mark(event.MarkEnd),
		mark(event.MarkBegin), utterance(1, 2*tenth), soFar(2, 3*tenth, true))
	l.decodes(tenth)
	l.send(mark(event.MarkCancel), mark(event.MarkBegin), utterance(3, 4*tenth), mark(event.MarkEnd))
	check(t, l.end(), "begin", "0: word0", "end", "begin", "cancel", "begin", "3: word0 word1 word2 word3", "end")
	for len(l.asked) > 0 {
		if n := <-l.asked; n != 4*tenth {
			t.Errorf("%d samples of a cancelled dictation were decoded", n)
		}
	}
}

// TestCancelWhileDecoding: cancelling does not wait for the recogniser.
func TestCancelWhileDecoding(t *testing.T) {
	l := startLive(t, 1)
	l.send(mark(event.MarkBegin), utterance(0, tenth))
	l.decodes(tenth)
	l.send(mark(event.MarkCancel))
	for _, want := range []string{"begin", "cancel"} {
		if got := short(<-l.out); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(t, l.end())
}

// TestEndByText: an utterance that may end in a pause ends there if its text is a whole
// sentence, and what is said after it is transcribed separately.
func TestEndByText(t *testing.T) {
	for _, test := range []struct {
		name, ending string
		mayEnd       bool
		want         []string
	}{
		{"a sentence", ".", true, []string{"0: word0.", "0: word0 word1.", "1: word0."}},
		{"a sentence that must not end", ".", false, []string{"0: word0 word1 word2.", "1: word0."}},
		{"broken off", " and", true, []string{"0: word0 word1 word2 and", "1: word0 and"}},
	} {
		l := startLive(t, 1)
		l.ending = test.ending
		first := soFar(0, tenth, true)
		first.MayEnd = test.mayEnd
		l.send(first)
		l.decodes(tenth)
		l.answer <- struct{}{}
		if len(test.want) == 3 { // it is certain now that the first is an utterance
			l.out <- <-l.out
		}
		l.send(&event.Tentative{ID: 0, End: 1}, utterance(0, 3*tenth))
		last := soFar(1, tenth, true)
		last.MayEnd = test.mayEnd
		l.send(last, utterance(1, tenth))
		check(t, withoutPartials(l.end()), test.want...)
	}
}

// TestHostileTentative: times that make no sense neither end the run nor swallow what comes
// after them, and only a pause can end an utterance.
func TestHostileTentative(t *testing.T) {
	for _, at := range []float64{0, 1e8, event.MaxTime} {
		l := startLive(t, 1)
		l.ending = "."
		guess := soFar(0, tenth, true)
		guess.MayEnd, guess.Start, guess.End, guess.PCMStart = true, at, at, at
		l.send(guess)
		l.decodes(tenth)
		l.answer <- struct{}{}
		l.out <- <-l.out
		open := soFar(7, tenth, false)
		open.MayEnd = true
		l.send(utterance(5, 2*tenth), open)
		check(t, withoutPartials(l.end()), "0: word0.", "5: word0 word1.")
	}
}

func TestIsSentence(t *testing.T) {
	for text, want := range map[string]bool{
		"Yes.": true, "Who?": true, "“Go!”": true, "(No.)": true, "好。": true, "": false,
		"and then": false, "and then...": false, "and so…": false, "first,": false, "1.5": false,
	} {
		if isSentence(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// TestPartialSkipped: only the latest sound so far is worth decoding, and after the
// utterance none is.
func TestPartialSkipped(t *testing.T) {
	l := startLive(t, 1)
	l.send(soFar(0, tenth, false))
	l.decodes(tenth)
	l.send(soFar(0, 2*tenth, false), soFar(0, 3*tenth, false), soFar(0, 4*tenth, false))
	l.sync()
	l.answer <- struct{}{}
	l.decodes(4 * tenth)
	l.answer <- struct{}{}
	got := []string{short(<-l.out), short(<-l.out)}
	check(t, got, "0... |word0", "0... |word0 word1 word2 word3")
	l.send(utterance(0, 5*tenth), soFar(0, 5*tenth, false))
	check(t, l.end(), "0: word0 word1 word2 word3 word4")
}

func withoutPartials(all []string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return len(s) > 4 && s[1:5] == "... " })
}

func TestStable(t *testing.T) {
	for _, test := range []struct {
		name  string
		texts []string // a word in capitals is doubtful
		want  []string
	}{
		{"two agree", []string{" turn the", " turn the music", " turn the music off"},
			[]string{"|turn the", "turn| the music", "turn the| music off"}},
		{"half a word", []string{" the tell", " the children"}, []string{"|the tell", "|the children"}},
		{"doubtful", []string{" a B c d", " a B c d"}, []string{"|a B c d", "a| B c d"}},
		{"contradicted", []string{" a b c", " a b c", " x y z w"}, []string{"|a b c", "a b| c", "a b| z w"}},
		{"shorter", []string{" a b c", " a b c", ""}, []string{"|a b c", "a b| c", "a b|"}},
	} {
		var h hearing
		for i, text := range test.texts {
			stable, unstable := h.hear(7, 0.5, pieces(text))
			if got := stable + "|" + unstable; got != test.want[i] {
				t.Errorf("%s: text %d: %q, want %q", test.name, i, got, test.want[i])
			}
		}
		if stable, _ := h.hear(7, 2.5, pieces(" a")); stable != "" {
			t.Errorf("%s: the next utterance begins with %q", test.name, stable)
		}
	}
}

func pieces(text string) (all []whisper.Piece) {
	for _, word := range strings.Fields(text) {
		p := whisper.Piece{Text: " " + word, Probability: 0.9}
		if word != strings.ToLower(word) {
			p.Probability = 0.5
		}
		all = append(all, p)
	}
	return all
}
