package main

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/paste"
)

func deliver(env *cmdline.Env, c *cli.Context, folders func() []string) error {
	if env.Idle() {
		return env.ShowUsage(c, examples)
	}
	if err := mistakes(c); err != nil {
		return err
	}
	options := dictation.Options{
		AppendSpace: c.Bool("append-space"), Capitalise: c.Bool("capitalise"), ReplaceFile: c.String("replacements"),
		Numbers:       c.String("numbers"),
		MinConfidence: c.Float64("min-confidence"), OnlyNew: c.Bool("only-new"), Clean: paste.Clean,
	}
	if name := c.String("commands"); filepath.Ext(name) == ".toml" {
		options.CommandFile = name
	} else {
		options.Commands = name
	}
	p, err := newPaster(env, c, folders)
	if err != nil {
		return err
	}
	defer p.close()
	first, _ := p.chain.First()
	options.NoDelete = first.Lines
	if p.rules, err = dictation.New(options); err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	return p.finish(p.read())
}

// check returns the mistakes in the flags.
func check(c *cli.Context) error {
	var wrong []error
	if !slices.Contains([]string{partialOff, partialType, partialNotify}, c.String("partial")) {
		wrong = append(wrong, cmdline.WrongValue(c, "partial", "use off, type or notify"))
	}
	if !slices.Contains([]string{inputAuto, inputText, inputLines}, c.String("input")) {
		wrong = append(wrong, cmdline.WrongValue(c, "input", "use auto, text or jsonl"))
	}
	if c.Int("history") < 0 {
		wrong = append(wrong, cmdline.WrongValue(c, "history", "use the number of texts to keep; 0 keeps none"))
	}
	return errors.Join(wrong...)
}

// mistakes also returns those in the combination of flags.
func mistakes(c *cli.Context) error {
	if err := check(c); err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	if c.Bool("final-newline") && !c.Bool("allow-newlines") {
		return cmdline.Exit(exitcode.Usage,
			errors.New("--final-newline presses Enter at the end: add --allow-newlines, or leave it out"))
	}
	return nil
}

// finish ends the last dictation. The error is that of the input.
func (p *paster) finish(err error) error {
	if err != nil {
		p.saveHistory()
		if p.unsaved {
			p.saveKept()
		}
		if p.where != "" {
			p.env.Log.Warn().Msg("the text was not delivered, but is kept " + p.where)
		}
		return err
	}
	if p.now != nil && !p.inSession && !p.brokenOff {
		return cmp.Or(p.failed, p.report.err)
	}
	p.dropAhead(p.ahead.id)
	if err := p.finalNewline(); err != nil {
		return err
	}
	p.saveHistory()
	verdict := p.verdict()
	if p.brokenOff { // what became of the dictations before says more
		return cmp.Or(p.failed, verdict, p.report.err)
	}
	return cmp.Or(verdict, p.failed, p.report.err)
}

// plainText begins a dictation without marks, which cannot be cancelled.
func (p *paster) plainText() {
	p.now, p.inSession = &dictating{ctx: p.env.Context}, true
}

// open opens the user's methods. If none works, lacks says why, and the text is kept:
// vf-record keeps recording upstream, and the text would otherwise be lost.
func open(env *cmdline.Env, c *cli.Context) (chain *paste.Chain, lacks, err error) {
	chain, err = paste.Open(session(env, c), methods(c)...)
	switch {
	case errors.Is(err, paste.ErrUnknownMethod):
		return nil, nil, cmdline.Exit(exitcode.Usage, err)
	case err != nil:
		return &paste.Chain{}, err, nil
	}
	return chain, nil, nil
}
