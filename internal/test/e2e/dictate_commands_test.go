package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/test/machine"
)

// standIns are programs that note their arguments in $LOG and do the least that
// voiceflow-dictate needs of the real ones. $BUSY means that a recorder is running.
var standIns = map[string]string{
	"vf-record": `case " $* " in
*" --status "*) echo armed; case " $* " in *" --follow "*) printf 'recording\nstopping\noff\n' ;; esac ;;
*" --stop "* | *" --cancel "*) ;;
*" --armed "*)
	trap 'echo interrupted >>"$LOG"; exit 0' TERM
	printf '%s\n' '{"type":"mark","mark":"begin","at":0}' '{"type":"mark","mark":"end","at":0}'
	[ -z "${CODE:-}" ] || exit "$CODE"
	while :; do sleep 0.05; done ;;
*) if [ -n "${BUSY:-}" ]; then printf 'RIFF$\0\0\0WAVEfmt '
	else printf '%s\n' '{"type":"mark","mark":"begin","at":0}' '{"type":"audio"}' '{"type":"mark","mark":"end","at":9}'; fi ;;
esac`,
	"vf-vad":        `exec cat`,
	"vf-transcribe": `exec sed -u s/audio/text/`,
	"vf-paste": `while IFS= read -r line; do
	echo "text $line" >>"$LOG"
	case $line in *end*) [ -z "${FAIL:-}" ] || exit 5 ;; esac
done`,
}

// stage is a folder with stand-ins and an environment that uses them.
type stage struct {
	t     *testing.T
	shell []string
	dir   string
	env   []string
}

func newStage(t *testing.T, shell string) *stage {
	t.Helper()
	s := &stage{t: t, shell: strings.Fields(shell), dir: t.TempDir()}
	for name, script := range standIns {
		script = "#!/bin/sh\necho \"" + name + "${*:+ $*}${VOICEFLOW_RECORD_DEVICE:+ from $VOICEFLOW_RECORD_DEVICE}\" >>\"$LOG\"\n" + script + "\n"
		write(t, filepath.Join(s.dir, name), script)
		if err := os.Chmod(filepath.Join(s.dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.env = []string{"HOME=" + s.dir, "PATH=" + s.dir + ":/usr/bin:/bin", "LOG=" + filepath.Join(s.dir, "log"), "XDG_RUNTIME_DIR=" + s.dir}
	return s
}

func (s *stage) command(args ...string) *exec.Cmd {
	words := slices.Concat(s.shell, []string{filepath.Join(root, "contrib/voiceflow-dictate")}, args)
	cmd := group(s.t, words[0], words[1:]...)
	cmd.Env = slices.Clone(s.env)
	return cmd
}

// run runs voiceflow-dictate and returns what it and the stand-ins wrote.
func (s *stage) run(env string, args ...string) (out, calls string, code int) {
	s.t.Helper()
	_ = os.Remove(filepath.Join(s.dir, "log"))
	cmd := s.command(args...)
	cmd.Env = append(cmd.Env, strings.Fields(env)...)
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	if err := cmd.Run(); cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return both.String(), s.calls(), cmd.ProcessState.ExitCode()
}

// calls returns what the stand-ins noted, sorted because programs of a pipeline start
// in any order.
func (s *stage) calls() string {
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

const (
	beginText = `text {"type":"mark","mark":"begin","at":0}`
	endText   = `text {"type":"mark","mark":"end","at":9}`
	whole     = beginText + "\n" + endText + "\n" + `text {"type":"text"}` + "\n"
)

// TestDictateCommands runs each command of voiceflow-dictate in several shells.
func TestDictateCommands(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ env, args, out, calls string }{
		{"", "", "", whole + "vf-paste --notify --append-space\nvf-record --cue notify --output-format jsonl --toggle\nvf-transcribe --connect\nvf-vad"},
		{"", "--capitalise", "", whole + "vf-paste --notify --append-space --capitalise\nvf-record --cue notify --output-format jsonl --toggle\nvf-transcribe --connect\nvf-vad"},
		{"", "start --commands en", "", whole + "vf-paste --notify --append-space --commands en\nvf-record --cue notify --output-format jsonl --start\nvf-transcribe --connect\nvf-vad"},
		{"BUSY=1", "toggle", "", "vf-record --cue notify --output-format jsonl --toggle"},
		{"BUSY=1", "start", "", "vf-record --cue notify --output-format jsonl --start"},
		{"VOICEFLOW_RECORD=vf-record VOICEFLOW_LISTEN=vf-vad", "toggle", "", strings.Replace(whole, `"text"`, `"audio"`, 1) + "vf-paste --notify --append-space\nvf-record --toggle\nvf-vad"},
		{"", "stop", "", "vf-record --stop"},
		{"", "cancel", "", "vf-record --cancel"},
		{"", "last 2", "", "vf-paste last 2"},
		{"", "status", "armed\n", "vf-record --status"},
		{"", "status --format json --follow", "armed\nrecording\nstopping\noff\n", "vf-record --status --json --follow"},
		{"", "status --format=waybar --follow", `{"text":"○","alt":"armed","class":"armed","tooltip":"Dictation: armed"}
{"text":"●","alt":"recording","class":"recording","tooltip":"Dictation: recording"}
{"text":"…","alt":"stopping","class":"stopping","tooltip":"Dictation: stopping"}
{"text":"","alt":"off","class":"off","tooltip":"Dictation: off"}
`, "vf-record --status --follow"},
	} {
		for _, shell := range []string{"dash", "busybox sh", "bash --posix"} {
			s := newStage(t, shell)
			if _, err := exec.LookPath(s.shell[0]); err != nil {
				machine.Lacks(t, shell, err)
			}
			out, calls, code := s.run(test.env, strings.Fields(test.args)...)
			if code != 0 || out != test.out || !sameLines(calls, test.calls) {
				t.Errorf("%s: %s voiceflow-dictate %s: exit code %d\n%s%s", shell, test.env, test.args, code, out, calls)
			}
		}
	}
}

// sameLines compares lines in any order.
func sameLines(a, b string) bool {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	slices.Sort(as)
	slices.Sort(bs)
	return slices.Equal(as, bs)
}

// TestDictateMistakes: mistakes are reported with exit code 2, and settings never run.
func TestDictateMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ settings, args, want string }{
		{"", "dance", `unknown command "dance"`},
		{"", "status --format xml", `unknown format "xml"`},
		{"", "status --format", `unknown format ""`},
		{"", "setup --yes --key", `"--key" is unknown or lacks its value`},
		{"", "setup --yes --key Super+", `"Super+" is not a key`},
		{"", "setup --yes --key Hyper+z", `"Hyper+z" is not a key`},
		{"", "setup --standby ajar", `--standby is "ajar", want open or closed`},
		{"", "setup", "run it in a terminal, or with --yes"},
		{"standby=$(touch pwned)`touch pwned`;touch pwned", "toggle", "want open or closed"},
	} {
		s := newStage(t, "sh")
		write(t, filepath.Join(s.dir, ".config/voiceflow/dictate"), test.settings+"\n")
		out, _, code := s.run("", strings.Fields(test.args)...)
		if code != 2 || !strings.Contains(out, test.want) {
			t.Errorf("voiceflow-dictate %s: exit code %d: %s", test.args, code, out)
		}
		if _, err := os.Stat("pwned"); err == nil {
			t.Error("the settings were run")
		}
	}
	if out, _, code := newStage(t, "sh").run("", "--help"); code != 0 || !strings.HasPrefix(out, "Usage: voiceflow-dictate") {
		t.Errorf("--help: exit code %d: %s", code, out)
	}
}

// TestShellcheck: ShellCheck has nothing to say about the scripts that users run.
func TestShellcheck(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("shellcheck")
	if err != nil {
		machine.Lacks(t, "ShellCheck", err)
	}
	files, err := filepath.Glob(filepath.Join(root, "contrib/dictate/*.sh"))
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	files = append(files, filepath.Join(root, "contrib/voiceflow-dictate"), filepath.Join(root, "contrib/prometheus/voiceflow-textfile"))
	if out, err := exec.Command(tool, files...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
