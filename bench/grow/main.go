// Grow makes a small Whisper model into one of a real model's size that says
// the very same words, at the real model's cost. It is for measuring speed and
// memory where real weights are not to be had.
//
//	go run ./bench/grow MODEL SIZE OUT
//
// Every feature is repeated: repeated features have the same mean and
// variance, so that layer norms agree. Weights are shared out over the copies,
// attention heads of 32 are widened to 64 by repetition, and further layers add
// nothing. It reads and writes ggml files of this project's demo model: heads 32
// wide, weights in f32, f16 or q8_0. Of the model it holds one tensor at a time.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	if len(args) != 3 {
		fmt.Fprintf(stderr, "usage: go run ./bench/grow MODEL SIZE OUT, where SIZE is one of: %s\n", strings.Join(sizeNames(), " "))
		return 2
	}
	size, err := findSize(args[1])
	if err != nil {
		fmt.Fprintln(stderr, "grow:", err)
		return 2
	}
	written, err := growFile(args[0], size, args[2])
	if err != nil {
		fmt.Fprintln(stderr, "grow:", err)
		return 1
	}
	fmt.Fprintf(stderr, "%s: %.0f MB\n", args[2], float64(written)/1e6)
	return 0
}

// size is a real model's shape.
type size struct {
	name                    string
	width                   int
	audioLayers, textLayers int
}

func sizes() []size {
	return []size{
		{"tiny", 384, 4, 4}, {"base", 512, 6, 6}, {"small", 768, 12, 12}, {"medium", 1024, 24, 24},
		{"large", 1280, 32, 32}, {"large-turbo", 1280, 32, 4},
	}
}

func sizeNames() []string {
	var names []string
	for _, s := range sizes() {
		names = append(names, s.name)
	}
	return names
}

func findSize(name string) (size, error) {
	for _, s := range sizes() {
		if s.name == name {
			return s, nil
		}
	}
	return size{}, fmt.Errorf("size %q: use one of %s", name, strings.Join(sizeNames(), " "))
}

// growFile gives the file its name when it is whole, so that nothing takes half
// a model for one.
func growFile(model string, to size, out string) (written int64, err error) {
	in, err := os.Open(model)
	if err != nil {
		return 0, fmt.Errorf("%w; name a ggml model file", err)
	}
	defer in.Close()
	m, err := readModel(in)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", model, err)
	}
	part, err := os.Create(out + ".part")
	if err != nil {
		return 0, fmt.Errorf("%w; its folder must exist and be writable", err)
	}
	defer func() {
		if err != nil {
			part.Close()
			os.Remove(part.Name())
		}
	}()
	if written, err = grow(m, to, part); err != nil {
		return 0, fmt.Errorf("%s as %s: %w", model, to.name, err)
	}
	if err = part.Close(); err != nil {
		return 0, fmt.Errorf("write %s: %w", out, err)
	}
	return written, os.Rename(part.Name(), out)
}
