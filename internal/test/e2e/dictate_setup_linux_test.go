package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
)

// TestDictateSetupSway and TestDictateSetupI3: after setup, the keys dictate into the
// focused window. A second setup changes nothing, and setup --undo takes back everything.
func TestDictateSetupSway(t *testing.T) {
	t.Parallel()
	testSetup(t, startSway(t), "sway")
}

func TestDictateSetupI3(t *testing.T) {
	t.Parallel()
	testSetup(t, startI3(t), "i3")
}

func testSetup(t *testing.T, d *userDesktop, name string) {
	program := filepath.Join(d.dir, "local/bin/voiceflow-dictate")
	before := d.tree()
	out := d.run(program, "setup", "--yes", "--standby", "open", "--device", "3", "--key", "super+a")
	if !strings.Contains(out, "Desktop: "+name+"\n") || !strings.Contains(out, "setup --undo takes them back") {
		t.Errorf("setup printed:\n%s", out)
	}
	set := d.tree()
	if again := d.run(program, "setup", "--yes", "--standby", "open", "--device", "3", "--key", "super+a"); !maps.Equal(d.tree(), set) {
		t.Errorf("the second setup changed something:\n%s\n%v\n%v", again, set, d.tree())
	}
	// The desktop starts serve, whose recorder ends immediately here.
	d.wants("log", "--armed --standby open\n")
	await.True(t, "the end of serve", func() bool {
		running, _ := filepath.Glob(filepath.Join(d.dir, "run/voiceflow/dictate.*.pid"))
		return len(running) == 0
	})
	d.keys("super+a")
	d.wants("typed", typed)
	if log := d.read("log"); strings.Count(log, "--toggle") != 1 {
		t.Errorf("one press: %s", log)
	}
	d.keys("hold super+x")
	d.wants("log", "--stop\n")
	d.wants("typed", typed+typed)
	if log := d.read("log"); strings.Count(log, "--start") != 1 || strings.Count(log, "--stop") != 1 {
		t.Errorf("a key held for a second: %s", log)
	}
	d.keys("super+shift+z")
	d.wants("log", "--cancel\n")

	out = d.run(program, "setup", "--undo")
	if after := d.tree(); !maps.Equal(after, before) {
		t.Errorf("undo: %v\nbefore: %v\n%s", after, before, out)
	}
	log := d.read("log")
	d.keys("super+a")
	d.keys("super+p") // the user's own, to know that the first has arrived
	d.wants("log", "p\n")
	if got := strings.TrimPrefix(d.read("log"), log); got != "p\n" {
		t.Errorf("after undo, the key does %q", got)
	}
}

// TestDictateSetupKept: undo keeps what the user has changed since, and says so.
func TestDictateSetupKept(t *testing.T) {
	t.Parallel()
	d := newUserDesktop(t)
	d.executable("local/bin/hyprctl", "#!/bin/sh\necho \"hyprctl $*\" >>\"$LOG\"\n")
	d.env = append(d.env, "HYPRLAND_INSTANCE_SIGNATURE=x")
	program := filepath.Join(d.dir, "local/bin/voiceflow-dictate")
	config := filepath.Join(d.home, ".config/hypr/hyprland.conf")
	write(t, config, "monitor = ,preferred,auto,1\n# no end of line")
	d.run(program, "setup", "--yes", "--talk-key", "F9")
	ours := filepath.Join(d.home, ".config/voiceflow/hyprland.conf")
	want := "# Written by voiceflow-dictate setup; voiceflow-dictate setup --undo removes it.\n" +
		"bind = SUPER, z, exec, " + program + " toggle\nbind = SUPER SHIFT, z, exec, " + program + " cancel\n" +
		"bind = , F9, exec, " + program + " start\nbindr = , F9, exec, " + program + " stop\nexec-once = " + program + " serve\n"
	if got, err := os.ReadFile(ours); err != nil || string(got) != want {
		t.Errorf("%v: %s", err, got)
	}
	if log := d.read("log"); !strings.Contains(log, "hyprctl reload\n") {
		t.Error(log)
	}
	line := "\nsource = " + ours + "\n"
	write(t, config, "monitor = ,preferred,auto,1\n# no end of line"+line+"bind = SUPER, q, killactive")
	write(t, ours, want+"# mine\n")
	if out := d.run(program, "setup", "--yes", "--talk-key", "F10"); !strings.Contains(out, "because it is yours: "+ours) {
		t.Errorf("setup did not notice the change: %s", out)
	}
	out := d.run(program, "setup", "--undo")
	if got, err := os.ReadFile(config); err != nil || string(got) != "monitor = ,preferred,auto,1\n# no end of line\nbind = SUPER, q, killactive" {
		t.Errorf("%v: %q", err, got)
	}
	if got, err := os.ReadFile(ours); err != nil || string(got) != want+"# mine\n" || !strings.Contains(out, "Kept, because it has been edited: "+ours) {
		t.Errorf("%v: %q\n%s", err, got, out)
	}
	if out := d.run(program, "setup", "--undo"); !strings.HasPrefix(out, "Nothing to undo") {
		t.Error(out)
	}
}
