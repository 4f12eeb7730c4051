package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/filelist"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/event"
)

// sinkInto returns a sink that writes the transcripts of files to a folder.
func sinkInto(folder string, files ...filelist.File) *sink {
	p := &plan{files: true, folder: folder, skipExisting: true, formats: []string{"srt", "txt"}, claimed: map[string]string{}}
	p.claim(files)
	return &sink{plan: p}
}

func writeTranscript(t *testing.T, o *sink, file filelist.File) error {
	t.Helper()
	p, err := o.place(file)
	if err != nil {
		return err
	}
	return o.write(&transcribe.Item{File: file.Name, Target: p}, &event.Transcript{Text: file.Name})
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// TestOtherProcess: a transcript that another process has written since the place
// was planned is not overwritten, and an unfinished transcript is not skipped.
func TestOtherProcess(t *testing.T) {
	t.Chdir(t.TempDir())
	one, two := filelist.File{Name: "1/a.wav"}, filelist.File{Name: "2/a.wav"}
	put(t, one.Name, "one")
	put(t, two.Name, "other")
	first, second := sinkInto("out", one), sinkInto("out", two)
	planned, err := second.place(two)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeTranscript(t, first, one); err != nil {
		t.Fatal(err)
	}
	err = second.write(&transcribe.Item{File: two.Name, Target: planned}, &event.Transcript{Text: "lost"})
	if err == nil || !strings.Contains(err.Error(), "would overwrite that of") {
		t.Errorf("overwrote another transcript: %v", err)
	}
	if p, err := first.place(one); err != nil || !p.skip {
		t.Errorf("existing transcript not skipped: %+v, %v", p, err)
	}
	p := place{stem: "out/a"}
	if p.source, err = sourceOf(one.Name); err != nil {
		t.Fatal(err)
	}
	p.source.size = unfinished
	if err := writeSource(p.stem, p.source); err != nil {
		t.Fatal(err)
	}
	if p, err := first.place(one); err != nil || p.skip {
		t.Errorf("unfinished transcript skipped: %+v, %v", p, err)
	}
	if _, err := second.place(two); err == nil {
		t.Error("an unfinished transcript of another recording would be overwritten")
	}
	// An unreadable record counts as none.
	put(t, sourceFile("out/a"), "12")
	if p, err := second.place(two); err != nil || !p.skip {
		t.Errorf("without a record, names should decide: %+v, %v", p, err)
	}
}

// TestStem checks the paths of outputs.
func TestStem(t *testing.T) {
	for _, test := range []struct {
		file   filelist.File
		beside bool
		want   string
	}{
		{filelist.File{Name: "talks/day/a.b.wav", Folder: "day"}, false, "out/day/a.b"},
		{filelist.File{Name: "talks/a.wav"}, false, "out/a"},
		{filelist.File{Name: "talks/a"}, false, "out/a"},
		{filelist.File{Name: "talks/.wav"}, false, "out/.wav"},
		{filelist.File{Name: "talks/day/a.wav", Folder: "day"}, true, "talks/day/a"},
		{filelist.File{Name: "a.wav"}, true, "a"},
	} {
		o := sinkInto("out")
		o.beside = test.beside
		if got := o.stem(test.file); got != test.want {
			t.Errorf("%+v: %s, not %s", test.file, got, test.want)
		}
	}
}
