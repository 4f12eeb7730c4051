package cmdline

import (
	"fmt"
	"strings"
)

// bashStart and bashEnd surround the words of a program in its script for bash. They
// work without the package bash-completion.
const bashStart = `# Completion of PROGRAM for bash, written by PROGRAM --completion bash.

_FUNCTION() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command='' words='' files='' list='' lead='' i reply
	COMPREPLY=()
	# Bash makes three words of --flag=value, unless = was taken out of COMP_WORDBREAKS.
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	elif [[ $cur == --*=* ]]; then
		prev=${cur%%=*} lead=${cur%%=*}= cur=${cur#*=}
	fi
	# Find the subcommand, and skip the values of flags.
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$command ${COMP_WORDS[i]}" in
`

const bashEnd = `	esac
	if [[ -n $list && $cur == *,* ]]; then
		lead=$lead${cur%,*}, cur=${cur##*,}
	fi
	while IFS= read -r reply; do
		COMPREPLY+=("$lead$reply")
	done < <(
		compgen -W "$words" -- "$cur"
		[[ -z $files ]] || compgen "$files" -- "$cur"
	)
	# Names with special characters are left to bash.
	[[ -z $files ]] || compopt -o filenames -o default 2>/dev/null
}

complete -F _FUNCTION PROGRAM
`

// bashCompletion returns a completion script for bash.
func bashCompletion(program string, all []completed) string {
	fill := strings.NewReplacer("PROGRAM", program, "FUNCTION", strings.ReplaceAll(program, "-", "_"))
	var b strings.Builder
	b.WriteString(fill.Replace(bashStart))
	for _, c := range all {
		if takers := c.takers(); len(takers) > 0 {
			fmt.Fprintf(&b, "\t\t%s)\n\t\t\t[[ ${COMP_WORDS[i+1]} != '=' ]] || ((i++))\n\t\t\t((i++))\n\t\t\t;;\n",
				bashPatterns(c.path, takers))
		}
		for _, sub := range c.subs {
			fmt.Fprintf(&b, "\t\t%s) command=%s ;;\n", bashPatterns(c.path, []string{sub.Name}), quoted(c.subPath(sub.Name)))
		}
	}
	b.WriteString("\t\tesac\n\tdone\n\tcase \"$command $prev\" in\n")
	for _, c := range all {
		for _, f := range c.flags {
			if f.takes && (!f.optional || len(f.value.words) > 0) {
				fmt.Fprintf(&b, "\t%s)%s ;;\n", bashPatterns(c.path, f.names), bashValue(f.value))
			}
		}
	}
	b.WriteString("\t*)\n\t\tcase \"$command:$cur\" in\n")
	for _, c := range all {
		var names []string
		for _, f := range c.flags {
			names = append(names, f.names...)
		}
		fmt.Fprintf(&b, "\t\t%s:-*) words=%s ;;\n", quoted(c.path), quoted(strings.Join(names, " ")))
		args := c.args
		for _, sub := range c.subs {
			args.words = append(args.words, sub.Name)
		}
		fmt.Fprintf(&b, "\t\t%s:*)%s ;;\n", quoted(c.path), bashValue(args))
	}
	b.WriteString("\t\tesac\n\t\t;;\n")
	b.WriteString(fill.Replace(bashEnd))
	return b.String()
}

// bashPatterns returns a pattern of case that matches a command, a space and any of
// these words.
func bashPatterns(path string, words []string) string {
	var all []string
	for _, word := range words {
		all = append(all, quoted(path+" "+word))
	}
	return strings.Join(all, " | ")
}

// bashValue returns the assignments for completing a value.
func bashValue(v completedValue) (text string) {
	if len(v.words) > 0 {
		text += " words=" + quoted(strings.Join(v.words, " "))
	}
	switch {
	case v.files:
		text += " files=-f"
	case v.folders:
		text += " files=-d"
	}
	if v.list {
		text += " list=yes"
	}
	return text
}
