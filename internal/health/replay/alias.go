package replay

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// recorderName is what the process of a check's recorder is called, so that who
// signals the recorder of a dictation by its name (pkill -x, killall) does not
// break off a check, nor is taken for it. Linux keeps 15 characters.
const recorderName = "vf-check-record"

// Workshop is the name, as for os.MkdirTemp, of the folders that checks work in.
const Workshop = "voiceflow-check-*"

// alias has a stage start under another process name, by a link in a folder of its
// own, which remove deletes. Where none can be made, as on a full disk, the name
// stays as it is.
func (s *stage) alias(name string) (remove func()) {
	path, err := exec.LookPath(s.Path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil || isScript(path) {
		return func() {} // it will not start, and say so, or is to find what lies next to it
	}
	folder, err := os.MkdirTemp("", Workshop)
	if err != nil {
		return func() {}
	}
	if link := filepath.Join(folder, name); os.Symlink(path, link) == nil {
		s.Path = link
	}
	return func() { os.RemoveAll(folder) }
}

// isScript reports whether a shell or the like runs a program.
func isScript(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 2)
	_, err = io.ReadFull(f, start)
	return err == nil && string(start) == "#!"
}
