package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// Frequent colours stay as they are, and a rare one becomes the nearest of them.
func TestQuantise(t *testing.T) {
	white, black, rare := color.RGBA{255, 255, 255, 255}, color.RGBA{0, 0, 0, 255}, color.RGBA{30, 20, 10, 255}
	picture := image.NewRGBA(image.Rect(0, 0, 10, 2))
	for x := range 10 {
		picture.SetRGBA(x, 0, white)
		picture.SetRGBA(x, 1, black)
	}
	picture.SetRGBA(3, 0, rare)
	for n, want := range map[int]color.RGBA{2: black, 3: rare, 256: rare} {
		out, err := quantise(picture, n)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for x := range 10 {
			top := white
			if x == 3 {
				top = want
			}
			for y, want := range []color.RGBA{top, black} {
				if c := color.RGBAModel.Convert(got.At(x, y)); c != want {
					t.Errorf("%d colours: %d,%d is %v, want %v", n, x, y, c, want)
				}
			}
		}
	}
}
