package tool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
	"github.com/pelletier/go-toml/v2"
	"github.com/urfave/cli/v2"
)

// commonFlags are made anew for each run, like the program's own.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "config", EnvVars: []string{"VOICEFLOW_CONFIG"}, TakesFile: true,
			Usage:       "configuration `FILE`",
			DefaultText: "$XDG_CONFIG_HOME/voiceflow/config.toml, if there",
		},
		&cli.StringFlag{
			Name: "log-level", EnvVars: []string{"VOICEFLOW_LOG_LEVEL"}, Value: "standard",
			Usage: "`LEVEL` of what is logged to standard error: minimal, standard, verbose or monitoring",
		},
		&cli.StringFlag{
			Name: "log-file", EnvVars: []string{"VOICEFLOW_LOG_FILE"}, TakesFile: true,
			Usage: "log to this `FILE` too, as JSON lines with what each utterance cost, rotated at 10 MB; to PROGRAM.log in it, where it is a folder or ends with /",
		},
	}
}

// nameVariables gives each flag of a program its environment variable:
// --min-speech of vf-vad is VOICEFLOW_VAD_MIN_SPEECH. A flag that has one of
// its own keeps it as well.
func nameVariables(program string, flags []cli.Flag) {
	for _, f := range flags {
		name := "VOICEFLOW_" + strings.TrimPrefix(program, "vf-") + "_" + f.Names()[0]
		name = strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		switch f := f.(type) {
		case *cli.StringFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.StringSliceFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.IntFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.Float64Flag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.DurationFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.BoolFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		default:
			panic(fmt.Sprintf("flag --%s: a kind of flag that has no environment variable yet", f.Names()[0]))
		}
	}
}

// applyConfig fills the flags that neither the command line nor the
// environment sets from the configuration file: keys that all programs share
// at the top, the program's own in a section named as it is without "vf-".
func applyConfig(ctx *cli.Context, program string) error {
	path, named := ctx.String("config"), ctx.IsSet("config")
	if !named {
		path = filepath.Join(xdg.ConfigHome, "voiceflow", "config.toml")
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil
	}
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	var file map[string]any
	if err := toml.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("configuration %s: %s", path, tomlPlace(err))
	}
	section := strings.TrimPrefix(program, "vf-")
	for key, value := range file {
		keys, isSection := value.(map[string]any)
		switch {
		case !isSection:
			err = setFlag(ctx, key, value)
		case key == section:
			for key, value := range keys {
				if err = setFlag(ctx, key, value); err != nil {
					break
				}
			}
		}
		if err != nil {
			return fmt.Errorf("configuration %s: %w", path, err)
		}
	}
	return nil
}

func tomlPlace(err error) string {
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		line, column := syntax.Position()
		return fmt.Sprintf("line %d, column %d: %s", line, column, syntax.Error())
	}
	return err.Error()
}

func setFlag(ctx *cli.Context, key string, value any) error {
	if !known(key, ctx.App.Flags, ctx.App.Commands) || key == "config" || key == "help" || key == "version" {
		return fmt.Errorf("unknown key %q; %s --help lists the flags, which are the keys", key, ctx.App.Name)
	}
	if !applies(key, ctx) || ctx.IsSet(key) {
		return nil
	}
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	for _, v := range values {
		if err := ctx.Set(key, fmt.Sprint(v)); err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
	}
	return nil
}

// known tells whether a program has a flag, be it one of a subcommand that is
// not the one being run.
func known(key string, flags []cli.Flag, commands []*cli.Command) bool {
	for _, f := range flags {
		if f.Names()[0] == key {
			return true
		}
	}
	for _, c := range commands {
		if known(key, c.Flags, c.Subcommands) {
			return true
		}
	}
	return false
}

// applies tells whether the command being run, or one above it, has a flag.
func applies(key string, ctx *cli.Context) bool {
	for _, c := range ctx.Lineage() {
		if c.Command != nil && known(key, c.Command.Flags, nil) {
			return true
		}
	}
	return false
}
