package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/prose"
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/paste"
)

// lastCommand delivers a text again.
func lastCommand(folders func() []string) cmdline.Command {
	return cmdline.Command{
		Name: "last", ArgsUsage: "[N]", Usage: "deliver a text of the history again: the last, or the Nth last",
		Description: `Examples:

  vf-paste last                      type the last dictation again
  vf-paste last 2                    type the one before it
  vf-paste last --method wl-copy     put it on the clipboard`,
		Flags:  deliveryFlags(),
		Action: func(env *cmdline.Env, c *cli.Context) error { return deliverLast(env, c, folders) },
	}
}

// historyCommand lists or removes the texts.
func historyCommand() cmdline.Command {
	return cmdline.Command{
		Name: "history", Usage: "list the texts kept by --history",
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write JSON lines"}},
		Action: listHistory,
		Subcommands: []cmdline.Command{{
			Name: "clear", Usage: "remove all texts from the history",
			Action: func(*cmdline.Env, *cli.Context) error {
				return change(func([]entry) []entry { return nil })
			},
		}},
	}
}

func listHistory(env *cmdline.Env, c *cli.Context) error {
	all, err := readHistory()
	if err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	lines := json.NewEncoder(cmdline.Shown(env.Stdout))
	lines.SetEscapeHTML(false)
	for i, e := range all {
		number := len(all) - i
		if c.Bool("json") {
			err = lines.Encode(struct {
				Type   string    `json:"type"`
				Number int       `json:"number"`
				Time   time.Time `json:"time"`
				Text   string    `json:"text"`
			}{"history", number, e.Time, e.Text})
		} else {
			when := e.Time.Local().Format(time.DateTime)
			_, err = fmt.Fprintf(cmdline.Shown(env.Stdout), "%4d  %s  %s\n", number, when, paste.Clean(e.Text))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// recalled returns the text that the user means.
func recalled(c *cli.Context) (string, error) {
	n := 1
	if c.NArg() > 1 {
		return "", cmdline.Exit(exitcode.Usage, errors.New("last: want one number"))
	}
	if arg := c.Args().First(); arg != "" {
		var err error
		if n, err = strconv.Atoi(arg); err != nil || n < 1 {
			return "", cmdline.Exit(exitcode.Usage, fmt.Errorf("last: %q is not a number from 1", arg))
		}
	}
	all, err := readHistory()
	switch {
	case err != nil:
		return "", cmdline.Exit(exitcode.Input, err)
	case len(all) == 0:
		return "", cmdline.Exit(exitcode.SomeFailed,
			errors.New("the history is empty: vf-paste keeps texts only with --history N"))
	case n > len(all):
		return "", cmdline.Exit(exitcode.SomeFailed,
			fmt.Errorf("the history has only %s: list them with: vf-paste history", prose.Count(len(all), "text")))
	}
	return all[len(all)-n].Text, nil
}

func deliverLast(env *cmdline.Env, c *cli.Context, folders func() []string) error {
	if err := errors.Join(inherit(c), c.Set("partial", partialOff)); err != nil {
		return err
	}
	if err := mistakes(c); err != nil {
		return err
	}
	text, err := recalled(c)
	if err != nil {
		return err
	}
	p, err := newPaster(env, c, folders)
	if err != nil {
		return err
	}
	defer p.close()
	p.history = history{} // it is there already
	first, _ := p.chain.First()
	clean := paste.Clean
	if c.Bool("allow-newlines") {
		clean = paste.CleanLines
	}
	if p.rules, err = dictation.New(dictation.Options{
		AppendSpace: c.Bool("append-space"), NoDelete: first.Lines, Clean: clean,
	}); err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	p.plainText()
	p.follow()
	return p.finish(p.put(0, p.rules.AddText(text)))
}

// inherit gives the flags before the name of a subcommand to those of the subcommand that
// are not set.
func inherit(c *cli.Context) error {
	set := map[string]bool{}
	for _, name := range c.LocalFlagNames() {
		set[name] = true
	}
	for _, parent := range c.Lineage()[1:] {
		for _, name := range parent.LocalFlagNames() {
			if set[name] || c.Value(name) == nil {
				continue
			}
			values := []string{fmt.Sprint(parent.Value(name))}
			if list, ok := parent.Value(name).(cli.StringSlice); ok {
				values = list.Value()
			}
			for _, v := range values {
				if err := c.Set(name, v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
