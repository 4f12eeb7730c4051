package e2e

import (
	"bytes"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/machine"
	"voiceflow/internal/test/xvfb"
)

// startSway starts sway with a configuration of the user's, and foot.
func startSway(t *testing.T) *userDesktop {
	t.Helper()
	d := newUserDesktop(t)
	write(t, filepath.Join(d.home, ".config/sway/config"), "xwayland disable\ndefault_border none\nset $mod Mod4\nbindsym $mod+p exec echo p >>"+d.dir+"/log")
	d.chown()
	if out, err := d.command("vf-transcribe", "--version").CombinedOutput(); err != nil {
		machine.Lacks(t, "checkout that sway's user can read", fmt.Errorf("%w: %s", err, out))
	}
	d.env = append(d.env, "WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman")
	d.start("sway")
	socket := filepath.Join(d.dir, "run/wayland-1")
	await.True(t, "sway", func() bool {
		c, err := net.Dial("unix", socket)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	ipc, err := filepath.Glob(filepath.Join(d.dir, "run/sway-ipc*"))
	if err != nil || len(ipc) != 1 {
		t.Fatal(ipc, err)
	}
	d.env = append(d.env, "WAYLAND_DISPLAY=wayland-1", "SWAYSOCK="+ipc[0])
	d.start("foot", "sh", "-c", writesTyped)
	d.terminal(func() bool {
		out, _ := d.command("swaymsg", "-t", "get_tree", "-r").Output()
		before, _, found := bytes.Cut(out, []byte(`"app_id": "`))
		return found && bytes.HasPrefix(before[bytes.LastIndex(before, []byte(`"focused": `)):], []byte(`"focused": true`))
	})
	d.keys = func(keys string) { d.run("wtype", wtypeKeys(keys)...) }
	return d
}

// wtypeKeys turns "super+x" and "hold super+x" into arguments of wtype.
func wtypeKeys(keys string) (args []string) {
	keys, held := strings.CutPrefix(keys, "hold ")
	names := strings.Split(keys, "+")
	key, modifiers := names[len(names)-1], names[:len(names)-1]
	for _, m := range modifiers {
		args = append(args, "-M", strings.Replace(m, "super", "logo", 1))
	}
	if held {
		args = append(args, "-P", key, "-s", "1000", "-p", key)
	} else {
		args = append(args, "-k", key)
	}
	for _, m := range modifiers {
		args = append(args, "-m", strings.Replace(m, "super", "logo", 1))
	}
	return args
}

// startI3 starts i3 with a configuration of the user's, and xterm.
func startI3(t *testing.T) *userDesktop {
	t.Helper()
	d := newUserDesktop(t)
	display, _ := xvfb.Start(t)
	d.env = append(d.env, "DISPLAY="+display)
	write(t, filepath.Join(d.home, ".config/i3/config"), "# i3 config file (v4)\nfont pango:monospace 8\nbindsym Mod4+p exec echo p >>"+d.dir+"/log\n")
	d.start("i3")
	await.True(t, "i3", func() bool { return d.command("i3-msg", "-t", "get_version").Run() == nil })
	d.start("xterm", "-T", "target", "-e", "sh", "-c", writesTyped)
	d.terminal(func() bool {
		window, err := d.command("xdotool", "search", "--onlyvisible", "--name", "^target$").Output()
		focus, _ := d.command("xdotool", "getwindowfocus").Output()
		return err == nil && bytes.Equal(focus, window)
	})
	d.keys = func(keys string) {
		keys, held := strings.CutPrefix(keys, "hold ")
		if !held {
			d.run("xdotool", "key", keys)
			return
		}
		d.run("xdotool", "keydown", keys, "sleep", "1", "keyup", keys)
	}
	return d
}
