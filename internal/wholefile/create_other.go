//go:build !unix

package wholefile

import (
	"io/fs"
	"os"
)

// create creates an unfinished file in a folder. Such a system has no permissions like
// Unix's; the folder decides who can read the file.
func create(folder string, _ fs.FileMode, _ bool) (*os.File, error) {
	return os.CreateTemp(folder, Unfinished)
}
