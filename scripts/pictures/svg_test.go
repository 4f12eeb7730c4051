package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestReadScreen(t *testing.T) {
	plain := func(column int, text string) run {
		return run{column: column, width: len([]rune(text)), text: text}
	}
	coloured := func(r run, l look) run {
		r.look = l
		return r
	}
	for screen, want := range map[string][][]run{
		"":                        nil,
		"one\n\n  two  \n\n \n":   {{plain(0, "one")}, nil, {plain(2, "two")}},
		"one two  three   four":   {{plain(0, "one two"), plain(9, "three"), plain(17, "four")}},
		"\x1b[1mVoice\x1b[0mFlow": {{coloured(plain(0, "Voice"), look{bold: true}), plain(5, "Flow")}},
		"\x1b[32mgood\nstill\x1b[39m not": {{coloured(plain(0, "good"), look{colour: 3})},
			{coloured(plain(0, "still"), look{colour: 3}), plain(6, "not")}},
		"\x1b[1;91mbad\x1b[m \x1b[2mfaint": {{coloured(plain(0, "bad"), look{colour: 10, bold: true}),
			coloured(plain(4, "faint"), look{faint: true})}},
		"0.5 s ▁█▄ up": {{plain(0, "0.5 s"), plain(6, "▁█▄"), plain(10, "up")}},
		"日本 x":         {{{column: 0, width: 6, text: "日本 x"}}},
		"é…":           {{plain(0, "é…")}},
	} {
		got, err := readScreen(screen)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v, want %+v", screen, got, err, want)
		}
	}
	for _, screen := range []string{"\x1b[7mreverse", "\x1b[38;5;200mpink", "a\x1b[2Jb", "\x1b]0;title\x07"} {
		if got, err := readScreen(screen); err == nil {
			t.Errorf("%q is drawn although the picture would differ: %+v", screen, got)
		}
	}
}

func TestDrawScreen(t *testing.T) {
	got, err := drawScreen("\x1b[92mno", "", 10)
	if err == nil {
		t.Errorf("a colour without a place in the palettes is drawn: %s", got)
	}
	got, err = drawScreen("\x1b[90m$\x1b[m vf-vad <a.wav && echo \"&\"\n\x1b[1;31mred\x1b[m ▄█\n", `a <b> & "c"`, 10)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	decoder, title := xml.NewDecoder(strings.NewReader(got)), ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, got)
		}
		start, is := token.(xml.StartElement)
		if !is || start.Name.Local != "text" && start.Name.Local != "title" {
			continue
		}
		var content string
		if err := decoder.DecodeElement(&content, &start); err != nil {
			t.Fatal(err)
		}
		if start.Name.Local == "title" {
			title = content
			continue
		}
		text = append(text, content)
	}
	if want := []string{"$", `vf-vad <a.wav && echo "&"`, "red"}; !reflect.DeepEqual(text, want) || title != `a <b> & "c"` {
		t.Errorf("the texts are %q, want %q; the title is %q", text, want, title)
	}
	for _, want := range []string{
		`width="258.8" height="72" viewBox="0 0 258.8 72"`, // 27 columns, 2 lines
		"@media(prefers-color-scheme:dark)", `class="c8"`, `class="c1 b"`,
		`<rect class="t" x="49.6" y="46" width="7.4" height="8"/>`, `<rect class="t" x="58" y="38" width="7.4" height="16"/>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if outside := regexp.MustCompile(`href|url\(|@import|<script`).FindString(got); outside != "" {
		t.Errorf("the picture needs something else: %s", outside)
	}
}

// Each colour exists in both themes and can be read on its ground.
func TestPalettes(t *testing.T) {
	for name, p := range map[string]palette{"light": light, "dark": dark} {
		if len(p.colours) != len(light.colours) {
			t.Errorf("%s has %d colours, light %d", name, len(p.colours), len(light.colours))
		}
		p.colours[-1] = p.text
		for c, colour := range p.colours {
			if ratio := contrast(t, colour, p.ground); ratio < 4.5 {
				t.Errorf("%s: colour %d, %s, has a contrast of %.1f", name, c, colour, ratio)
			}
		}
		delete(p.colours, -1)
	}
}

// contrast returns the ratio of two colours' luminance as WCAG 2 defines it, 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(colour string) float64 {
		rgb, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
		if err != nil {
			t.Fatal(err)
		}
		linear := func(shift int) float64 {
			c := float64(rgb>>shift&255) / 255
			if c <= 0.04045 {
				return c / 12.92
			}
			return math.Pow((c+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
