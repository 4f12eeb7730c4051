package cmdline

import "strings"

// OptionalValue describes a flag whose value may be left out.
type OptionalValue struct {
	Default string
	Is      func(arg string) bool // reports whether the next argument is the value
}

// withValues adds the values of flags that were left out.
func withValues(args []string, optional map[string]OptionalValue) []string {
	var all []string
	for i, arg := range args {
		if arg == "--" {
			return append(all, args[i:]...)
		}
		name, isFlag := strings.CutPrefix(arg, "--")
		value, known := optional[name]
		if isFlag && known && (i+1 == len(args) || !value.Is(args[i+1])) {
			arg += "=" + value.Default
		}
		all = append(all, arg)
	}
	return all
}
