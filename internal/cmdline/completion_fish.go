package cmdline

import (
	"fmt"
	"strings"
)

// fishStart starts the script for fish. Its function reports whether the command line
// so far is for a subcommand.
const fishStart = `# Completion of PROGRAM for fish, written by PROGRAM --completion fish.

function __FUNCTION_is --argument-names path
	set -l command ''
	set -l skip
	for word in (commandline -opc)[2..-1]
		if set -q skip[1]
			set -e skip[1]
			continue
		end
		switch "$command $word"
`

// fishEnd ends that function. The second one adds each of its arguments to a list that
// has been begun.
const fishEnd = `		end
	end
	test "$command" = "$path"
end

function __FUNCTION_list
	set -l begun (string match -r '.*,' -- (string replace -r '^--[^=]*=' '' -- (commandline -ct)))
	printf '%s\n' "$begun"$argv
end

`

// fishCompletion returns a completion script for fish.
func fishCompletion(program string, all []completed) string {
	function := strings.ReplaceAll(program, "-", "_")
	fill := strings.NewReplacer("PROGRAM", program, "FUNCTION", function)
	var b strings.Builder
	b.WriteString(fill.Replace(fishStart))
	for _, c := range all {
		if takers := c.takers(); len(takers) > 0 {
			fmt.Fprintf(&b, "\t\t\tcase %s\n\t\t\t\tset skip value\n",
				strings.ReplaceAll(bashPatterns(c.path, takers), " | ", " "))
		}
		for _, sub := range c.subs {
			fmt.Fprintf(&b, "\t\t\tcase %s\n\t\t\t\tset command %s\n", quoted(c.path+" "+sub.Name), quoted(c.subPath(sub.Name)))
		}
	}
	b.WriteString(fill.Replace(fishEnd))
	fmt.Fprintf(&b, "complete -c %s -f\n", program)
	for _, c := range all {
		start := fmt.Sprintf("complete -c %s -n %s", program, quoted(fmt.Sprintf("__%s_is %q", function, c.path)))
		if c.args.files {
			fmt.Fprintf(&b, "%s -F\n", start)
		}
		if len(c.args.words) > 0 {
			fmt.Fprintf(&b, "%s -a %s\n", start, quoted(strings.Join(c.args.words, " ")))
		}
		for _, sub := range c.subs {
			fmt.Fprintf(&b, "%s -a %s -d %s\n", start, sub.Name, fishQuoted(sub.Usage))
		}
		for _, f := range c.flags {
			b.WriteString(start + fishFlag(f, function) + "\n")
		}
	}
	return b.String()
}

// fishFlag returns the arguments of complete for a flag. function starts the names of
// the script's functions.
func fishFlag(f completedFlag, function string) string {
	var b strings.Builder
	for _, name := range f.names {
		if long, is := strings.CutPrefix(name, "--"); is {
			b.WriteString(" -l " + long)
		} else {
			b.WriteString(" -s " + name[1:])
		}
	}
	b.WriteString(" -d " + fishQuoted(f.text))
	words := quoted(strings.Join(f.value.words, " "))
	if f.value.list {
		words = quoted("(__" + function + "_list " + strings.Join(f.value.words, " ") + ")")
	}
	switch {
	case !f.takes || f.optional:
	case f.value.folders:
		b.WriteString(" -x -a '(__fish_complete_directories)'")
	case f.value.files && len(f.value.words) > 0:
		b.WriteString(" -r -F -a " + words)
	case f.value.files:
		b.WriteString(" -r -F")
	case len(f.value.words) > 0:
		b.WriteString(" -x -a " + words)
	default:
		b.WriteString(" -x")
	}
	return b.String()
}

// fishQuoted quotes text for fish, where \ is special between single quotes.
func fishQuoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
