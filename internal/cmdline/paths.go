package cmdline

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/config"
	"voiceflow/internal/openfile"
)

// expandPaths replaces a leading ~ by the user's home in all flags that take
// paths. Shells leave it alone in --flag=~/x and in environment variables. It also
// makes /dev/stdout lead to the caller's standard output; see package streams.
func expandPaths(ctx *cli.Context) error {
	for _, c := range ctx.Lineage() {
		if c.Command == nil {
			continue
		}
		for _, f := range c.Command.Flags {
			if err := expandFlag(c, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func expandFlag(ctx *cli.Context, f cli.Flag) error {
	name := f.Names()[0]
	switch f := f.(type) {
	case *cli.StringFlag:
		if !f.TakesFile || !ctx.IsSet(name) {
			return nil
		}
		path, err := expandPath(ctx.String(name))
		if err != nil {
			return &FlagError{Flag: name, Reason: fmt.Sprintf("--%s: %v", name, err)}
		}
		if path != ctx.String(name) {
			return ctx.Set(name, path)
		}
	case *cli.StringSliceFlag:
		if !f.TakesFile || !ctx.IsSet(name) {
			return nil
		}
		named := ctx.StringSlice(name)
		paths := slices.Clone(named)
		for i := range paths {
			var err error
			if paths[i], err = expandPath(paths[i]); err != nil {
				return &FlagError{Flag: name, Reason: fmt.Sprintf("--%s: %v", name, err)}
			}
		}
		if !slices.Equal(paths, named) {
			return ctx.Set(name, cli.NewStringSlice(paths...).Serialize()) // Serialize: replace, do not append
		}
	}
	return nil
}

func expandPath(path string) (string, error) {
	path, err := config.ExpandHome(path)
	if err != nil || path == "" || path == "-" {
		return path, err
	}
	// Also through a link, such as a log file's. Whoever opens the path reports errors.
	if target, err := openfile.Resolve(path); err == nil && openfile.IsDescriptor(target, 1) {
		return openfile.DescriptorPath(int(streams.Stdout().Fd())), nil
	}
	return path, nil
}

// OutputName returns what messages call a file to write, whose path comes from a flag.
func OutputName(path string) string {
	if path == openfile.DescriptorPath(int(streams.Stdout().Fd())) {
		return "standard output"
	}
	return path
}
