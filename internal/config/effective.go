package config

// Origin says where a setting's value comes from.
type Origin string

// The origins, in the order in which one goes before the next.
const (
	FromFlag        Origin = "flag"
	FromEnvironment Origin = "environment"
	FromFile        Origin = "file"
	FromProfile     Origin = "profile"
	FromDefault     Origin = "default"
)

// Effective is a setting of a program as it is in force, which the program
// tells with --settings: one JSON object a line, of the type "setting".
type Effective struct {
	Type    string `json:"type"`
	Program string `json:"program"`           // vf-vad
	Command string `json:"command,omitempty"` // the subcommand that has it; empty: the program itself
	Key     string `json:"key"`               // the flag's long name
	Kind    Kind   `json:"kind"`
	Value   string `json:"value"` // empty: none
	Origin  Origin `json:"origin"`
	Place   string `json:"place,omitempty"` // the variable, the profile, or the file with line and column
	Default string `json:"default"`         // empty: none
	// Otherwise says what holds without a value, where that is no value.
	Otherwise string `json:"otherwise,omitempty"`
	Variable  string `json:"variable"` // the environment variable that sets it
	Usage     string `json:"usage"`
}

// Problem is something wrong with the settings: of the type "error" where the
// program refuses to work with them, "warning" where it works.
type Problem struct {
	Type  string `json:"type"`
	Error string `json:"error"`
	// Key is the flag's long name, which the file has as a key; empty: it is about
	// no flag alone.
	Key string `json:"key,omitempty"`
	// The place in the configuration file; none: the file is not to blame.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// InUse is the configuration that a program works with: of the type
// "configuration".
type InUse struct {
	Type string `json:"type"`
	Used Used   `json:"used"`
	File string `json:"file,omitempty"` // empty: none
}

// Used is which configuration a program works with.
type Used string

// The configurations.
const (
	UsesNone     Used = "none"      // there is no file
	UsesFile     Used = "file"      // the one that was named, or the one in its usual place
	UsesLastGood Used = "last-good" // the last one that worked: the file has become useless
)

// The types of the lines.
const (
	SettingType = "setting"
	ProblemType = "error"
	WarningType = "warning"
	InUseType   = "configuration"
)
