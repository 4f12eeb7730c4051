// Package reference tests that the documentation of a program has every flag of its
// help: the manual page, the completion scripts, and the program's section of
// docs/configuration.md.
//
// To rewrite that page after a change of the flags:
//
//	go test -p 1 ./cmd/... ./internal/cmdline -run TestReference -update
package reference

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/test/home"
)

var update = flag.Bool("update", false, "rewrite the tables in docs/configuration.md (with -p 1)")

// Run is a program's function of that name.
type Run func(args []string, stdin io.Reader, stdout, stderr io.Writer) int

// page is docs/configuration.md, seen from a package in cmd or internal.
const page = "../../docs/configuration.md"

// Check tests the documentation of a program.
func Check(t *testing.T, program string, run Run) {
	home.Private(t)
	man := output(t, run, program, "--docs", "man")
	t.Run("help", func(t *testing.T) { checkHelp(t, run, man, program) })
	t.Run("completion", func(t *testing.T) {
		scripts := map[string]string{}
		for _, shell := range []string{"bash", "zsh", "fish"} {
			scripts[shell] = output(t, run, program, "--completion", shell)
		}
		checkCompletion(t, run, scripts, program)
	})
	t.Run("roff", func(t *testing.T) { checkRoff(t, man) })
	t.Run("settings", func(t *testing.T) {
		CheckTable(t, program, output(t, run, program, "--docs", "settings"))
		checkVariables(t, program, man)
	})
}

func output(t *testing.T, run Run, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &log); code != 0 || log.Len() > 0 {
		t.Fatalf("%q: exit code %d: %s", args, code, log.String())
	}
	return out.String()
}

var (
	flagNames = regexp.MustCompile(`^  (-[^\s,]+(?:, -[^\s,]+)*)`)
	variable  = regexp.MustCompile(`\$(VOICEFLOW_[A-Z0-9_]+)\]`)
)

// checkHelp tests that a manual page has the flags, variables and subcommands in the
// help of a command and its subcommands.
func checkHelp(t *testing.T, run Run, man string, command ...string) {
	help := output(t, run, append(slices.Clone(command), "--help")...)
	_, part, found := strings.Cut(man, `\fB`+escaped(strings.Join(command, " "))+`\fR [\fIFLAGS\fR]`)
	if !found {
		t.Errorf("the manual page does not have %q", command)
		return
	}
	if len(command) > 1 { // up to the next command
		part, _, _ = strings.Cut(part, "\n.SS ")
	}
	subcommands, flags := entries(help)
	for _, name := range subcommands {
		checkHelp(t, run, man, append(slices.Clone(command), name)...)
	}
	for _, names := range flags {
		title := `\fB` + strings.ReplaceAll(escaped(names), ", ", `\fR, \fB`) + `\fR`
		// Help adds its own flag to all commands, but shows it once.
		if !strings.Contains(part, ".TP\n"+title) && names != "-h, --help" {
			t.Errorf("%q: the manual page does not have %s", command, names)
		}
	}
	for _, v := range variable.FindAllStringSubmatch(help, -1) {
		if !strings.Contains(part, v[0]) {
			t.Errorf("%q: the manual page does not have %s", command, v[1])
		}
	}
}

// entries returns the subcommands in a help text, and the flags with their short names, such
// as "-o, --output".
func entries(help string) (subcommands, flags []string) {
	heading := ""
	for line := range strings.Lines(help) {
		if !strings.HasPrefix(line, " ") {
			heading = strings.TrimSpace(line)
		}
		names := flagNames.FindStringSubmatch(line)
		switch entry, is := strings.CutPrefix(line, "  "); {
		case heading == "Examples:":
		case heading == "Commands:" && is && entry[0] != ' ':
			subcommands = append(subcommands, strings.Fields(entry)[0])
		case names != nil:
			flags = append(flags, names[1])
		}
	}
	return subcommands, flags
}

func escaped(text string) string { return strings.ReplaceAll(text, "-", `\-`) }

// checkRoff tests that groff shows a manual page without warnings.
func checkRoff(t *testing.T, man string) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("groff was not found: install the package groff")
	}
	cmd := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z")
	cmd.Stdin = strings.NewReader(man)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v: %s", err, out)
	}
}

// CheckTable compares the table of a program's settings in docs/configuration.md, which
// lies between two comments, with what the program prints.
func CheckTable(t *testing.T, name, want string) {
	t.Helper()
	want = "\n" + want + "\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := fmt.Sprintf("<!-- settings of %s -->\n", name), fmt.Sprintf("<!-- end of %s -->\n", name)
	before, rest, found := strings.Cut(string(text), begin)
	got, after, ended := strings.Cut(rest, end)
	switch {
	case !found || !ended:
		t.Fatalf("docs/configuration.md does not have the comments %q and %q", begin, end)
	case got == want:
	case *update:
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/configuration.md is out of date, see the comment of package reference:\n%s",
			difference(got, want))
	}
}

// difference lists the lines of the page that must go, and those that are missing.
func difference(got, want string) string {
	var all []string
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range gotLines {
		if !slices.Contains(wantLines, line) {
			all = append(all, "- "+line)
		}
	}
	for _, line := range wantLines {
		if !slices.Contains(gotLines, line) {
			all = append(all, "+ "+line)
		}
	}
	return strings.Join(all, "\n")
}

// shared are the variables that do not belong to one program.
var shared = []string{
	"VOICEFLOW_CONFIG", "VOICEFLOW_ENV", "VOICEFLOW_LOG_LEVEL", "VOICEFLOW_LOG_FILE", "VOICEFLOW_MODEL",
	"VOICEFLOW_MODEL_URL", "VOICEFLOW_BACKENDS",
}

// checkVariables tests that docs/configuration.md names no unknown variable of a program,
// whose manual page has all of them.
func checkVariables(t *testing.T, program, man string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	own := "VOICEFLOW_" + strings.ToUpper(strings.TrimPrefix(program, "vf-")) + "_"
	programs := regexp.MustCompile(`^VOICEFLOW_(RECORD|VAD|TRANSCRIBE|PASTE|HEALTH)_`)
	for _, name := range regexp.MustCompile(`VOICEFLOW_[A-Z0-9_]+`).FindAllString(string(text), -1) {
		unknown := !slices.Contains(shared, name) && !programs.MatchString(name)
		if strings.HasPrefix(name, own) && name != own && !strings.Contains(man, "[$"+name+"]") || unknown {
			t.Errorf("docs/configuration.md names an unknown variable: %s", name)
		}
	}
}
