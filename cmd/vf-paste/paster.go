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

// clipboards are tried when no method takes a text.
var clipboards = []string{"wl-copy", "xclip", "xsel", "pbcopy"}

// paster delivers texts one after the other.
type paster struct {
	env    *cmdline.Env
	chain  *paste.Chain
	rescue paste.Session
	report report
	bubble *notify.Bubble // nil: no notifications

	method string // that took the last text
	said   string // by that method, where each delivery replaces the one before
	begun  bool

	joinWithin time.Duration        // after which a dictation is no sequel of the one before
	followed   bool                 // what it comes behind is known
	rules      *dictation.Dictation // whose edits these are

	kept   []string // texts that no method took
	place  string   // where they are, "on the clipboard" or "in FILE"
	file   string   // which has them, if any
	failed bool     // an item was bad or failed earlier in the pipeline
	lost   error    // why texts were not delivered
}

func newPaster(env *cmdline.Env, c *cli.Context) (*paster, error) {
	p := &paster{env: env, rescue: session(env, c), joinWithin: c.Duration("join-within")}
	var err error
	if p.chain, p.lost, err = open(env, c); err != nil {
		return nil, err
	}
	if p.lost != nil && cmdline.IsTerminal(env.Stderr) { // elsewhere the end tells, in one line
		env.Log.Warn().Msg(p.lost.Error() + "; what is said meanwhile is kept")
	}
	if c.Bool("report") {
		if err := env.NeedOutput(); err != nil {
			_ = p.chain.Close()
			return nil, err
		}
		if first, _ := p.chain.First(); first.Name == "stdout" {
			_ = p.chain.Close()
			return nil, cmdline.Exit(exitcode.Usage, errors.New("--report writes to standard output, where the text goes: choose another --method"))
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

// put makes an edit at the target.
func (p *paster) put(id int, e dictation.Edit) error {
	erased := p.erase(e.Delete)
	if e.Kept > 0 {
		p.env.Log.Warn().Int("characters", e.Kept).Msg("what was delivered before cannot be taken back this way: undo it in the program")
	}
	if !p.rescue.Newlines {
		// One for one, so that as many characters can be taken back.
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
	d := &event.Delivery{ID: id, Characters: utf8.RuneCountInString(e.Insert), Erased: erased, Failed: messages(outcome.Failed)}
	switch {
	case err == nil:
		if outcome.Method.Name != p.method {
			p.method, p.said = outcome.Method.Name, ""
		}
		p.said += e.Insert
		p.begun = true
		d.Method, d.Verified = p.method, outcome.Verified
		p.remember(p.rules.Tail())
	default:
		if p.lost == nil {
			p.lost = err // later texts find no method any more
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

// text is what a method gets for an insertion.
func (p *paster) text(m paste.Method, insert string) string {
	switch {
	case m.Lines:
		return strings.TrimSpace(insert)
	case m.Replaces && m.Name == p.method:
		return p.said + insert
	case m.Replaces:
		return strings.TrimLeft(insert, " ")
	}
	return insert
}

// erase takes back what was delivered, as far as the method can.
func (p *paster) erase(n int) int {
	if n == 0 {
		return 0
	}
	runes := []rune(p.said)
	rest := string(runes[:max(len(runes)-n, 0)])
	if m, ok := p.chain.First(); ok && m.Replaces {
		p.said = rest // the next delivery is without it
		return n
	}
	if err := p.chain.Erase(p.env.Context, n); err != nil {
		p.env.Log.Warn().Int("characters", n).Msg(err.Error() + ": undo it in the program")
		return 0
	}
	p.said = rest
	return n
}

// keep saves what no method took: on the clipboard, with all that was not
// delivered before, or else in a file, of the user's or at least among the
// temporary ones. It returns where.
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

// moved notes the file that has all of what was kept, and returns its path.
func (p *paster) moved(path string) string {
	if p.file != "" {
		_ = os.Remove(p.file) // the new one has all of it
	}
	p.file, p.place = path, "in "+path
	return path
}

// verdict is the error at the end, if any.
func (p *paster) verdict() error {
	switch {
	case p.lost != nil && p.place == "": // there was no text
		return cmdline.Exit(exitcode.NoTarget, p.lost)
	case p.lost != nil:
		p.notify("text not delivered", "it is "+p.place, true)
		return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("the text was not delivered: %w; it is %s", p.lost, p.place))
	case p.failed:
		p.notify("dictation", "a part could not be recognised", true)
		return cmdline.Exit(exitcode.SomeFailed, nil)
	case p.begun:
		p.notify("dictation", "done", false)
	}
	return nil
}

// notify shows a message. That it could not is told once.
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
