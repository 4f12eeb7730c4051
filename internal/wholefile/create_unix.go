//go:build unix

package wholefile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// create creates an unfinished file in a folder. It gets these permissions, less what the
// umask takes away unless they are exact.
func create(folder string, perm fs.FileMode, isExact bool) (*os.File, error) {
	permissions := renameio.WithPermissions(perm)
	if isExact {
		permissions = renameio.WithStaticPermissions(perm)
	}
	name := filepath.Join(folder, strings.Trim(Unfinished, ".*"))
	f, err := renameio.NewPendingFile(name, renameio.WithTempDir(folder), permissions)
	if err != nil {
		return nil, err
	}
	return f.File, nil
}
