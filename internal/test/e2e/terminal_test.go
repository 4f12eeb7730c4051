package e2e

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// onTerminal runs a shell command in a terminal, with all its standard streams, and
// returns the output.
func onTerminal(t *testing.T, dir, command string) (shown string, code int) {
	t.Helper()
	cmd := exec.Command("script", "-qec", command, "/dev/null")
	cmd.Dir = dir
	out, err := cmd.Output()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n"), cmd.ProcessState.ExitCode()
}

// visible returns the terminal output that stays visible: the last version of each
// line.
func visible(shown string) string {
	lines := strings.Split(shown, "\n")
	for i, line := range lines {
		lines[i] = line[strings.LastIndexByte(line, '\r')+1:]
	}
	return strings.Join(lines, "\n")
}

// TestNothingToDo: programs started on a terminal without input show an example of
// their use.
func TestNothingToDo(t *testing.T) {
	t.Parallel()
	for program, example := range map[string]string{
		"vf-transcribe":         "vf-transcribe -r talks -f srt -o subs",
		"vf-transcribe -l en":   "vf-transcribe talk.wav",
		"vf-transcribe -":       "vf-transcribe talk.wav",
		"vf-vad":                "vf-record | vf-vad | vf-transcribe",
		"vf-vad --calibrate":    "vf-vad < talk.wav",
		"vf-paste":              "vf-paste methods",
		"vf-paste --capitalise": `echo "hello" | vf-paste`,
	} {
		shown, code := onTerminal(t, t.TempDir(), program)
		name, _, _ := strings.Cut(program, " ")
		if code != 2 || !strings.Contains(shown, example) || !strings.Contains(shown, name+" --help") {
			t.Errorf("%s: code %d, %s", program, code, shown)
		}
	}
	if shown, code := onTerminal(t, t.TempDir(), "vf-transcribe </dev/null"); code != 0 || strings.Contains(shown, "Usage") {
		t.Errorf("no terminal: code %d, %s", code, shown)
	}
}

// TestTextOnTerminal: on a terminal, the output is text with times, headed by the
// file's name if there are several; with -f, it is that format, and into a pipe,
// JSON lines.
func TestTextOnTerminal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	transcribe := "vf-transcribe --log-level minimal -t 1 -m " + model()
	link(t, dir, recording("sentence-01"), "a.wav")
	link(t, dir, recording("timing-after-1000ms"), "b.wav")
	one := `\[00:00\.\d\d\d --> 00:02\.\d\d\d\]  my brother will call you tomorrow morning\n`
	for command, want := range map[string]string{
		"a.wav":                      one,
		"a.wav b.wav":                `a\.wav:\n` + one + `\nb\.wav:\n\[00:0[01]\.\d\d\d --> 00:03\.\d\d\d\]  .*\n`,
		"-f text a.wav":              `my brother will call you tomorrow morning\n`,
		"-f jsonl a.wav":             `\{"type":"transcript",.*\}\n\{"type":"end",.*\}\n`,
		"a.wav | cat":                `(?s).*\{"type":"transcript",[^\n]*\}\n.*`,
		"-f txt a.wav -o out":        `a\.wav: out/a\.txt\n`,
		"-f txt a.wav -o out | cat":  `(?s).*\{"type":"result",[^\n]*\}\n.*`,
		"<a.wav":                     one,
		"-f text a.wav gone.wav":     `a\.wav: my brother .*\n.*gone\.wav: no such file.*\n`,
		"--beside -f txt a.wav gone": `a\.wav: a\.txt\n.*gone: no such file.*\n`,
	} {
		shown, _ := onTerminal(t, dir, transcribe+" "+command)
		if !regexp.MustCompile(`\A` + want + `\z`).MatchString(visible(shown)) {
			t.Errorf("%s: %q", command, shown)
		}
		files := strings.Contains(command, "-o") || strings.Contains(command, "--beside") || strings.Contains(command, "a.wav | cat")
		// Text shows how far it is as well, unless it is there at once.
		if files && !strings.Contains(shown, "a.wav (1 of ") || strings.Contains(shown, "files/s") {
			t.Errorf("%s: progress: %q", command, shown)
		}
	}
}

// TestCommandMeant: for an argument that resembles a command, the program suggests
// the command before it loads a model.
func TestCommandMeant(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"help":            "help: no such file; did you mean vf-transcribe --help?",
		"model list":      "did you mean vf-transcribe models list?",
		"device":          "did you mean vf-transcribe devices?",
		"completion bash": "did you mean vf-transcribe --help (shell completion is not available",
	} {
		cmd := exec.Command("vf-transcribe", strings.Fields(args)...)
		cmd.Dir = t.TempDir()
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 2 || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), want) {
			t.Errorf("%s: code %d, %s", args, cmd.ProcessState.ExitCode(), out)
		}
	}
	out, _ := exec.Command("vf-paste", "method").CombinedOutput()
	if !strings.Contains(string(out), "did you mean vf-paste methods?") {
		t.Errorf("%s", out)
	}
}

// TestHostileNames: a file's name cannot control the terminal, whatever the format.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	transcribe := "vf-transcribe -t 1 -m " + model() + " "
	name := "a\x1b]0;title\x07\u009b2J\u202egpj\u2066\u200f\u061c\u200b\x7f.wav"
	link(t, dir, recording("sentence-01"), name)
	link(t, dir, recording("sentence-01"), "b.wav")
	for _, command := range []string{
		"*.wav", "-f text *.wav", "-f jsonl *.wav", "-f txt -o out *.wav", "-f json a*.wav", "-f verbose_json a*.wav",
		"-f srt a*.wav", "-f srt --skip-existing --beside *.wav", "gone*.wav*/a*.wav", "-m $PWD/a*.wav b.wav",
	} {
		shown, _ := onTerminal(t, dir, transcribe+command)
		if shown == "" || strings.ContainsAny(shown, "\x07\u009b\u202e\u2066\u200f\u061c\u200b\x7f") || strings.Contains(shown, "\x1b]") {
			t.Errorf("%s: %+q", command, shown)
		}
	}
}
