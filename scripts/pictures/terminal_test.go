package main

import (
	"os"
	"strings"
	"testing"
)

// A command typed into a terminal, and what it prints, become a picture.
func TestTerminal(t *testing.T) {
	terminal, err := newTerminal(t.TempDir(), os.Environ(), 40, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.end()
	if _, err := terminal.wait(atPrompt); err != nil {
		t.Fatal(err)
	}
	if err := terminal.enter(`printf '\033[1;32m%s\033[0m ▂▆\n' go''od`); err != nil {
		t.Fatal(err)
	}
	screen, err := terminal.wait(func(text string) bool { return strings.Contains(text, "good") && atPrompt(text) })
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := drawScreen(screen, "a test", 40)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`class="c8"`, `>printf &#39;`, `class="c2 b"`, ">good</text>", `height="4"/>`, `height="12"/>`} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%s is missing in\n%s", want, drawn)
		}
	}
}
