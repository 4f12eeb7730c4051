package cmdline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
)

// usageError handles mistakes in the command line. Left alone, cli would print its
// help to standard output and so into the next program of the pipeline.
func (p *program) usageError(path string) cli.OnUsageErrorFunc {
	return func(_ *cli.Context, err error, _ bool) error { return usage(path, p.explain(err)) }
}

func usage(path string, err error) error {
	return Exit(exitcode.Usage, fmt.Errorf("%w; see %s --help", err, path))
}

// The errors of cli for an invalid value on the command line or in an environment
// variable, and for an unknown flag.
var (
	wrongFlag     = regexp.MustCompile(`^invalid (?:boolean )?value "(.*)" for (?:flag )?-(\S+): `)
	wrongVariable = regexp.MustCompile(
		`^could not parse "(.*)" as \S+ value from environment variable "(\S+)" for flag (\S+): `)
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(\S+)$`)
)

// explain rewords an error of cli: an invalid value is described as in the
// configuration check, and an unknown flag comes with a suggestion.
func (p *program) explain(err error) error {
	message := err.Error()
	if m := wrongFlag.FindStringSubmatch(message); m != nil {
		return p.explainValue(err, dashes(m[2]), m[2], m[1])
	}
	if m := wrongVariable.FindStringSubmatch(message); m != nil {
		return p.explainValue(err, m[2], m[3], m[1])
	}
	if m := unknownFlag.FindStringSubmatch(message); m != nil {
		shown := "--" + m[1]
		if slices.Contains(p.args, "-"+m[1]) { // as the user typed it
			shown = "-" + m[1]
		}
		return fmt.Errorf("unknown flag %s%s", shown, p.instead(m[1]))
	}
	return err
}

// explainValue describes the values that a flag takes. shown is how the user set
// it: the flag or the environment variable.
func (p *program) explainValue(err error, shown, flag, value string) error {
	for _, k := range p.flags {
		if !slices.Contains(k.names, flag) {
			continue
		}
		if wrong := k.Kind.Check(value); wrong != nil {
			return &FlagError{Flag: k.Key, Reason: fmt.Sprintf("%s: %v", shown, wrong)}
		}
	}
	return err
}

// instead suggests what the user may have meant by an unknown flag: the
// counterpart of another program's flag, or one that was mistyped.
func (p *program) instead(flag string) string {
	flag, _, _ = strings.Cut(flag, "=")
	if other := p.command.Instead[flag]; other != "" {
		return ": " + other
	}
	var names []string
	for _, k := range p.flags {
		for _, name := range k.names {
			if len(name) > 1 {
				names = append(names, name)
			}
		}
	}
	switch name := nearest(strings.ReplaceAll(strings.ToLower(flag), "_", "-"), names, 0.9); {
	case name == flag:
		return " (only other commands of " + p.name + " have it)"
	case name != "":
		return fmt.Sprintf(" (did you mean %s?)", dashes(name))
	}
	return ""
}

// dashes prefixes a flag with dashes as the help does.
func dashes(flag string) string {
	if len(flag) <= 3 {
		return "-" + flag
	}
	return "--" + flag
}
