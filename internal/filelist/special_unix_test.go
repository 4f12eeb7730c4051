//go:build unix

package filelist_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/filelist"
)

func TestRecursive(t *testing.T) {
	tree(t, "b.wav", "talks/Z.WAV", "talks/a.txt", "talks/deep/x/d.Flac", "talks/deep.mp3", "talks/.cache/e.wav", "talks/.f.wav",
		"talks/.wav", "videos/g.mp4", "videos/h.mkv", "notes/i.txt", "folder.wav/j.ogg", ".dot/k.wav")
	for from, to := range map[string]string{"way": "videos", "talks/up": "..", "talks/l.wav": "../b.wav", "talks/m.wav": "../videos"} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo("talks/pipe.wav", 0o600); err != nil {
		t.Fatal(err)
	}
	talks := []string{"talks/Z.WAV", "talks/deep/x/d.Flac", "talks/deep.mp3", "talks/l.wav"}
	tests := []struct {
		args            []string
		names, problems []string
	}{
		{[]string{"talks"}, talks, nil},
		{[]string{"./talks/", "b.wav"}, append(slices.Clip(talks), "b.wav"), nil},
		{[]string{"talks/deep.mp3", "talks"}, []string{"talks/deep.mp3", "talks/Z.WAV", "talks/deep/x/d.Flac", "talks/l.wav"}, nil},
		{[]string{"."}, slices.Concat([]string{"b.wav", "folder.wav/j.ogg"}, talks, []string{"videos/g.mp4", "videos/h.mkv"}), nil},
		{[]string{"way"}, []string{"way/g.mp4", "way/h.mkv"}, nil},
		{[]string{".dot"}, []string{".dot/k.wav"}, nil},
		{[]string{"notes", "videos"}, []string{"videos/g.mp4", "videos/h.mkv"}, []string{"notes: contains no audio files, only 1 .txt; name files"}},
		{[]string{"notes/i.txt"}, []string{"notes/i.txt"}, nil},
	}
	for _, test := range tests {
		check(t, filelist.Source{Args: test.args, Recursive: true}, test.names, test.problems)
	}
}

func TestFolderOfAnotherUser(t *testing.T) {
	tree(t, "talks/a.wav", "talks/closed/b.wav")
	if err := os.Chmod("talks/closed", 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod("talks/closed", 0o755)
	if _, err := os.ReadDir("talks/closed"); err == nil {
		t.Skip("this user (root) can read every folder")
	}
	check(t, filelist.Source{Args: []string{"talks"}, Recursive: true}, []string{"talks/a.wav"},
		[]string{"talks/closed: cannot read folder: permission denied"})
	check(t, filelist.Source{Args: []string{"**/*.wav"}}, []string{"talks/a.wav"},
		[]string{"**/*.wav: cannot read every folder"})
}

// TestExtensions checks that audio and video files are found and all others counted.
func TestExtensions(t *testing.T) {
	tree(t, "a.m4b", "a.caf", "a.FLV", "a.wmv", "a.w64", "a.au", "a.spx", "a.ac3", "a.mka", "a.vob", "a.m2ts", "a.ogv", "a.wv", "a.3g2",
		"b.txt", "c.TXT", "d.jpg", "README", "e.", ".hidden.wav", ".git/x.wav", ".voiceflow/x", "f.a long ending", "g.\xff", "go.mod")
	if err := errors.Join(os.Mkdir("z", 0o755), os.Symlink("z", "way"), syscall.Mkfifo("pipe.wav", 0o600)); err != nil {
		t.Fatal(err)
	}
	found, err := filelist.Find(filelist.Source{Args: []string{"."}, Recursive: true})
	if err != nil || len(found.Files) != 14 || len(found.Problems) > 0 {
		t.Errorf("%q, %v, %v", names(found), found.Problems, err)
	}
	want := "2 .txt, 2 hidden, 2 with an unusual extension, 2 without an extension, 1 .jpg, 1 .mod, 1 link to a folder, 1 pipe or device"
	if got := found.PassedOver.String(); got != want {
		t.Errorf("passed over %s, want %s", got, want)
	}
	many := filelist.PassedOver{}
	for i := range 12 {
		many[fmt.Sprint(".", i)] = i + 1
	}
	if got := many.String(); !strings.HasSuffix(got, ", 5 .4, 10 others") {
		t.Errorf("%s", got)
	}
}
