package cmdline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
)

// usageError takes mistakes in the command line from cli, which would answer
// with its help on standard output: into the next program of a pipeline.
func (p *program) usageError(path string) cli.OnUsageErrorFunc {
	return func(_ *cli.Context, err error, _ bool) error { return usage(path, p.explain(err)) }
}

func usage(path string, err error) error {
	return Exit(exitcode.Usage, fmt.Errorf("%w; see %s --help", err, path))
}

// What cli says of a value on the command line or in a variable that it cannot
// read, and of a flag that there is not.
var (
	wrongFlag     = regexp.MustCompile(`^invalid (?:boolean )?value "(.*)" for (?:flag )?-(\S+): `)
	wrongVariable = regexp.MustCompile(`^could not parse "(.*)" as \S+ value from environment variable "(\S+)" for flag (\S+): `)
	unknownFlag   = regexp.MustCompile(`^flag provided but not defined: -(\S+)$`)
)

// explain says in the words of the configuration's check what is wrong with a
// value, and names the flag that is meant in place of one that there is not.
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
		if slices.Contains(p.args, "-"+m[1]) { // as the user wrote it
			shown = "-" + m[1]
		}
		return fmt.Errorf("unknown flag %s%s", shown, p.instead(m[1]))
	}
	return err
}

// explainValue says what a flag takes. shown is how the user set it.
func (p *program) explainValue(err error, shown, flag, value string) error {
	for _, k := range p.known {
		if !slices.Contains(k.names, flag) {
			continue
		}
		if wrong := k.Kind.Check(value); wrong != nil {
			return &FlagError{Flag: k.Key, Reason: fmt.Sprintf("%s: %v", shown, wrong)}
		}
	}
	return err
}

// instead proposes what a flag that there is not may mean: as another program
// has it, or mistyped.
func (p *program) instead(flag string) string {
	flag, _, _ = strings.Cut(flag, "=")
	if other := p.command.Instead[flag]; other != "" {
		return ": " + other
	}
	var names []string
	for _, k := range p.known {
		for _, name := range k.names {
			if len(name) > 1 {
				names = append(names, name)
			}
		}
	}
	if name := nearest(strings.ReplaceAll(strings.ToLower(flag), "_", "-"), names, 0.9); name != "" {
		return fmt.Sprintf(", do you mean %s?", dashes(name))
	}
	return ""
}

// dashes writes a flag as its help does.
func dashes(flag string) string {
	if len(flag) <= 3 {
		return "-" + flag
	}
	return "--" + flag
}
