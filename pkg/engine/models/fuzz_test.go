package models

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// FuzzHeaders: whatever a download server says about parts of a file, a part that is
// believed lies within the file, and an ETag that is sent back is one line.
func FuzzHeaders(f *testing.F) {
	f.Add("bytes 5-9/10", "\"abc\"")
	f.Add("bytes */10", "W/\"abc\"")
	f.Add("bytes 0-18446744073709551615/*", "\"\r\nHost: x\"")
	f.Fuzz(func(t *testing.T, said, etag string) {
		resp := &http.Response{Header: http.Header{"Content-Range": {said}, "Etag": {etag}}}
		if s, ok := contentRange(resp); s.total < 0 || ok && (s.first < 0 || s.first > s.last || s.total > 0 && s.last >= s.total) {
			t.Errorf("%q is %+v, %v", said, s, ok)
		}
		for _, c := range []byte(strongETag(resp)) {
			if c <= ' ' || c >= 0x7f {
				t.Errorf("%q is an ETag", etag)
			}
		}
	})
}

// FuzzRecord: what is stored next to a model is a hash of the right length, or an error.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.bin\n"))
	f.Add([]byte("{\"source\":1e999}"))
	f.Fuzz(func(t *testing.T, record []byte) {
		folder := t.TempDir()
		path := filepath.Join(folder, "a"+quantisedSuffix+".bin")
		for _, name := range []string{path, recordOf(path), copyRecord(folder)} {
			if err := os.WriteFile(name, record, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if sum, err := readRecord(path); err == nil && len(sum) != 64 {
			t.Errorf("%q is a hash", sum)
		}
		if c, err := readCopy(folder); err == nil && (c.Path != path || c.Size != int64(len(record))) {
			t.Errorf("%+v", c)
		}
	})
}
