//go:build unix

// Package sway runs programs on a sway without a screen, for tests.
package sway

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Nobody is the user that sway runs as if the tests run as root, since sway refuses to run
// as root.
const Nobody = 65534

// Command returns a command that runs on the desktop, as its user: sway itself, or a
// program in its session. The desktop's home and runtime folder is dir.
func Command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LANG=C.UTF-8",
		"XDG_RUNTIME_DIR=" + dir, "WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman"}
	if name != "sway" {
		cmd.Env = append(cmd.Env, "WAYLAND_DISPLAY=wayland-1")
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "sway-ipc*")); len(found) > 0 {
		cmd.Env = append(cmd.Env, "SWAYSOCK="+found[0])
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: Nobody, Gid: Nobody}
	}
	return cmd
}
