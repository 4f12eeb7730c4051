//go:build unix

package paste_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/pkg/paste"
)

// TestKeepPrivate: text is not kept where others could remove it.
func TestKeepPrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "undelivered")
	path, err := paste.Keep(folder, "text")
	if err != nil || readFile(t, path) != "text\n" {
		t.Fatalf("%q, %v", path, err)
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if path, err := paste.Keep(folder, "text"); err == nil || !strings.Contains(err.Error(), "other users") {
		t.Errorf("%q, %v", path, err)
	}
}
