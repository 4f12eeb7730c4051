package filelist_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/filelist"
)

// tree creates a folder with files and changes to it.
func tree(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func names(found filelist.Found) []string {
	var all []string
	for _, f := range found.Files {
		all = append(all, f.Name)
	}
	return all
}

// check compares the result of Find; problems holds the beginnings of the messages.
func check(t *testing.T, s filelist.Source, want, problems []string) {
	t.Helper()
	found, err := filelist.Find(s)
	got, wrong := names(found), found.Problems
	if err != nil {
		t.Errorf("%+v: %v", s, err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v: names are %q, want %q", s, got, want)
	}
	same := len(wrong) == len(problems)
	for i := 0; same && i < len(wrong); i++ {
		same = strings.HasPrefix(wrong[i].Error(), problems[i])
	}
	if !same {
		t.Errorf("%+v: problems are %v, want %q", s, wrong, problems)
	}
}

func TestArgs(t *testing.T) {
	tree(t, "b.wav", "a.wav", "talks/c.mp3", "talks/deep/d.flac", "talks/.hidden.wav", "talks/notes.txt", "odd[1].wav", "{x}.wav")
	tests := []struct {
		args            []string
		names, problems []string
	}{
		{nil, nil, nil},
		{[]string{"b.wav", "a.wav"}, []string{"b.wav", "a.wav"}, nil},
		{[]string{"b.wav", "./b.wav", "talks/../b.wav", "b.wav"}, []string{"b.wav"}, nil},
		{[]string{"./b.wav", "b.wav"}, []string{"./b.wav"}, nil},
		{[]string{"missing.wav", "-", "notes.txt", "a.wav/x"}, []string{"missing.wav", "-", "notes.txt", "a.wav/x"}, nil},
		{[]string{"", "a.wav"}, []string{"a.wav"}, []string{`"": is not a file name`}},
		{[]string{"talks", "a.wav"}, []string{"a.wav"}, []string{"talks: is a folder; add -r"}},
		{[]string{"odd[1].wav", "{x}.wav"}, []string{"odd[1].wav", "{x}.wav"}, nil},
		{[]string{"*.wav"}, []string{"a.wav", "b.wav", "odd[1].wav", "{x}.wav"}, nil},
		{[]string{"?.wav", "*"}, []string{"a.wav", "b.wav", "odd[1].wav", "{x}.wav"}, nil},
		{[]string{"talks/**"}, []string{"talks/c.mp3", "talks/deep/d.flac", "talks/notes.txt"}, nil},
		{[]string{"**/*.{mp3,flac}"}, []string{"talks/c.mp3", "talks/deep/d.flac"}, nil},
		{[]string{"./talks/.*.wav"}, []string{"talks/.hidden.wav"}, nil},
		{[]string{"*.ogg", "none/*.wav", "a.wav"}, []string{"a.wav"}, []string{"*.ogg: matches no files", "none/*.wav: matches no files"}},
		{[]string{"a[.wav", "x{a,b"}, nil, []string{"a[.wav: is neither a file nor a valid pattern", "x{a,b: is neither a file nor a valid pattern"}},
	}
	for _, test := range tests {
		check(t, filelist.Source{Args: test.args}, test.names, test.problems)
	}
}

func TestLists(t *testing.T) {
	tree(t, "z.wav", "folder/a.wav")
	long := strings.Repeat("x", 4096)
	tests := []struct {
		lines, nuls string
		names       []string
		err         string
	}{
		{"", "", nil, ""},
		{"\uFEFFb.wav\r\n\r\n  \na b.wav\nfolder\n*.wav\n#c\nb.wav", "", []string{"b.wav", "a b.wav", "folder", "*.wav", "#c"}, ""},
		{"b\n", "a\nb\x00\x00 \x00b\x00d\x00", []string{"b", "a\nb", " ", "d"}, ""},
		{long + "\r\n" + long, "", nil, "name 1 is longer than 4096 bytes"},
		{long + "\n" + long, "", []string{long}, ""},
		{long + "y\n", "", nil, "name 1 is longer than 4096 bytes"},
		{"a\nb\x00c\x00", "", nil, "name 2 contains the separator of the other list format; if names end in NUL"},
		{"", "a\x00b\nc\n", nil, "name 2 contains the separator of the other list format; if there is one name per line"},
		{"", strings.Repeat("a.wav\n", 1000), nil, "name 1 is longer than 4096 bytes: not a list of names; if there is one name per line"},
	}
	for _, test := range tests {
		for _, s := range []filelist.Source{
			{FilesFrom: "-", Stdin: strings.NewReader(test.lines), Files0From: writeFile(t, test.nuls)},
			{FilesFrom: writeFile(t, test.lines), Files0From: "-", Stdin: strings.NewReader(test.nuls)},
		} {
			s.Args = []string{"z.wav"}
			if test.err == "" {
				check(t, s, append([]string{"z.wav"}, test.names...), nil)
			} else if _, err := filelist.Find(s); err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%.50q, %.50q: error is %v, want %q in it", test.lines, test.nuls, err, test.err)
			}
		}
	}
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestListErrors(t *testing.T) {
	if _, err := filelist.Find(filelist.Source{FilesFrom: "-", Files0From: "-"}); err == nil || !strings.Contains(err.Error(), "standard input cannot be") {
		t.Errorf("two lists in one stream: %v", err)
	}
	if _, err := filelist.Find(filelist.Source{FilesFrom: "/missing"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no list: %v", err)
	}
	if _, err := filelist.Find(filelist.Source{FilesFrom: t.TempDir()}); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("a folder: %v", err)
	}
	r, w := io.Pipe()
	w.CloseWithError(io.ErrUnexpectedEOF)
	if _, err := filelist.Find(filelist.Source{FilesFrom: "-", Stdin: r}); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "standard input") {
		t.Errorf("a broken stream: %v", err)
	}
}

// TestFolders checks File.Folder, which is empty for files named themselves.
func TestFolders(t *testing.T) {
	tree(t, "talks/a.wav", "talks/1/b.wav", "talks/1/deep/c.wav", "list/d.wav")
	for _, test := range []struct {
		source filelist.Source
		want   map[string]string
	}{
		{filelist.Source{Args: []string{"talks", "list/d.wav"}, Recursive: true},
			map[string]string{"talks/a.wav": "", "talks/1/b.wav": "1", "talks/1/deep/c.wav": "1/deep", "list/d.wav": ""}},
		{filelist.Source{Args: []string{"./talks/1/"}, Recursive: true}, map[string]string{"talks/1/b.wav": "", "talks/1/deep/c.wav": "deep"}},
		{filelist.Source{Args: []string{"."}, Recursive: true},
			map[string]string{"talks/a.wav": "talks", "talks/1/b.wav": "talks/1", "talks/1/deep/c.wav": "talks/1/deep", "list/d.wav": "list"}},
		{filelist.Source{Args: []string{"talks/**/*.wav"}}, map[string]string{"talks/a.wav": "", "talks/1/b.wav": "1", "talks/1/deep/c.wav": "1/deep"}},
		{filelist.Source{Args: []string{"*/[ab]*.wav"}}, map[string]string{"talks/a.wav": "talks"}},
		{filelist.Source{FilesFrom: "-", Stdin: strings.NewReader("talks/1/b.wav")}, map[string]string{"talks/1/b.wav": ""}},
	} {
		found, err := filelist.Find(test.source)
		if err != nil || len(found.Files) != len(test.want) {
			t.Errorf("%v: %+v, %v", test.source.Args, found, err)
		}
		for _, f := range found.Files {
			if want, known := test.want[filepath.Clean(f.Name)]; !known || f.Folder != want {
				t.Errorf("%v: folder of %s is %q, not %q", test.source.Args, f.Name, f.Folder, want)
			}
		}
	}
}

// TestMany checks that a list may hold a million names, even of missing files.
func TestMany(t *testing.T) {
	const n = 1_000_000
	var list bytes.Buffer
	for i := range n {
		fmt.Fprintf(&list, "/nowhere/%d/%d.wav\x00", i%100, i)
	}
	found, err := filelist.Find(filelist.Source{Files0From: "-", Stdin: &list})
	if len(found.Files) != n || len(found.Problems) != 0 || err != nil {
		t.Errorf("%d names, problems %v, error %v", len(found.Files), found.Problems, err)
	}
}
