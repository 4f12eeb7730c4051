package preflight

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"voiceflow/internal/health/verdict"
)

// folders judges the places that the programs write to.
func (p Probe) folders() []Check {
	return []Check{
		p.judgeFolder("state folder", "XDG_STATE_HOME", p.State, verdict.Critical),
		p.judgeFolder("config folder", "XDG_CONFIG_HOME", p.Config, verdict.Warning),
		p.judgeRuntime(),
	}
}

// judgeFolder wants a folder, or the nearest one above it that is there, to be
// writable, and nobody else to write to it: the configuration has a command to
// run, and the state a copy of the configuration. No remedy touches a folder above
// the missing one, which may be anybody's, the root of the file system included.
func (p Probe) judgeFolder(name, variable, path string, unwritable verdict.Status) Check {
	folder := p.nearest(path)
	info, err := p.Stat(folder)
	switch {
	case err != nil:
		return bad(name, verdict.Critical, "set "+variable+" to a folder of your own", "%v", err)
	case !info.IsDir():
		return bad(name, verdict.Critical, "set "+variable+" to a folder of your own, or move the file away", "%s is not a folder", folder)
	case folder == path && info.Mode()&0o002 != 0:
		return bad(name, verdict.Critical, "chmod o-w "+quote(path), "%s may be written to by everybody", path)
	}
	if err := p.Create(folder); err != nil && folder != path {
		return bad(name, unwritable, writable(variable, path, folder, info, err), "%s is missing and cannot be made: %v", path, cause(err))
	} else if err != nil {
		return bad(name, unwritable, writable(variable, path, folder, info, err), "%s cannot be written to: %v", folder, cause(err))
	}
	if folder != path {
		return good(name, "%s, made when it is needed", path)
	}
	return good(name, "%s", path)
}

// writable is the command that lets the user write to a folder at path, of which
// the part up to folder is there.
func writable(variable, path, folder string, info os.FileInfo, err error) string {
	owner, known := info.Sys().(*syscall.Stat_t)
	elsewhere := "set " + variable + " to a folder of your own"
	switch {
	case errors.Is(err, syscall.EROFS):
		return elsewhere + ": this one is on a disk that is mounted read-only"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "vf-health clean\nor free space by other means"
	case folder != path:
		return `sudo install -d -m 700 -o "$(id -un)" ` + quote(path) + "\nor " + elsewhere
	case known && int(owner.Uid) == os.Getuid():
		return "chmod u+rwx " + quote(path)
	}
	return `sudo chown -R "$(id -un)" ` + quote(path) + "\nif this one is yours; else " + elsewhere
}

// cause is an error without the name of the file that was tried.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// judgeRuntime looks at where vf-record --toggle finds its other half, and the
// desktop its sockets.
func (p Probe) judgeRuntime() Check {
	c := p.runtime()
	c.dictation = true
	return c
}

func (p Probe) runtime() Check {
	const name = "runtime folder"
	const remedy = "log in by the desktop or ssh, which set XDG_RUNTIME_DIR; in containers, make the folder yours alone (mode 700), or unset the variable"
	dir := p.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(dir) {
		return good(name, "XDG_RUNTIME_DIR is not set: a folder of your own under %s is used", tempFolder(p.Getenv))
	}
	info, err := p.Stat(dir)
	switch {
	case err != nil:
		return bad(name, verdict.Critical, remedy, "XDG_RUNTIME_DIR: %v", err)
	case !info.IsDir():
		return bad(name, verdict.Critical, remedy, "XDG_RUNTIME_DIR: %s is not a folder", dir)
	case info.Mode()&0o022 != 0 && shared(info):
		return bad(name, verdict.Critical, "unset XDG_RUNTIME_DIR\nor set it to a folder that is yours alone", "XDG_RUNTIME_DIR: %s is not yours alone", dir)
	case info.Mode()&0o022 != 0:
		return bad(name, verdict.Critical, "chmod 700 "+quote(dir), "%s may be written to by others", dir)
	}
	if err := p.Create(dir); err != nil {
		return bad(name, verdict.Critical, remedy, "%s cannot be written to: %v", dir, cause(err))
	}
	return good(name, "%s", dir)
}

// shared reports whether a folder serves others, too, such as /tmp: closing it
// to them would do harm.
func shared(info os.FileInfo) bool {
	owner, known := info.Sys().(*syscall.Stat_t)
	return info.Mode()&os.ModeSticky != 0 || known && int(owner.Uid) != os.Getuid()
}

func tempFolder(getenv func(string) string) string {
	if dir := getenv("TMPDIR"); dir != "" {
		return dir
	}
	return "/tmp"
}
