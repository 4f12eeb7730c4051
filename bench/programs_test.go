package main

import (
	"slices"
	"strings"
	"testing"
)

func TestReadLines(t *testing.T) {
	const output = `
[00:00:00.240 --> 00:00:02.320]   my brother will call you
[00:00:02.320 --> 00:00:03.000]   tomorrow [maybe] -->

[01:02:03.500 --> 100:00:00.000]  the children
`
	got, err := readLines(output)
	if err != nil {
		t.Fatal(err)
	}
	want := []line{
		{0.24, 2.32, "my brother will call you"},
		{2.32, 3, "tomorrow [maybe] -->"},
		{3723.5, 360000, "the children"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	text, err := theirText(output)
	if err != nil || text != "my brother will call you\ntomorrow [maybe] -->\nthe children" {
		t.Errorf("%q, %v", text, err)
	}
	for _, bad := range []string{"whisper_init: loading", "[00:00 --> 00:01] x", "text alone"} {
		if _, err := readLines(bad); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestTranscripts(t *testing.T) {
	const output = `{"type":"transcript","id":0,"file":"a.wav","text":"one two"}
{"type":"somethingnew","id":1}
{"type":"transcript","id":1,"file":"b.wav","text":"three","retries":1}
`
	text, err := ourText(output)
	if err != nil || text != "one two\nthree" {
		t.Errorf("%q, %v", text, err)
	}
	for _, bad := range []string{`{"type":"error","file":"c.wav","error":"no audio"}`, `{"type":`} {
		if _, err := transcripts(output + bad + "\n"); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
	r, err := countErrors("one too\nthree", output, ourText)
	if err != nil || r.Words != 3 || r.Substitutions != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestLibraryFiles(t *testing.T) {
	const maps = `7f00-7f01 r-xp 00000000 08:01 1 /a b/lib/libwhisper.so.1.9.5
7f02-7f03 r--p 00000000 08:01 1 /a b/lib/libwhisper.so.1.9.5
7f04-7f05 rw-p 00000000 00:00 0
7f06-7f07 r-xp 00000000 08:01 2 /lib/libggml-cpu-zen4.so
7f08-7f09 r-xp 00000000 08:01 3 /lib/libc.so.6
7f0a-7f0b rw-p 00000000 00:00 0 [stack]
`
	want := []string{"/a b/lib/libwhisper.so.1.9.5", "/lib/libggml-cpu-zen4.so"}
	if got := libraryFiles(maps); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for name, want := range map[string]bool{"libggml": false, "libggml-base": false, "libggml-cpu-zen4": false, "libwhisper": false, "libggml-vulkan": true} {
		if gpuBackend(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
