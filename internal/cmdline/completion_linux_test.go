package cmdline

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/test/machine"
)

// completing is a program with what needs care in shells.
func completing() Command {
	c := documented()
	c.Flags = append(c.Flags,
		&cli.StringFlag{Name: "kind", Aliases: []string{"k"}, Usage: "`KIND` what's $(touch made) [a:b] \"or\" \\n `c`"},
		&cli.StringFlag{Name: "formats", Usage: "`FORMAT` several separated by commas"},
		&cli.StringFlag{Name: "file", TakesFile: true, Usage: "`FILE` read it"},
		&cli.StringFlag{Name: "folder", TakesFile: true, Usage: "`FOLDER` write there"},
		&cli.IntFlag{Name: "count", Usage: "`N` how many"})
	c.Subcommands = append(c.Subcommands, Command{Name: "things", Usage: "more: [these]", Subcommands: []Command{
		{Name: "pull", Usage: "get it", ArgsUsage: "NAME", Flags: []cli.Flag{&cli.StringFlag{Name: "kind", Usage: "of pull"}}},
	}})
	c.Words = map[string][]string{
		"--kind": {"round", "red", "square"}, "things pull --kind": {"remote"}, "--formats": {"srt", "text", "txt"},
		"things pull": {"one", "other"},
	}
	return c
}

// completionCases are command lines without their last word, which is completed, and
// what a shell offers for it.
var completionCases = []struct {
	line string
	want []string
	bash string // the same line in the words that bash makes of it, if they differ
}{
	{"vf-sample --kind r", []string{"red", "round"}, ""},
	{"vf-sample -k s", []string{"square"}, ""},
	{"vf-sample --kind=r", []string{"red", "round"}, "vf-sample --kind = r"},
	{"vf-sample --formats srt,t", []string{"text", "txt"}, ""},
	{"vf-sample --log-level m", []string{"minimal", "monitoring"}, ""},
	{"vf-sample --cou", []string{"--count"}, ""},
	{"vf-sample --count ", nil, ""},
	{"vf-sample --file s", []string{"some", "sound.wav"}, ""},
	{"vf-sample --folder s", []string{"some"}, ""},
	{"vf-sample so", []string{"some", "sound.wav"}, ""},
	{"vf-sample th", []string{"things"}, ""},
	{"vf-sample --kind round li", []string{"list"}, ""},
	{"vf-sample --kind=round things pu", []string{"pull"}, "vf-sample --kind = round things pu"},
	{"vf-sample things pull o", []string{"one", "other"}, ""},
	{"vf-sample things pull --kind r", []string{"remote"}, ""},
	{"vf-sample list --al", []string{"--all"}, ""},
	{"vf-sample list s", nil, ""},
	{"vf-sample --kind things so", []string{"some", "sound.wav"}, ""}, // things is a value here
}

// TestCompletion lets the shells complete, in a folder with a file and a folder.
func TestCompletion(t *testing.T) {
	for shell, ask := range map[string]func(t *testing.T, shell, script, line, words string) []string{
		"bash": askBash, "zsh": askZsh, "fish": askFish,
	} {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				machine.Lacks(t, shell, err)
			}
			code, script, log := run(completing(), "--completion", shell)
			if code != OK || log != "" {
				t.Fatalf("exit code %d: %s", code, log)
			}
			t.Parallel() // only now: cli has a flag for help that all runs share
			folder := t.TempDir()
			if err := os.Mkdir(filepath.Join(folder, "some"), 0o700); err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"sound.wav": "", "_vf-sample": script} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range completionCases {
				words := c.bash
				if words == "" {
					words = c.line
				}
				got := ask(t, path, filepath.Join(folder, "_vf-sample"), c.line, words)
				slices.Sort(got)
				if !slices.Equal(slices.Compact(got), c.want) {
					t.Errorf("%q: %q, not %q", c.line, got, c.want)
				}
			}
			if _, err := os.Stat(filepath.Join(folder, "made")); err == nil {
				t.Error("a description was run as a command")
			}
		})
	}
}

// inShell runs code with arguments in the folder of the script, and returns the lines
// it prints.
func inShell(t *testing.T, script, shell string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(shell, args...)
	cmd.Dir = filepath.Dir(script)
	cmd.Env = append(os.Environ(), "HOME="+cmd.Dir, "TERM=dumb")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %.40q: %v: %s", shell, args, err, err.(*exec.ExitError).Stderr)
	}
	return slices.DeleteFunc(strings.Split(string(out), "\n"), func(line string) bool { return line == "" })
}

func askBash(t *testing.T, shell, script, _, words string) []string {
	got := inShell(t, script, shell, append([]string{"--norc", "-uc", `. "$0"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_vf_sample
		printf '%s\n' "${COMPREPLY[@]}"`, script}, strings.Split(words, " ")...)...)
	return afterComma(got)
}

// afterComma removes the beginning of lists.
func afterComma(all []string) []string {
	for i, word := range all {
		_, word = cutLast(word, "=")
		_, all[i] = cutLast(word, ",")
	}
	return all
}

func cutLast(text, sep string) (before, after string) {
	i := strings.LastIndex(text, sep)
	return text[:i+1], text[i+1:]
}

func askFish(t *testing.T, shell, script, line, _ string) []string {
	got := inShell(t, script, shell, "--no-config", "-c", "source _vf-sample; complete -C '"+line+"'")
	for i, word := range got {
		word, _, _ = strings.Cut(word, "\t")
		got[i] = strings.TrimSuffix(word, "/")
	}
	return afterComma(got)
}

// zshCapture presses Tab in a terminal, and prints what the completion offers.
const zshCapture = `
zmodload zsh/zpty
zpty z "exec zsh -f -i"
zpty -w z "PS1=; fpath=($2 \$fpath); autoload -Uz compinit; compinit -u -d $2/dump"
zpty -w z 'compadd() {
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
	local -a hits
	builtin compadd -O hits "$@"
	(( $#hits )) && print -rl -- "" "<<"${^hits}">>"
	builtin compadd "$@"
}'
zpty -w z 'capture() { _main_complete; print -r -- "<<""END>>" }; zle -C capture complete-word capture'
zpty -w z 'bindkey "^I" capture; print -r -- "<<""READY>>"'
zpty -r -m z out '*<<READY>>*'
zpty -w -n z "$1"$'\t'
zpty -r -m z out '*<<END>>*'
print -r -- "$out" | tr -d '\r' | sed -n 's/^<<\(.*\)>>$/\1/p' | grep -v -x -e END -e READY
zpty -d z
`

func askZsh(t *testing.T, shell, script, line, _ string) []string {
	return inShell(t, script, shell, "-fc", zshCapture, "capture", line, filepath.Dir(script))
}

func TestWrongCompletion(t *testing.T) {
	if code, _, log := run(documented(), "--completion", "tcsh"); code == OK || !strings.Contains(log, "use bash, zsh or fish") {
		t.Errorf("exit code %d: %s", code, log)
	}
	c := documented()
	c.Words = map[string][]string{"--knid": {"round"}}
	if code, _, log := run(c, "--completion", "bash"); code == OK || !strings.Contains(log, "--knid") {
		t.Errorf("exit code %d: %s", code, log)
	}
}
