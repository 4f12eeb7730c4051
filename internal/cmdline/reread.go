package cmdline

import (
	"github.com/urfave/cli/v2"
)

// Reread reads the command line, the environment and the configuration file of the program
// again, and passes the settings to use. It returns the error of reading or that of use. c
// must be a new description of the program.
func (e *Env) Reread(c Command, use func(*cli.Context) error) error {
	p := &program{name: c.Name, command: c, env: e, args: e.args}
	p.nameVariables(c, nil)
	p.flags = append(p.describe(c, ""), p.describe(Command{Flags: commonFlags()}, "")...)
	app := p.app(c, func(string, Command) cli.ActionFunc {
		return func(ctx *cli.Context) error {
			if err := expandPaths(ctx); err != nil {
				return err
			}
			if err := p.configure(ctx, [][]string{p.args}); err != nil {
				return err
			}
			p.warnOfLastGood()
			return use(ctx)
		}
	})
	return app.RunContext(e.Context, p.args)
}
