// Vf-paste delivers text to where the user is typing.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var names []string
	for _, m := range paste.Methods() {
		names = append(names, m.Name)
	}
	return tool.Run(tool.Command{
		Name:  "vf-paste",
		Usage: "type or paste text into the focused window",
		Description: `Reads transcripts from vf-transcribe, or plain text, from standard input and
delivers each as it comes. Control characters are taken out: a transcript can
never press Enter or run a command.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "method", Value: "auto",
				Usage: "`METHOD` of delivery: auto (the first that works here), " + strings.Join(names, ", ")},
		},
		Action: deliver,
	}, args, stdin, stdout, stderr)
}

func deliver(env *tool.Env, c *cli.Context) error {
	method, err := paste.Choose(c.String("method"), os.Getenv, exec.LookPath)
	switch {
	case errors.Is(err, paste.ErrUnknownMethod):
		return tool.Exit(tool.Usage, err)
	case err != nil:
		return tool.Exit(tool.NoTarget, err)
	}
	method.Out = env.Stdout
	env.Log.Debug().Str("method", method.Name).Msg("delivering")
	p := &paster{env: env, method: method}
	in := bufio.NewReader(env.Stdin)
	first, err := in.Peek(1)
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return tool.InputError("standard input", err)
	case first[0] == '{':
		return p.transcripts(event.NewReader(in))
	}
	return p.lines(in)
}

// paster delivers texts one after the other.
type paster struct {
	env    *tool.Env
	method *paste.Method
	said   string // all so far, where each delivery replaces the one before
	begun  bool
	failed bool // an item was bad or failed earlier in the pipeline
}

func (p *paster) transcripts(in *event.Reader) error {
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Transcript:
			if err := p.text(r.Text); err != nil {
				return err
			}
		case *event.Failure:
			p.failed = true
			p.env.Log.Error().Int("id", r.ID).Str("file", r.File).Msg("not transcribed: " + r.Error)
		case *event.SyntaxError:
			p.failed = true
			p.env.Log.Error().Msg("standard input: " + r.Error())
		}
	}
	if err := in.Err(); err != nil {
		return tool.InputError("standard input", err)
	}
	if p.failed {
		return tool.Exit(tool.SomeFailed, nil)
	}
	return nil
}

// lines delivers plain text a line at a time.
func (p *paster) lines(in *bufio.Reader) error {
	for {
		line, err := in.ReadString('\n')
		if terr := p.text(line); terr != nil {
			return terr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return tool.InputError("standard input", err)
		}
	}
}

// text delivers one text, a space apart from the one before.
func (p *paster) text(text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	switch {
	case p.method.Tool == "": // standard output: a line each
	case p.method.Replaces && p.begun:
		text = p.said + " " + text
	case p.begun:
		text = " " + text
	}
	if p.method.Replaces {
		p.said = text
	}
	p.begun = true
	if err := p.method.Deliver(p.env.Context, text); err != nil {
		return tool.Exit(tool.NoTarget, fmt.Errorf("the text was not delivered: %w", err))
	}
	return nil
}
