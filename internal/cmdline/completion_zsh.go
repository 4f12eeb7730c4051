package cmdline

import (
	"fmt"
	"strings"
)

// zshCompletion returns a completion script for zsh, with a function per command.
func zshCompletion(program string, all []completed) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %[1]s\n# Completion of %[1]s for zsh, written by %[1]s --completion zsh.\n", program)
	for _, c := range all {
		fmt.Fprintf(&b, "\n%s() {\n\tlocal curcontext=$curcontext state line\n\ttypeset -A opt_args\n",
			zshFunction(program, c.path))
		b.WriteString("\t_arguments -C \\\n")
		for _, f := range c.flags {
			for i := range f.names {
				fmt.Fprintf(&b, "\t\t%s \\\n", quoted(zshFlag(f, i)))
			}
		}
		zshArguments(&b, program, c)
		b.WriteString("}\n")
	}
	// compinit reads this file as the body of a function; source only defines.
	first := zshFunction(program, "")
	fmt.Fprintf(&b, "\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n\t%s \"$@\"\nelse\n\tcompdef %s %s\nfi\n",
		first, first, program)
	return b.String()
}

// zshArguments writes how to complete the arguments and subcommands of a command.
func zshArguments(b *strings.Builder, program string, c completed) {
	if len(c.subs) == 0 {
		fmt.Fprintf(b, "\t\t%s\n", quoted("*:"+zshText(c.args.name)+":"+zshAction(c.args)))
		return
	}
	b.WriteString("\t\t'1: :->first' '*:: :->more'\n\tcase $state in\n\tfirst)\n\t\tlocal -a commands=(\n")
	for _, sub := range c.subs {
		fmt.Fprintf(b, "\t\t\t%s\n", quoted(sub.Name+":"+strings.ReplaceAll(sub.Usage, ":", `\:`)))
	}
	b.WriteString("\t\t)\n\t\t_describe command commands\n")
	if c.args.files {
		b.WriteString("\t\t_files\n")
	}
	b.WriteString("\t\t;;\n\tmore)\n\t\tcase $words[1] in\n")
	for _, sub := range c.subs {
		fmt.Fprintf(b, "\t\t%s) %s ;;\n", sub.Name, zshFunction(program, c.subPath(sub.Name)))
	}
	if c.args.files {
		b.WriteString("\t\t*) _files ;;\n")
	}
	b.WriteString("\t\tesac\n\t\t;;\n\tesac\n")
}

func zshFunction(program, path string) string {
	return strings.ReplaceAll(strings.TrimSpace("_"+program+" "+path), " ", "_")
}

// zshFlag returns the specification of a flag under one of its names.
func zshFlag(f completedFlag, name int) string {
	spec := "(" + strings.Join(f.names, " ") + ")"
	if f.repeated {
		spec = "*"
	}
	spec += f.names[name]
	if f.takes && strings.HasPrefix(f.names[name], "--") {
		spec += "=" // with = or a space
	}
	spec += "[" + zshText(f.text) + "]"
	if f.takes {
		colon := ":"
		if f.optional {
			colon = "::"
		}
		spec += colon + zshText(f.value.name) + ":" + zshAction(f.value)
	}
	return spec
}

// zshAction returns how to complete a value.
func zshAction(v completedValue) string {
	words := strings.Join(v.words, " ")
	switch {
	case words != "" && v.list:
		return "_values -s , value " + words
	case words != "" && v.files:
		return `_alternative "values:value:(` + words + `)" "files:file:_files"`
	case words != "":
		return "(" + words + ")"
	case v.files:
		return "_files"
	case v.folders:
		return "_files -/"
	}
	return " "
}

// zshText escapes the characters that end a text.
func zshText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(text)
}
