package paste

import (
	"fmt"
	"slices"
	"strings"
)

// The usual tools of desktops.
var (
	wtype = tool{name: "wtype", about: "types into the focused Wayland window", args: []string{"-"},
		needs: waylandDisplay, install: "install the package wtype", locale: "C.UTF-8", types: onWayland}
	xdotool = tool{name: "xdotool", about: "types into the focused X11 window",
		args:  []string{"type", "--clearmodifiers", "--file", "-"},
		needs: x11Display, install: "install the package xdotool", locale: "C.UTF-8", types: onX11}
	ydotool = tool{name: "ydotool", about: "types through the kernel (US layout)", args: []string{"type", "--file", "-"},
		install: "install the package ydotool and start ydotoold", types: onAny, release: ydotoolRelease()}
	dotool = tool{name: "dotool", about: "types through the kernel", format: dotoolScript,
		install: "install dotool and join the group input", types: onAny}
	// Without a type, wl-copy guesses one from the text, perhaps that of a program.
	wlCopy = tool{name: "wl-copy", about: "fills the Wayland clipboard", args: []string{"--type", "text/plain"},
		needs: "WAYLAND_DISPLAY", install: "install the package wl-clipboard", replaces: true}
	xclip = tool{name: "xclip", about: "fills the X11 clipboard", args: []string{"-selection", "clipboard"},
		needs: "DISPLAY", install: "install the package xclip", replaces: true}
	xsel = tool{name: "xsel", about: "fills the X11 clipboard", args: []string{"--clipboard", "--input"},
		needs: "DISPLAY", install: "install the package xsel", replaces: true}
	// In the C locale, pbcopy reads its input as MacRoman.
	pbcopy = tool{name: "pbcopy", about: "fills the macOS clipboard", install: "it is part of macOS",
		replaces: true, locale: "en_US.UTF-8"}
)

// ydotoolRelease returns the command that releases all keys which ydotool types with,
// by their numbers in Linux's input-event-codes.h.
func ydotoolRelease() []string {
	const escape, space = 1, 57
	args := []string{"key"}
	for code := escape; code <= space; code++ {
		args = append(args, fmt.Sprintf("%d:0", code))
	}
	return args
}

// maxDotool is how many characters one command of dotool types. It ignores everything
// after a line of 64 KiB.
const maxDotool = 4096

// dotoolScript returns the commands in dotool's language that type a text. A command ends
// with its line, so that a line break in the text is a key to press.
func dotoolScript(text string) string {
	var script strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			script.WriteString("key enter\n")
		}
		for part := range slices.Chunk([]rune(line), maxDotool) {
			script.WriteString("type " + string(part) + "\n")
		}
	}
	return script.String()
}
