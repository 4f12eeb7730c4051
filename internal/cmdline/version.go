package cmdline

// Version of the programs; the linker sets another one for packages (scripts/tree.sh).
var Version = "0.1.0"

// commit is the commit that the programs were built from; the linker sets it
// (scripts/build.sh).
var commit string

// versionText is what --version prints after the program's name.
func versionText(details string) string {
	text := Version
	if commit != "" {
		text += " (" + commit + ")"
	}
	if details != "" {
		text += "\n" + details
	}
	return text
}
