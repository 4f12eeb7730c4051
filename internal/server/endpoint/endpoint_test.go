package endpoint

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReadToken(t *testing.T) {
	for content, want := range map[string]string{"secret\n": "secret", " secret ": "secret", "": "", "\n": "", "two words": ""} {
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadToken(file); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", content, got, err)
		}
	}
	if got, err := ReadToken(""); got != "" || err != nil {
		t.Errorf("no file: %q, %v", got, err)
	}
	if _, err := ReadToken(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file is accepted")
	}
}
