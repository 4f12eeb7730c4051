package cmdline

import (
	"github.com/urfave/cli/v2"
)

// Reread reads the command line, the environment and the configuration file of the program
// again, and passes the settings to use. It returns the error of reading or that of use. c
// must be a new description of the program.
func (e *Env) Reread(c Command, use func(*cli.Context) error) error {
	p := newProgram(c, e)
	p.args = e.args
	app := p.app(c, func(string, Command) cli.ActionFunc {
		return func(ctx *cli.Context) error {
			if err := p.readSettings(ctx, c); err != nil {
				return err
			}
			return use(ctx)
		}
	})
	return app.RunContext(e.Context, p.args)
}
