package e2e

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/machine"
)

// gnomeSchema declares the settings of GNOME that hold custom shortcuts.
const gnomeSchema = `<schemalist>
<schema id="org.gnome.settings-daemon.plugins.media-keys" path="/org/gnome/settings-daemon/plugins/media-keys/">
<key name="custom-keybindings" type="as"><default>[]</default></key>
</schema>
<schema id="org.gnome.settings-daemon.plugins.media-keys.custom-keybinding">
<key name="name" type="s"><default>''</default></key>
<key name="binding" type="s"><default>''</default></key>
<key name="command" type="s"><default>''</default></key>
</schema>
</schemalist>`

// TestDictateSetupGnome uses the real gsettings, with the settings in a file.
func TestDictateSetupGnome(t *testing.T) {
	t.Parallel()
	d := newUserDesktop(t)
	if _, err := exec.LookPath("gsettings"); err != nil {
		machine.Lacks(t, "gsettings", err)
	}
	compilers, _ := filepath.Glob("/usr/lib/*/glib-2.0/glib-compile-schemas")
	if len(compilers) == 0 {
		compilers = []string{"glib-compile-schemas"}
	}
	write(t, filepath.Join(d.dir, "schemas/x.gschema.xml"), gnomeSchema)
	d.run(compilers[0], filepath.Join(d.dir, "schemas"))
	d.env = append(d.env, "GSETTINGS_BACKEND=keyfile", "GSETTINGS_SCHEMA_DIR="+d.dir+"/schemas", "XDG_CURRENT_DESKTOP=ubuntu:GNOME")
	const schema = "org.gnome.settings-daemon.plugins.media-keys"
	const path = "/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/voiceflow-"
	program := filepath.Join(d.dir, "local/bin/voiceflow-dictate")
	for _, test := range []struct{ before, set string }{
		{"['/a/', '/b/']", "['/a/', '/b/', '" + path + "toggle/', '" + path + "cancel/']"},
		{"@as []", "['" + path + "toggle/', '" + path + "cancel/']"},
	} {
		d.run("gsettings", "set", schema, "custom-keybindings", test.before)
		for range 2 { // the second time changes nothing
			d.run(program, "setup", "--yes", "--key", "ctrl+alt+d")
			if got := d.run("gsettings", "get", schema, "custom-keybindings"); got != test.set+"\n" {
				t.Errorf("custom-keybindings: %s", got)
			}
		}
		for _, key := range []struct{ name, want string }{
			{"toggle/ binding", "'<Ctrl><Alt>d'"}, {"toggle/ command", "'" + program + " toggle'"}, {"toggle/ name", "'Dictate'"},
			{"cancel/ binding", "'<Super><Shift>z'"}, {"cancel/ command", "'" + program + " cancel'"},
		} {
			folder, name, _ := strings.Cut(key.name, " ")
			if got := d.run("gsettings", "get", schema+".custom-keybinding:"+path+folder, name); got != key.want+"\n" {
				t.Errorf("%s: %s", key.name, got)
			}
		}
		d.run(program, "setup", "--undo")
		if got := d.run("gsettings", "get", schema, "custom-keybindings"); got != test.before+"\n" {
			t.Errorf("custom-keybindings after undo: %s", got)
		}
	}
	stored, err := os.ReadFile(filepath.Join(d.home, ".config/glib-2.0/settings/keyfile"))
	if err != nil || strings.Contains(string(stored), program) {
		t.Errorf("%v: %s", err, stored)
	}
}

// TestDictateSetupElsewhere: on a desktop that setup does not know, it says what to bind, and
// does not claim that a key works.
func TestDictateSetupElsewhere(t *testing.T) {
	t.Parallel()
	d := newUserDesktop(t)
	d.env = append(d.env, "XDG_CURRENT_DESKTOP=XFCE")
	program := filepath.Join(d.dir, "local/bin/voiceflow-dictate")
	out := d.run(program, "setup", "--yes")
	if !strings.Contains(out, "a key to                  "+program+" toggle\n") || strings.Contains(out, "Super+z") ||
		!strings.Contains(out, "press your key, speak, and press your key again.") {
		t.Error(out)
	}
}

// systemctl stands in for a systemd of the user that has a graphical session.
const systemctl = `#!/bin/sh
echo "systemctl $*" >>"$LOG"
case $* in *is-enabled*) exit 1 ;; esac
`

// TestDictateSetupServices sets up KDE and systemd, with stand-ins for their tools.
func TestDictateSetupServices(t *testing.T) {
	t.Parallel()
	d := newUserDesktop(t)
	d.executable("local/bin/systemctl", systemctl)
	d.executable("local/bin/kwriteconfig6", "#!/bin/sh\necho \"$@\" >>\"$LOG\"\n")
	d.env = append(d.env, "XDG_CURRENT_DESKTOP=KDE")
	program := filepath.Join(d.dir, "local/bin/voiceflow-dictate")
	before := d.tree()
	d.run(program, "setup", "--yes")
	set, log := d.tree(), d.read("log")
	for _, want := range []string{
		"systemctl --user enable --quiet voiceflow-transcribe.socket\n", "systemctl --user start voiceflow-transcribe.socket\n",
		"systemctl --user enable --quiet voiceflow-dictate.service\n", "systemctl --user restart voiceflow-dictate.service\n",
		"--file kglobalshortcutsrc --group services --group voiceflow-toggle.desktop --key _launch Meta+Z\n",
		"--file kglobalshortcutsrc --group services --group voiceflow-cancel.desktop --key _launch Meta+Shift+Z\n",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in\n%s", want, log)
		}
	}
	for name, want := range map[string]string{
		".config/systemd/user/voiceflow-dictate.service":     "ExecStart=" + program + " serve",
		".config/systemd/user/voiceflow-transcribe.service":  "ExecStart=" + filepath.Dir(program) + "/vf-transcribe --listen",
		".config/systemd/user/voiceflow-transcribe.socket":   "ListenStream=",
		".local/share/applications/voiceflow-toggle.desktop": `Exec="` + program + `" toggle`,
		".config/voiceflow/dictate":                          "standby=closed\n",
	} {
		if text, err := os.ReadFile(filepath.Join(d.home, name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v: %s", name, err, text)
		}
	}
	d.run(program, "setup", "--yes")
	if !maps.Equal(d.tree(), set) {
		t.Errorf("the second setup changed something: %v", d.tree())
	}
	out := d.run(program, "setup", "--undo")
	if after := d.tree(); !maps.Equal(after, before) {
		t.Errorf("undo: %v\n%s", after, out)
	}
	log = strings.TrimPrefix(d.read("log"), log)
	for _, want := range []string{
		"systemctl --user disable --now voiceflow-dictate.service\n", "systemctl --user disable --now voiceflow-transcribe.socket\n",
		"voiceflow-toggle.desktop --key _launch --delete\n", "voiceflow-cancel.desktop --key _launch --delete\n",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in\n%s", want, log)
		}
	}
}

// TestDictateSetupAnswers answers the questions on a terminal, where sway uses the system's
// configuration.
func TestDictateSetupAnswers(t *testing.T) {
	t.Parallel()
	d := newUserDesktop(t)
	d.executable("local/bin/swaymsg", `#!/bin/sh
echo "swaymsg $*" >>"$LOG"
case $* in *get_version*) echo '{ "loaded_config_file_name": "\/\/etc\/sway\/config" }' ;; esac
`)
	d.executable("local/bin/vf-record", strings.Replace(pressRecorder, `case " $* " in
`, `case " $* " in
*" --check "*" bad "*) echo "Too quiet."; exit 4 ;;
*" --json "*) echo '[{"index":3,"name":"Desk mic","default":false},{"index":4,"name":"other"}]' ;;
`, 1))
	d.env = append(d.env, "SWAYSOCK=x")
	before := d.tree()
	// The microphone "bad", then the third; open; no model; serve; the keys; yes; a test.
	answers := "bad\nyes\n3\nyes\nno\nyes\nsuper+g\nnone\nnone\nyes\nyes\n"
	cmd := d.command("sh", "-c", `printf '`+answers+`' | script -qec "voiceflow-dictate setup" /dev/null`)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Too quiet.") || !strings.Contains(string(out), "Heard: "+said) {
		t.Errorf("%v\n%s", err, out)
	}
	ours := filepath.Join(d.home, ".config/voiceflow/sway.conf")
	program := filepath.Join(d.dir, "local/bin/voiceflow-dictate")
	for name, want := range map[string]string{
		".config/sway/config":         "include /etc/sway/config\ninclude " + ours + "\n",
		".config/voiceflow/dictate":   "# Settings of voiceflow-dictate, written by its setup.\nstandby=open\ndevice=Desk mic\n",
		".config/voiceflow/sway.conf": "# Written by voiceflow-dictate setup; voiceflow-dictate setup --undo removes it.\nbindsym Mod4+g exec " + program + " toggle\nexec " + program + " serve\n",
	} {
		if text, err := os.ReadFile(filepath.Join(d.home, name)); err != nil || string(text) != want {
			t.Errorf("%s: %v: %s\n%s", name, err, text, out)
		}
	}
	d.run(program, "setup", "--undo")
	if after := d.tree(); !maps.Equal(after, before) {
		t.Errorf("undo: %v", after)
	}
}
