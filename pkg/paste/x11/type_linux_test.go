package x11_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// randomText returns n characters of several scripts.
func randomText(rng *rand.Rand, n int) string {
	scripts := [][2]rune{{' ', '~'}, {' ', '~'}, {'a', 'z'}, {0xa1, 0xff}, {0x100, 0x17f}, {0x300, 0x30f}, {0x391, 0x3a1},
		{0x3b1, 0x3c9}, {0x410, 0x44f}, {0x5d0, 0x5ea}, {0x4e00, 0x9fa5}, {0x1f600, 0x1f64f}, {0x20000, 0x2a6d6}}
	var b strings.Builder
	for range n {
		s := scripts[rng.IntN(len(scripts))]
		b.WriteRune(s[0] + rng.Int32N(s[1]-s[0]+1))
	}
	return b.String()
}

// apps runs a test with each kind of program.
func apps(t *testing.T, test func(t *testing.T, a *app)) {
	t.Run("xterm", func(t *testing.T) { test(t, startX(t).xterm("target")) })
	t.Run("gtk", func(t *testing.T) { test(t, startX(t).gtk("target")) })
}

func TestTypeUnicode(t *testing.T) {
	apps(t, func(t *testing.T, a *app) {
		d := a.open()
		rng := rand.New(rand.NewPCG(1, 2))
		start, same := time.Now(), 0
		for i := range 100 {
			text := randomText(rng, 10+rng.IntN(60))
			if err := d.Type(t.Context(), text); err != nil {
				t.Fatal(err)
			}
			got := a.got(len(text))
			if got != text {
				t.Errorf("text %d: got %q, want %q", i, got, text)
				continue
			}
			same++
		}
		t.Logf("%d of 100 texts identical in %v", same, time.Since(start))
	})
}

func TestTypeFirstCharacter(t *testing.T) {
	apps(t, func(t *testing.T, a *app) {
		d := a.open()
		start, same := time.Now(), 0
		firsts := []rune("aZ1äß中😀éЖ¿")
		for i := range 500 {
			text := fmt.Sprintf("%cx%d", firsts[i%len(firsts)], i)
			if err := d.Type(t.Context(), text); err != nil {
				t.Fatal(err)
			}
			if got := a.got(len(text)); got != text {
				t.Errorf("got %q, want %q", got, text)
				continue
			}
			same++
		}
		t.Logf("%d of 500 texts whole in %v", same, time.Since(start))
	})
}

func TestTypeLong(t *testing.T) {
	apps(t, func(t *testing.T, a *app) {
		d := a.open()
		text := strings.Repeat("Ein längerer Text: 中文, \"Größe\" (été) 😀. ", 250)[:]
		runes := []rune(text)
		text = string(runes[:10000])
		start := time.Now()
		if err := d.Type(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		sent := time.Since(start)
		if got := a.got(len(text)); got != text {
			t.Errorf("the text differs: got %d bytes, want %d", len(got), len(text))
		}
		t.Logf("10000 characters sent in %v, received after %v", sent, time.Since(start))
	})
}

func TestTypeTwoWindows(t *testing.T) {
	desk := startX(t)
	windows := []*app{desk.xterm("one"), desk.gtk("two"), desk.xterm("three")}
	d := desk.open()
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 30 {
		a := windows[i%len(windows)]
		a.focus()
		a.types(d, randomText(rng, 70))
		a.types(d, mixed)
	}
}
