package replay

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"voiceflow/internal/openfile"
)

// recorderName is the process name of a check's recorder. It differs from
// vf-record, so that the two are not confused, and signalling the recorder of a
// dictation by name (pkill -x, killall) does not stop a check. Linux keeps 15
// characters.
const recorderName = "vf-check-record"

// TempFolder is the os.MkdirTemp pattern for the temporary folders of checks.
const TempFolder = "voiceflow-check-*"

// alias makes a stage start under another process name, through a link in a
// temporary folder, which remove deletes. If it cannot create the link, for
// example on a full disk, the name stays the same.
func (s *stage) alias(name string) (remove func()) {
	path, err := exec.LookPath(s.Path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil || isScript(path) {
		return func() {} // start reports a missing program; scripts may need the files next to them
	}
	folder, err := os.MkdirTemp("", TempFolder)
	if err != nil {
		return func() {}
	}
	if link := filepath.Join(folder, name); os.Symlink(path, link) == nil {
		s.Path = link
	}
	return func() { os.RemoveAll(folder) }
}

// isScript reports whether a program is run by an interpreter (#!).
func isScript(path string) bool {
	f, err := openfile.Regular(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 2)
	_, err = io.ReadFull(f, start)
	return err == nil && string(start) == "#!"
}
