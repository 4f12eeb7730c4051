package dictation

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestForget: the beginning of a long text is forgotten, and the edits stay those of a
// dictation that forgets nothing, as far back as utterances can be scratched.
func TestForget(t *testing.T) {
	for _, options := range []Options{
		{Commands: "en"}, {Commands: "en", Capitalise: true, AppendSpace: true}, {Commands: "en", NoDelete: true}, {},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		d, all, w := made(t, options), made(t, options), window{}
		dropped := false
		for i := range 5_000 {
			line := fmt.Sprintf("Line %d and größer, ", i)
			switch n := random.IntN(40); {
			case n == 0 && i%2000 > 100 && i%2000 < 1999:
				line = strings.Repeat("scratch that ", 1+random.IntN(20))
			case n == 1:
				line = "full stop new line"
			case i%2000 == 1999:
				line = strings.Repeat("a long one ", 8000)
			case i%2000 == 0 && i > 0:
				line = "scratch that" // the long one
			}
			got, want := d.AddText(line), all.apply(all.clean(line))
			if got != want {
				t.Fatalf("line %d, %.30q: %.200q, want %.200q", i, line, fmt.Sprint(got), fmt.Sprint(want))
			}
			w.deliver(t, got)
			if i%100 == 0 && d.Preview("next line") != all.Preview("next line") {
				t.Fatalf("line %d: another preview", i)
			}
			dropped = dropped || len(d.Text()) < len(all.Text())
			if len(d.undos) > maxUndos || len(d.current.body) > 4*maxBody {
				t.Fatalf("line %d: %d undos, %d bytes", i, len(d.undos), len(d.current.body))
			}
		}
		text := string(w.text)
		if !dropped || !strings.HasSuffix(text, d.Text()) || len(d.Text()) < minBody {
			t.Errorf("%+v: %d bytes of %d are left", options, len(d.Text()), len(text))
		}
	}
}

// TestForgetFew: what was said last can be scratched, however long it is.
func TestForgetFew(t *testing.T) {
	d := made(t, Options{Commands: "en"})
	long := strings.TrimSpace(strings.Repeat("word ", 200_000))
	d.AddText("before")
	for range fewUndos {
		d.AddText(long)
	}
	for range fewUndos {
		if e := d.AddText("scratch that"); e.Delete != len(long)+1 || e.Insert != "" {
			t.Fatalf("%d deleted, %d inserted", e.Delete, len(e.Insert))
		}
	}
}

// BenchmarkLines measures a line of a text that goes on and on.
func BenchmarkLines(b *testing.B) {
	d := made(b, Options{Commands: "en"})
	for b.Loop() {
		d.AddText("and this is one more line of the text")
	}
}
