package main

import (
	"bufio"
	"errors"
	"io"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

func deliver(env *cmdline.Env, c *cli.Context) error {
	if env.Idle() {
		return env.ShowUsage(c, examples)
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
	if c.Bool("final-newline") && !c.Bool("allow-newlines") {
		return cmdline.Exit(exitcode.Usage,
			errors.New("--final-newline presses Enter at the end: add --allow-newlines, or leave it out"))
	}
	p, err := newPaster(env, c)
	if err != nil {
		return err
	}
	defer p.close()
	first, _ := p.chain.First()
	options.NoDelete = first.Lines
	rules, err := dictation.New(options)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	p.rules = rules
	if err := read(env, p, rules); err != nil {
		if p.place != "" {
			env.Log.Warn().Msg("the text was not delivered, but is kept " + p.place)
		}
		return err
	}
	if c.Bool("final-newline") && p.begun {
		if err := p.put(0, dictation.Edit{Insert: "\n"}); err != nil {
			return err
		}
		p.remember("")
	}
	return p.verdict()
}

// read delivers the input: transcripts or plain text.
func read(env *cmdline.Env, p *paster, rules *dictation.Dictation) error {
	in := bufio.NewReader(env.Stdin)
	first, err := in.Peek(1)
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return exitcode.InputError("standard input", err)
	case first[0] == '{':
		return transcripts(env, p, rules, event.NewReader(in))
	}
	return lines(p, rules, in)
}

func transcripts(env *cmdline.Env, p *paster, rules *dictation.Dictation, in *event.Reader) error {
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Transcript:
			p.follow(rules)
			if err := p.put(r.ID, rules.Add(r)); err != nil {
				return err
			}
		case *event.Failure:
			p.itemFailed = true
			env.Log.Error().Int("id", r.ID).Str("file", r.File).Msg("not transcribed: " + r.Error)
		case *event.SyntaxError:
			p.itemFailed = true
			env.Log.Error().Msg("standard input: " + r.Error())
		}
	}
	if err := in.Err(); err != nil {
		return exitcode.InputError("standard input", err)
	}
	return nil
}

// lines delivers plain text line by line.
func lines(p *paster, rules *dictation.Dictation, in *bufio.Reader) error {
	for id := 0; ; id++ {
		line, err := in.ReadString('\n')
		p.follow(rules)
		if perr := p.put(id, rules.AddText(line)); perr != nil {
			return perr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return exitcode.InputError("standard input", err)
		}
	}
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
