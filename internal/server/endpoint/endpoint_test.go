package endpoint

import (
	"os"
	"path/filepath"
	"strings"
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

// A relative runtime folder would make clients trust a socket in the current folder.
func TestOwnRelative(t *testing.T) {
	t.Setenv("TMPDIR", "/tmp")
	for _, folder := range []string{"", ".", "run", "./x"} {
		t.Setenv("XDG_RUNTIME_DIR", folder)
		if got := Own(); !strings.HasPrefix(got, "unix:/tmp/voiceflow-") {
			t.Errorf("XDG_RUNTIME_DIR=%s: %s", folder, got)
		}
	}
}
