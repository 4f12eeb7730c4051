package config

// Origin is where a setting's value comes from.
type Origin string

// Origins, each overriding the ones that follow.
const (
	FromFlag        Origin = "flag"
	FromEnvironment Origin = "environment"
	FromFile        Origin = "file"
	FromProfile     Origin = "profile"
	FromDefault     Origin = "default"
)

// Effective is a setting with the value in effect. With --settings, a program
// prints each one as a JSON line of type "setting".
type Effective struct {
	Type    string `json:"type"`
	Program string `json:"program"`           // vf-vad
	Command string `json:"command,omitempty"` // subcommand; empty for the program itself
	Key     string `json:"key"`               // long name of the flag
	Kind    Kind   `json:"kind"`
	Path    bool   `json:"path,omitempty"` // values name files or folders
	Value   string `json:"value"`          // empty if none
	Origin  Origin `json:"origin"`
	Place   string `json:"place,omitempty"` // variable, profile, or file with line and column
	Default string `json:"default"`         // empty if none
	// Otherwise describes what applies if there is neither a value nor a fixed
	// default.
	Otherwise string `json:"otherwise,omitempty"`
	Variable  string `json:"variable"` // environment variable that sets it
	Usage     string `json:"usage"`
}

// Problem is a mistake in the settings. Its type is "error" if the program refuses
// to run because of it and "warning" if it runs regardless.
type Problem struct {
	Type  string `json:"type"`
	Error string `json:"error"`
	// Key is the key in the file, which is the flag's long name. It is empty if the
	// problem is not about a single flag.
	Key string `json:"key,omitempty"`
	// The position in the configuration file, if the file is to blame.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// InUse describes the configuration that a program uses, as a line of type
// "configuration".
type InUse struct {
	Type string `json:"type"`
	Used Used   `json:"used"`
	File string `json:"file,omitempty"` // empty if none
}

// Used is the kind of configuration that a program uses.
type Used string

// Kinds of configuration in use.
const (
	UsesNone     Used = "none"      // no file exists
	UsesFile     Used = "file"      // the file named by the user, or the default file
	UsesLastGood Used = "last-good" // the last file that worked, as the current one is broken
)

// Types of the lines that --settings prints.
const (
	SettingType = "setting"
	ProblemType = "error"
	WarningType = "warning"
	InUseType   = "configuration"
)
