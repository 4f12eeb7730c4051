package hostile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// secret is what the victim's file says.
const secret = "nobody else may read this\n"

// another is the user who plants links: nobody.
const another = 65534

// plants are ways to plant a name that leads to a file of the victim.
var plants = map[string]func(name, victim string) error{
	"link": func(name, victim string) error {
		return errors.Join(os.Symlink(victim, name), os.Lchown(name, another, another))
	},
	"dangling link": func(name, victim string) error {
		return errors.Join(os.Symlink(victim+".new", name), os.Lchown(name, another, another))
	},
	"hard link": func(name, victim string) error { return os.Link(victim, name) },
	"pipe": func(name, _ string) error {
		return errors.Join(syscall.Mkfifo(name, 0o666), os.Lchown(name, another, another))
	},
	"folder": func(name, _ string) error {
		return errors.Join(os.Mkdir(name, 0o777), os.Lchown(name, another, another))
	},
}

// TestPlantedNames plants every name under which a program writes in a folder that
// another user may write to. The victim's file stays as it is and nothing hangs.
func TestPlantedNames(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make links that belong to another user")
	}
	rec, m := recording(), source.Model()
	setting, err := os.ReadFile("/proc/sys/fs/protected_hardlinks")
	if err != nil {
		t.Fatal(err)
	}
	protected := strings.TrimSpace(string(setting)) == "1"
	for _, test := range []struct {
		name string // in the shared folder
		args []string
	}{
		{"sentence-07.txt", []string{"vf-transcribe", "-m", m, "-f", "txt", "-o", "SHARED", rec}},
		{"sentence-07.srt", []string{"vf-transcribe", "-m", m, "-f", "srt", "-o", "SHARED", rec}},
		{".voiceflow", []string{"vf-transcribe", "-m", m, "-f", "txt", "-o", "SHARED", rec}},
		{"said.wav", []string{"vf-record", "--input", rec, "-o", "SHARED/said.wav"}},
		{"a.log", []string{"vf-vad", "--log-file", "SHARED/a.log", "--stats"}},
		{"vf-vad.log", []string{"vf-vad", "--log-file", "SHARED/"}},
		{"a.log", []string{"vf-health", "--log-file", "SHARED/a.log", "monitor", "--once"}},
		{"report.txt", []string{"vf-health", "check", "-m", m, "-o", "SHARED/report.txt", rec}},
		{"analysis.txt", []string{"vf-health", "analyze", "-o", "SHARED/analysis.txt", filepath.Join(source.Root, "testdata")}},
		{"b.tar.gz", []string{"vf-health", "bundle", "-o", "SHARED/b.tar.gz", "--force"}},
		{"config.toml", []string{"vf-health", "--config", "SHARED/config.toml", "config", "init", "--force"}},
		{"config.toml", []string{"vf-vad", "--config", "SHARED/config.toml", "--settings"}},
		{"list", []string{"vf-transcribe", "-m", m, "--files-from", "SHARED/list"}},
		{"voiceflow/models/ggml-tiny.en.bin.part", []string{"vf-transcribe", "models", "pull", "tiny.en"}},
		{"history", []string{"vf-health", "check", "-m", m, "--state", "SHARED", rec}},
	} {
		for kind, plant := range plants {
			if kind == "hard link" && protected {
				continue // nobody else can make one
			}
			t.Run(strings.Join([]string{test.args[0], test.name, kind}, " "), func(t *testing.T) {
				t.Parallel()
				planted(t, test.name, test.args, plant)
			})
		}
	}
}

func planted(t *testing.T, name string, args []string, plant func(name, victim string) error) {
	top := t.TempDir()
	shared, victim := filepath.Join(top, "shared"), filepath.Join(top, "victim")
	if err := errors.Join(os.Mkdir(shared, 0), os.Chmod(shared, 0o777), os.WriteFile(victim, []byte(secret), 0o600),
		os.MkdirAll(filepath.Dir(filepath.Join(shared, name)), 0o777), plant(filepath.Join(shared, name), victim)); err != nil {
		t.Fatal(err)
	}
	p := command(t, args[0], args[1:]...)
	for i, arg := range p.Args {
		p.Args[i] = strings.Replace(arg, "SHARED", shared, 1)
	}
	// The models' folder, for the part of a download, without a network.
	p.Env = append(p.Env, "XDG_DATA_HOME="+shared, "https_proxy=http://127.0.0.1:1")
	p.start(t)
	if !p.endsWithin(endsIn) {
		t.Fatalf("%q does not end", p.Args)
	}
	info, err := os.Lstat(victim)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the victim's file: %v, %v", info, err)
	}
	if data, err := os.ReadFile(victim); err != nil || string(data) != secret {
		t.Errorf("the victim's file has changed: %q, %v\n%s", data, err, &p.stderr)
	}
	if _, err := os.Lstat(victim + ".new"); err == nil {
		t.Errorf("a planted link was followed\n%s", &p.stderr)
	}
	if strings.Contains(p.stderr.String(), strings.TrimSpace(secret)) {
		t.Errorf("the secret is in the messages:\n%s", &p.stderr)
	}
	outputs, err := filepath.Glob(filepath.Join(shared, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range outputs {
		if there, err := os.Lstat(path); err != nil || !there.Mode().IsRegular() || os.SameFile(there, info) {
			continue
		}
		if data, _ := os.ReadFile(path); strings.Contains(string(data), strings.TrimSpace(secret)) {
			t.Errorf("the secret is in %s", path)
		}
	}
}
