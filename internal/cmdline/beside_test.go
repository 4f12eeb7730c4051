package cmdline

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBeside(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(program))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                       "",
		"/usr/lib/ggml":          "/usr/lib/ggml",
		"$ORIGIN/../lib/ggml":    filepath.Join(filepath.Dir(folder), "lib/ggml"),
		"$ORIGINAL/ggml":         "$ORIGINAL/ggml",
		"/opt/$ORIGIN/../backen": "/opt/$ORIGIN/../backen",
	} {
		if got := Beside(path); got != want {
			t.Errorf("Beside(%q) = %q, not %q", path, got, want)
		}
	}
}
