package cmdline

import "github.com/urfave/cli/v2"

// Command describes a program, or one of its subcommands.
type Command struct {
	Name        string // vf-..., or the subcommand's name
	Usage       string // one line
	ArgsUsage   string // the arguments; empty if it takes none
	Description string
	Flags       []cli.Flag
	Subcommands []Command
	Action      func(*Env, *cli.Context) error // nil if a subcommand is required

	// Check returns all mistakes in the flags' values, one [FlagError] each,
	// joined. It must look at nothing but the flags, because it also runs when only
	// the configuration file is validated. Nil means that any values will do.
	Check func(*cli.Context) error
	// Profile returns values for flags that are not set. Only for programs.
	Profile func(*cli.Context) (Profile, error)

	// OnlyFlags are names of flags, of the command and its subcommands, with neither
	// an environment variable nor a configuration key, because they mean different
	// things in different subcommands.
	OnlyFlags []string

	// Instead maps flags of similar programs that this one lacks to a suggestion,
	// such as "use -f srt". Only for programs.
	Instead map[string]string

	// OptionalValues are the flags whose value may be left out. Only for programs.
	OptionalValues map[string]OptionalValue

	// Words are the words that flags and arguments can be, for shell completion. The keys
	// are flags ("--profile"), flags of one subcommand ("analyze --format") and subcommands
	// for their arguments ("models pull"). Only for programs.
	Words map[string][]string

	// Reads is how to pass a file to a program that takes no arguments: "<" or a
	// flag.
	Reads string

	// Details is what --version says about the program besides its version, such as the
	// versions of its libraries.
	Details string

	// Unconfigured commands ignore the configuration file, as they must work even
	// if it is broken.
	Unconfigured bool

	// Delegates reports whether a run only starts another process of the program, which
	// logs its own beginning and end. Only for programs.
	Delegates func(*cli.Context) bool

	// LibraryFailed is the exit code if a C library ends the program; 0 means
	// exitcode.Recogniser. Only for programs.
	LibraryFailed int

	// Monitor selects the exit codes of monitoring plugins: 0 OK, 1 WARNING and
	// 2 CRITICAL, the latter two through Exit without an error, and 3 UNKNOWN for
	// all errors.
	Monitor bool

	// StatusLine marks a subcommand of a Monitor whose text output begins with
	// VOICEFLOW and the verdict. Its errors also print such a line to standard
	// output, unless --format selects a machine-readable format.
	StatusLine bool
}
