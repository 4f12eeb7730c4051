package reference

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// checkCompletion tests that the completion scripts of a program have the flags and
// subcommands in the help of a command and its subcommands.
func checkCompletion(t *testing.T, run Run, scripts map[string]string, command ...string) {
	help := output(t, run, append(slices.Clone(command), "--help")...)
	path := strings.Join(command[1:], " ")
	subcommands, flags := entries(help)
	for _, name := range subcommands {
		checkCompletion(t, run, scripts, append(slices.Clone(command), name)...)
	}
	for _, names := range flags {
		for name := range strings.SplitSeq(names, ", ") {
			for shell, script := range scripts {
				if !offers(shell, script, command[0], path, name) {
					t.Errorf("completion for %s: %q: no %s", shell, command, name)
				}
			}
		}
	}
}

// offers reports whether the script of a shell offers a flag after a command.
func offers(shell, script, program, path, name string) bool {
	switch shell {
	case "bash":
		_, words, _ := strings.Cut(script, "\n\t\t'"+path+"':-*) words='")
		words, _, _ = strings.Cut(words, "'")
		return slices.Contains(strings.Fields(words), name)
	case "zsh":
		function := strings.ReplaceAll(strings.TrimSpace(program+" "+path), " ", "_")
		_, body, _ := strings.Cut(script, "\n_"+function+"() {\n")
		body, _, _ = strings.Cut(body, "\n}\n")
		return regexp.MustCompile(`\n\t\t'(?:\*|\([^)]*\))` + name + `=?\[`).MatchString(body)
	case "fish":
		option := " -s " + name[1:] + " "
		if long, is := strings.CutPrefix(name, "--"); is {
			option = " -l " + long + " "
		}
		for line := range strings.Lines(script) {
			if strings.Contains(line, `_is "`+path+`"'`) && strings.Contains(line, option) {
				return true
			}
		}
	}
	return false
}
