package main

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Sizes in the picture's units, which are pixels unless it is scaled.
const (
	fontSize   = 14
	cellWidth  = 8.4 // of the common monospaced fonts at this size
	lineHeight = 20
	margin     = 16
)

// palette has the colours of a theme: the ground, its edge, the text, and the terminal's
// colours that the programs use, by number. Each has a contrast of 4.5:1 or more.
type palette struct {
	ground, edge, text string
	colours            map[int]string
}

// quiet is the colour of faint text.
const quiet = 8

var (
	light = palette{"#f6f8fa", "#d0d7de", "#1f2328", map[int]string{
		1: "#b3202a", 2: "#14692f", 3: "#7a4d00", 4: "#0b5cad", 6: "#0a6170", 8: "#59636e", 9: "#b3202a"}}
	dark = palette{"#12161b", "#3a444f", "#e6eaef", map[int]string{
		1: "#ff9a9c", 2: "#6fd08c", 3: "#f2c55c", 4: "#79b8ff", 6: "#6fd0dc", 8: "#a3adb8", 9: "#ff9a9c"}}
)

// style returns the rules of a palette.
func (p palette) style() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".g{fill:%s;stroke:%s}.t{fill:%s}", p.ground, p.edge, p.text)
	for c := range 16 {
		if colour := p.colours[c]; colour != "" {
			fmt.Fprintf(&b, ".c%d{fill:%s}", c, colour)
		}
	}
	return b.String()
}

// drawScreen returns a screen as a picture in SVG, with a title for those who cannot see
// it. It needs no other file, follows the reader's choice of a light or dark theme, and is
// as wide as columns, or the screen's longest line if that is longer.
func drawScreen(screen, title string, columns int) (string, error) {
	lines, err := readScreen(screen)
	if err != nil {
		return "", err
	}
	for _, runs := range lines {
		if n := len(runs); n > 0 {
			columns = max(columns, runs[n-1].column+runs[n-1].width)
		}
	}
	width := 2*margin + cellWidth*float64(columns)
	height := 2*margin + lineHeight*len(lines)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%d" `+
		`viewBox="0 0 %[1]g %[2]d" role="img">`+"\n",
		width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>text{font:%dpx ui-monospace,SFMono-Regular,Menlo,Consolas,"+
		"'DejaVu Sans Mono','Liberation Mono',monospace;white-space:pre}.b{font-weight:bold}\n%s\n"+
		"@media(prefers-color-scheme:dark){%s}</style>\n", escape(title), fontSize, light.style(), dark.style())
	fmt.Fprintf(&b, `<rect class="g" x=".5" y=".5" width="%g" height="%d" rx="8"/>`+"\n", width-1, height-1)
	for i, runs := range lines {
		for _, r := range runs {
			if err := r.draw(&b, margin+lineHeight*i); err != nil {
				return "", fmt.Errorf("line %d: %w", i+1, err)
			}
		}
	}
	b.WriteString("</svg>\n")
	return b.String(), nil
}

// draw appends the run, whose line begins at a height.
func (r run) draw(b *strings.Builder, top int) error {
	class := "t"
	if r.look.faint {
		class = fmt.Sprintf("c%d", quiet)
	}
	if c := r.look.colour - 1; c >= 0 {
		if light.colours[c] == "" {
			return fmt.Errorf("%q has the colour %d, which the palettes lack", r.text, c)
		}
		class = fmt.Sprintf("c%d", c)
	}
	if r.look.bold {
		class += " b"
	}
	left := margin + cellWidth*float64(r.column)
	if !isBlock(r.text) {
		// Whatever the font, the text is as wide as its cells.
		fmt.Fprintf(b, `<text class="%s" x="%g" y="%d" textLength="%g" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
			class, round(left), top+15, round(cellWidth*float64(r.width)), escape(r.text))
		return nil
	}
	for i, block := range []rune(r.text) { // fonts disagree about their sizes
		height := float64(block-'▁'+1) / 8 * (lineHeight - 4)
		fmt.Fprintf(b, `<rect class="%s" x="%g" y="%g" width="%g" height="%g"/>`+"\n",
			class, round(left+cellWidth*float64(i)), float64(top+lineHeight-2)-height, cellWidth-1, height)
	}
	return nil
}

// round keeps float64's noise out of the picture.
func round(x float64) float64 { return float64(int(x*10+0.5)) / 10 }

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}
