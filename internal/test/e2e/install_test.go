package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestUninstallRestoresTree: an installation over another one, and into folders that
// were there before, is removed and leaves exactly what was there.
func TestUninstallRestoresTree(t *testing.T) {
	t.Parallel()
	source, prefix := t.TempDir(), filepath.Join(t.TempDir(), "new", "a&b c")
	base := filepath.Dir(filepath.Dir(prefix))
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, script := range map[string]string{"install.sh": "place.sh", "uninstall.sh": "uninstall.sh"} {
		text, err := os.ReadFile(filepath.Join(root, "scripts", script))
		if err != nil {
			t.Fatal(err)
		}
		write(filepath.Join(source, name), string(text))
	}
	write(filepath.Join(source, "bin/vf-vad"), "program 1")
	write(filepath.Join(source, "bin/voiceflow-dictate"), "#!/bin/sh\n/usr/local/bin/vf-vad\n")
	write(filepath.Join(source, "lib/voiceflow/lib old.so"), "library")
	write(filepath.Join(source, "share/man/man1/vf-vad.1"), "page")
	run := func(script string, args ...string) {
		t.Helper()
		cmd := exec.Command("sh", append([]string{filepath.Join(source, script)}, args...)...)
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %q: %v\n%s", script, args, err, out)
		}
	}
	tree := func() string {
		t.Helper()
		var all strings.Builder
		err := filepath.WalkDir(base, func(path string, _ os.DirEntry, err error) error {
			all.WriteString(path + "\n")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all.String()
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(prefix, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}

	before := tree()
	run("install.sh", prefix)
	if got, want := read("bin/voiceflow-dictate"), "#!/bin/sh\n"+prefix+"/bin/vf-vad\n"; got != want {
		t.Errorf("voiceflow-dictate: %q, not %q", got, want)
	}
	write(filepath.Join(source, "bin/vf-vad"), "program 2") // an upgrade, without one of the files
	if err := os.Remove(filepath.Join(source, "lib/voiceflow/lib old.so")); err != nil {
		t.Fatal(err)
	}
	run("install.sh", prefix)
	if got := read("bin/vf-vad"); got != "program 2" {
		t.Errorf("vf-vad: %q", got)
	}
	if _, err := os.Stat(filepath.Join(prefix, "lib/voiceflow/lib old.so")); err == nil {
		t.Error("a file that only the version before has is still there")
	}
	run("uninstall.sh", prefix)
	if after := tree(); after != before {
		t.Errorf("after the removal:\n%sbefore:\n%s", after, before)
	}

	// Folders that were there stay, even if they are empty, and so do other files.
	if err := os.MkdirAll(filepath.Join(prefix, "share/man/man1"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(prefix, "bin/other"), "")
	before = tree()
	run("install.sh", prefix)
	run("uninstall.sh", prefix)
	if after := tree(); after != before {
		t.Errorf("after the removal:\n%sbefore:\n%s", after, before)
	}

	// With DESTDIR, the files name PREFIX alone.
	run("install.sh", "/usr", filepath.Join(base, "dest"))
	text, err := os.ReadFile(filepath.Join(base, "dest/usr/bin/voiceflow-dictate"))
	if err != nil || string(text) != "#!/bin/sh\n/usr/bin/vf-vad\n" {
		t.Errorf("under DESTDIR: %q, %v", text, err)
	}
	run("uninstall.sh", "/usr", filepath.Join(base, "dest"))
	if after := tree(); after != before {
		t.Errorf("after the removal from DESTDIR:\n%sbefore:\n%s", after, before)
	}
}

// TestInstallAndUninstall: an installation works without the checkout, in a folder
// with odd characters, and is removed without a trace.
func TestInstallAndUninstall(t *testing.T) {
	t.Parallel()
	prefix := filepath.Join(t.TempDir(), "a&b")
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("scripts/install.sh", prefix)
	health := filepath.Join(prefix, "bin", "vf-health")
	out := run(health, "check", "--speed-factor", "0.1:0.05", filepath.Join(prefix, "share/voiceflow/recordings/sentence-01.wav"))
	if !strings.HasPrefix(out, "VOICEFLOW OK: ") {
		t.Error(out)
	}
	for _, program := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health",
		"voiceflow-dictate", "voiceflow-rewrite", "voiceflow-textfile"} {
		page, err := os.ReadFile(filepath.Join(prefix, "share/man/man1", program+".1"))
		if title := ".TH " + strings.ToUpper(strings.ReplaceAll(program, "-", `\-`)) + " 1 "; err != nil || !strings.HasPrefix(string(page), title) {
			t.Errorf("manual page of %s: %v, %.80q", program, err, page)
		}
	}
	for _, name := range []string{"share/bash-completion/completions/vf-vad", "share/zsh/site-functions/_vf-vad",
		"share/fish/vendor_completions.d/vf-vad.fish", "share/applications/voiceflow-setup.desktop",
		"share/doc/voiceflow/licences/go/github.com/rs/zerolog/LICENSE", "share/doc/voiceflow/operations.md", "share/doc/voiceflow/pictures/pipeline.svg", "share/voiceflow/contrib/systemd/voiceflow-check.service", "bin/voiceflow-dictate"} {
		if _, err := os.Stat(filepath.Join(prefix, name)); err != nil {
			t.Error(err)
		}
	}
	if out := run(filepath.Join(prefix, "bin/voiceflow-dictate"), "setup", "--undo"); !strings.HasPrefix(out, "Nothing to undo") {
		t.Error(out)
	}
	other := filepath.Join(prefix, "bin", "another-program")
	if err := os.WriteFile(other, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	run("scripts/uninstall.sh", prefix)
	var left []string
	err := filepath.WalkDir(prefix, func(path string, _ os.DirEntry, err error) error {
		left = append(left, path)
		return err
	})
	if err != nil || len(left) != 3 || left[2] != other {
		t.Errorf("files left: %q, %v", left, err)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	run("scripts/uninstall.sh", prefix)
	if _, err := os.Stat(prefix); !os.IsNotExist(err) {
		t.Errorf("the folder itself was not removed: %v", err)
	}
}
