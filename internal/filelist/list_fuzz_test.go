package filelist

import (
	"bufio"
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzList: whatever is in a list of names, each file is listed once, under a name that
// the list has and that can be opened, and a list written from the result reads the same.
func FuzzList(f *testing.F) {
	f.Add([]byte("a.wav\nb.wav\r\n\n ./a.wav\n"), false)
	f.Add([]byte("a\x00b\n\x00"), true)
	f.Add([]byte("\xef\xbb\xbf\xff\xfe/../x\n"), false)
	f.Add([]byte(strings.Repeat("x", maxName+1)), true)
	f.Fuzz(func(t *testing.T, data []byte, nul bool) {
		end := byte('\n')
		if nul {
			end = 0
		}
		read := func(data []byte) ([]File, error) {
			f := finder{seen: map[string]struct{}{}}
			err := f.entries(bufio.NewReaderSize(bytes.NewReader(data), maxName+1), end)
			return f.found.Files, err
		}
		files, err := read(data)
		if err != nil {
			return
		}
		var again []byte
		seen := map[string]bool{}
		for _, file := range files {
			clean := filepath.Clean(file.Name)
			if file.Name == "" || len(file.Name) > maxName || strings.IndexByte(file.Name, 0) >= 0 || seen[clean] {
				t.Errorf("%q", file.Name)
			}
			if !bytes.Contains(data, []byte(file.Name)) {
				t.Errorf("%q is not in the list", file.Name)
			}
			seen[clean] = true
			again = append(again, file.Name...)
			if end == '\n' && strings.HasSuffix(file.Name, "\r") {
				again = append(again, '\r') // the line end takes one away
			}
			again = append(again, end)
		}
		if len(again) > 0 && end == '\n' && bytes.HasPrefix(again, []byte("\ufeff")) {
			again = append([]byte("\ufeff"), again...)
		}
		if second, err := read(again); err != nil || !slices.Equal(second, files) {
			t.Errorf("%q became %q, %v", files, second, err)
		}
	})
}
