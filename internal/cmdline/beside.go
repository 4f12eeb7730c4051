package cmdline

import (
	"os"
	"path/filepath"
	"strings"
)

// origin starts a path that is relative to the folder of the program, as in the run
// paths of the dynamic linker.
const origin = "$ORIGIN"

// Beside returns a path set when the program was built. If it starts with $ORIGIN, that
// becomes the folder of the program, so that an installation can be moved.
func Beside(path string) string {
	rest, relative := strings.CutPrefix(path, origin+"/")
	if !relative {
		return path
	}
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return "" // as if no path had been set
	}
	return filepath.Join(filepath.Dir(program), rest)
}
