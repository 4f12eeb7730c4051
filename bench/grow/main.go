// Grow turns a small Whisper model into one with the size and cost of a real model
// that produces exactly the same words. It is for measuring speed and memory when
// real weights are not available.
//
//	go run ./bench/grow MODEL SIZE OUT
//
// Every feature is repeated. Repeated features have the same mean and variance, so
// layer norms agree. Weights are divided among the copies, attention heads of 32 are
// widened to 64 by repetition, and additional layers add nothing. It reads and writes
// ggml files like this project's demo model: heads 32 wide, weights in f32, f16 or
// q8_0. It holds one tensor in memory at a time.
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
		fmt.Fprintf(stderr, "usage: go run ./bench/grow MODEL SIZE OUT\nSIZE is one of: %s\n", strings.Join(sizeNames(), " "))
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
	return size{}, fmt.Errorf("unknown size %q: use one of %s", name, strings.Join(sizeNames(), " "))
}

// growFile only gives the file its final name when it is complete, so that a partial model is
// never used.
func growFile(model string, to size, out string) (written int64, err error) {
	in, err := os.Open(model)
	if err != nil {
		return 0, fmt.Errorf("cannot open the model: %w", err)
	}
	defer in.Close()
	m, err := readModel(in)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", model, err)
	}
	part, err := os.Create(out + ".part")
	if err != nil {
		return 0, fmt.Errorf("cannot create the output: %w", err)
	}
	defer func() {
		if err != nil {
			part.Close()
			os.Remove(part.Name())
		}
	}()
	if written, err = grow(m, to, part); err != nil {
		return 0, fmt.Errorf("cannot grow %s to %s: %w", model, to.name, err)
	}
	if err = part.Close(); err != nil {
		return 0, fmt.Errorf("cannot write %s: %w", out, err)
	}
	return written, os.Rename(part.Name(), out)
}
