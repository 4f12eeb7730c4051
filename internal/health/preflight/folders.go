package preflight

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/openfile"
)

// folders judges the folders that the programs write to.
func (p Probe) folders() []Check {
	return []Check{
		p.judgeFolder("state folder", "XDG_STATE_HOME", p.State, verdict.Critical),
		p.judgeFolder("config folder", "XDG_CONFIG_HOME", p.Config, verdict.Warning),
		p.judgeRuntime(),
	}
}

// judgeFolder checks that a folder, or its nearest existing parent, is writable,
// and not by everybody: the configuration contains commands to run, and the state
// folder has a copy of it. No remedy touches a parent of a missing folder, which
// may be anyone's, even the root of the file system.
func (p Probe) judgeFolder(name, variable, path string, unwritable verdict.Status) Check {
	folder := p.nearest(path)
	info, err := p.Stat(folder)
	switch {
	case err != nil:
		return bad(name, verdict.Critical, "set "+variable+" to a folder of your own", "%v", err)
	case !info.IsDir():
		return bad(name, verdict.Critical, "set "+variable+" to a folder of your own, or move the file away",
			"%s is not a folder", folder)
	case folder == path && info.Mode()&0o002 != 0:
		return bad(name, verdict.Critical, "chmod o-w "+quote(path), "%s is writable by everybody", path)
	}
	if err := p.Create(folder); err != nil && folder != path {
		return bad(name, unwritable, makeWritable(variable, path, folder, info, err),
			"%s is missing and cannot be created: %v", path, cause(err))
	} else if err != nil {
		return bad(name, unwritable, makeWritable(variable, path, folder, info, err),
			"%s is not writable: %v", folder, cause(err))
	}
	if folder != path {
		return good(name, "%s, created when needed", path)
	}
	return good(name, "%s", path)
}

// makeWritable returns the remedy that makes the folder at path writable. folder
// is its nearest existing parent, or path itself, and err the error from writing
// to it.
func makeWritable(variable, path, folder string, info os.FileInfo, err error) string {
	owner, known := openfile.Owner(info)
	elsewhere := "set " + variable + " to a folder of your own"
	switch {
	case errors.Is(err, syscall.EROFS):
		return elsewhere + ": this one is on a read-only disk"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "vf-health clean\nor free space by other means"
	case folder != path:
		return `sudo install -d -m 700 -o "$(id -un)" ` + quote(path) + "\nor " + elsewhere
	case known && owner == os.Getuid():
		return "chmod u+rwx " + quote(path)
	}
	return `sudo chown -R "$(id -un)" ` + quote(path) + "\nif the folder is meant to be yours; otherwise " + elsewhere
}

// cause returns an error without the name of the file.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// judgeRuntime judges the runtime folder, in which vf-record --toggle finds the
// running recorder, and the desktop its sockets.
func (p Probe) judgeRuntime() Check {
	c := p.runtime()
	c.dictation = true
	return c
}

func (p Probe) runtime() Check {
	const name = "runtime folder"
	const remedy = "log in through the desktop or ssh, which set XDG_RUNTIME_DIR; " +
		"in containers, make the folder yours alone (mode 700), or unset the variable"
	dir := p.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(dir) {
		return good(name, "XDG_RUNTIME_DIR is not set: using a private folder in %s", tempFolder(p.Getenv))
	}
	info, err := p.Stat(dir)
	switch {
	case err != nil:
		return bad(name, verdict.Critical, remedy, "XDG_RUNTIME_DIR: %v", err)
	case !info.IsDir():
		return bad(name, verdict.Critical, remedy, "XDG_RUNTIME_DIR: %s is not a folder", dir)
	case info.Mode()&0o022 != 0 && shared(info):
		return bad(name, verdict.Critical, "unset XDG_RUNTIME_DIR\nor set it to a folder that is yours alone",
			"XDG_RUNTIME_DIR: %s is not yours alone", dir)
	case info.Mode()&0o022 != 0:
		return bad(name, verdict.Critical, "chmod 700 "+quote(dir), "%s is writable by others", dir)
	}
	if err := p.Create(dir); err != nil {
		return bad(name, verdict.Critical, remedy, "%s is not writable: %v", dir, cause(err))
	}
	return good(name, "%s", dir)
}

// shared reports whether others use a folder, too, such as /tmp: locking them out
// would do harm.
func shared(info os.FileInfo) bool {
	owner, known := openfile.Owner(info)
	return info.Mode()&os.ModeSticky != 0 || known && owner != os.Getuid()
}

func tempFolder(getenv func(string) string) string {
	if dir := getenv("TMPDIR"); dir != "" {
		return dir
	}
	return "/tmp"
}
