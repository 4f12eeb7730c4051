package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/adrg/xdg"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
	"voiceflow/pkg/paste/notify"
)

// clipboards are tried if no method accepts a text.
var clipboards = []string{"wl-copy", "xclip", "xsel", "pbcopy"}

// paster delivers texts in order.
type paster struct {
	env    *cmdline.Env
	chain  *paste.Chain
	rescue paste.Session
	report report
	bubble *notify.Bubble // nil: no notifications

	method    string // the method that accepted the last text
	delivered string // the whole text delivered by that method so far
	begun     bool

	joinWithin time.Duration        // how soon after the last dictation this one continues it
	followed   bool                 // follow was called
	rules      *dictation.Dictation // makes the edits

	kept       []string // undelivered texts
	place      string   // where they are, "on the clipboard" or "in FILE"
	file       string   // the file with them, if any
	itemFailed bool     // an item was invalid or failed earlier in the pipeline
	lost       error    // why texts were not delivered
}

func newPaster(env *cmdline.Env, c *cli.Context) (*paster, error) {
	p := &paster{env: env, rescue: session(env, c), joinWithin: c.Duration("join-within")}
	var err error
	if p.chain, p.lost, err = open(env, c); err != nil {
		return nil, err
	}
	if p.lost != nil && cmdline.IsTerminal(env.Stderr) { // otherwise the final error is enough
		env.Log.Warn().Msg(p.lost.Error() + "; your text will be kept")
	}
	if c.Bool("report") {
		if err := env.NeedOutput(); err != nil {
			_ = p.chain.Close()
			return nil, err
		}
		if first, _ := p.chain.First(); first.Name == "stdout" {
			_ = p.chain.Close()
			return nil, cmdline.Exit(exitcode.Usage,
				errors.New("--report cannot share standard output with the text: choose another --method"))
		}
		p.report.lines = event.NewWriter(env.Stdout)
	}
	if c.Bool("notify") {
		if p.bubble, err = notify.Open(); err != nil {
			env.Log.Warn().Msg(err.Error())
		}
	}
	return p, nil
}

// put applies an edit to the target.
func (p *paster) put(id int, e dictation.Edit) error {
	erased := p.erase(e.Delete)
	if e.Kept > 0 {
		p.env.Log.Warn().Int("characters", e.Kept).
			Msg("cannot take back earlier text with this method: undo it in the program")
	}
	if !p.rescue.Newlines {
		// Replace one for one, so that the number of characters to delete stays right.
		e.Insert = strings.NewReplacer("\n", " ", "\t", " ").Replace(e.Insert)
	}
	if e.Insert == "" {
		if erased > 0 {
			p.remember(p.rules.Tail())
		}
		return nil
	}
	started := time.Now()
	outcome, err := p.chain.Deliver(p.env.Context, func(m paste.Method) string { return p.text(m, e.Insert) })
	d := &event.Delivery{
		ID: id, Characters: utf8.RuneCountInString(e.Insert), Erased: erased, Failed: messages(outcome.Failed),
	}
	switch {
	case err == nil:
		if outcome.Method.Name != p.method {
			p.method, p.delivered = outcome.Method.Name, ""
		}
		p.delivered += e.Insert
		p.begun = true
		d.Method, d.Verified = p.method, outcome.Verified
		p.remember(p.rules.Tail())
	default:
		if p.lost == nil {
			p.lost = err // no method works for later texts
		}
		first := p.place == ""
		if d.Kept, err = p.keep(e.Insert); err != nil {
			return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("the text was not delivered: %w; %w", p.lost, err))
		}
		if first {
			p.notify("text not delivered", "it is kept "+p.place, true)
		}
		if p.env.Context.Err() != nil {
			return p.env.Context.Err()
		}
	}
	d.Seconds = time.Since(started).Seconds()
	p.env.Metrics.Info().EmbedObject(logrecord.Delivery).Int(logrecord.FieldID, id).Str(logrecord.FieldMethod, d.Method).
		Int(logrecord.FieldCharacters, d.Characters).Float64(logrecord.FieldSeconds, d.Seconds).Msg("delivered")
	return p.report.write(d)
}

// text returns what to pass to a method for an insertion.
func (p *paster) text(m paste.Method, insert string) string {
	switch {
	case m.Lines:
		return strings.TrimSpace(insert)
	case m.Replaces && m.Name == p.method:
		return p.delivered + insert
	case m.Replaces:
		return strings.TrimLeft(insert, " ")
	}
	return insert
}

// erase takes back n delivered characters, if the method can. It returns how many it
// has taken back.
func (p *paster) erase(n int) int {
	if n == 0 {
		return 0
	}
	runes := []rune(p.delivered)
	rest := string(runes[:max(len(runes)-n, 0)])
	if m, ok := p.chain.First(); ok && m.Replaces {
		p.delivered = rest // the next delivery leaves them out
		return n
	}
	if err := p.chain.Erase(p.env.Context, n); err != nil {
		p.env.Log.Warn().Int("characters", n).Msg(err.Error() + ": undo it in the program")
		return 0
	}
	p.delivered = rest
	return n
}

// keep saves an undelivered text, with all earlier ones: on the clipboard, or else in a
// file in the user's state folder, or at least in the temporary folder. It returns the
// clipboard program or the file.
func (p *paster) keep(text string) (string, error) {
	p.kept = append(p.kept, strings.TrimSpace(text))
	all := strings.Join(p.kept, " ")
	if chain, err := paste.Open(p.rescue, clipboards...); err == nil {
		defer chain.Close()
		if o, err := chain.Deliver(p.env.Context, func(paste.Method) string { return all }); err == nil {
			p.place = "on the clipboard (" + o.Method.Name + ")"
			return o.Method.Name, nil
		}
	}
	path, err := paste.Keep(filepath.Join(xdg.StateHome, "voiceflow", "undelivered"), all)
	if err != nil {
		temporary := fmt.Sprintf("voiceflow-undelivered-%d", os.Getuid())
		if path, terr := paste.Keep(filepath.Join(os.TempDir(), temporary), all); terr == nil {
			return p.moved(path), nil
		}
		return "", err
	}
	return p.moved(path), nil
}

// moved records the file with all undelivered texts, and returns its path.
func (p *paster) moved(path string) string {
	if p.file != "" {
		_ = os.Remove(p.file) // the new file has all of them
	}
	p.file, p.place = path, "in "+path
	return path
}

// verdict returns the error at the end, if any.
func (p *paster) verdict() error {
	switch {
	case p.lost != nil && p.place == "": // there was no text
		return cmdline.Exit(exitcode.NoTarget, p.lost)
	case p.lost != nil:
		p.notify("text not delivered", "it is "+p.place, true)
		return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("the text was not delivered: %w; it is %s", p.lost, p.place))
	case p.itemFailed:
		p.notify("dictation", "part of it could not be recognised", true)
		return cmdline.Exit(exitcode.SomeFailed, nil)
	case p.begun:
		p.notify("dictation", "done", false)
	}
	return nil
}

// notify shows a message. It warns once if it cannot.
func (p *paster) notify(title, body string, urgent bool) {
	if p.bubble == nil {
		return
	}
	if err := p.bubble.Show(context.Background(), title, body, urgent); err != nil {
		p.env.Log.Warn().Msg(err.Error())
		_ = p.bubble.Close()
		p.bubble = nil
	}
}

func (p *paster) close() {
	_ = p.chain.Close()
	if p.bubble != nil {
		_ = p.bubble.Close()
	}
}
