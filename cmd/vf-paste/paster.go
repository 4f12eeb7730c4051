package main

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

// paster delivers texts in order.
type paster struct {
	env    *cmdline.Env
	flags  *cli.Context
	chain  *paste.Chain
	rescue paste.Session
	report report
	bubble *bubble              // nil: no notifications
	rules  *dictation.Dictation // makes the edits

	joinWithin     time.Duration // how soon after the last dictation this one continues it
	eraseCancelled bool
	newlineAtEnd   bool
	partial        string // what to do with the text so far
	input          string // what the input is
	warned         bool   // that the text so far is not typed
	history        history
	folders        func() []string // for undelivered text; see keepFolders

	// The rest is about the current dictation.
	now       *dictating
	inSession bool     // it has begun, and not ended
	followed  bool     // follow was called
	before    previous // the dictation before it
	typed     typed    // what it has put into the window
	ahead     ahead    // what was typed before its transcript came
	final     int      // the last utterance whose transcript has come
	finalEnd  float64  // its end, in seconds
	record    draft    // its text, for the history
	saved     entry    // the text of the one before it, once it is in the history
	takenBack bool     // it was cancelled, and takeBack has run

	method    string // the method that accepted the last text
	delivered []byte // the whole text on the clipboard so far, if that method replaces it
	begun     bool

	keeper           // undelivered texts
	itemFailed bool  // an item was invalid or failed earlier in the pipeline
	lost       error // why texts were not delivered
	unopened   error // why no method could be opened
	failed     error // of an earlier dictation, which was reported
	brokenOff  bool  // the stream is not whole, which was logged
}

func newPaster(env *cmdline.Env, c *cli.Context, folders func() []string) (*paster, error) {
	p := &paster{
		env: env, flags: c, rescue: session(env, c), joinWithin: c.Duration("join-within"), final: noID,
		eraseCancelled: c.Bool("erase-cancelled"), newlineAtEnd: c.Bool("final-newline"), partial: c.String("partial"),
		input:   c.String("input"),
		history: history{most: c.Int("history")}, folders: folders,
	}
	var err error
	if p.chain, p.unopened, err = open(env, c); err != nil {
		return nil, err
	}
	p.lost = p.unopened
	if p.lost != nil && cmdline.IsTerminal(env.Stderr) { // otherwise the final error is enough
		env.Log.Warn().Msg(p.lost.Error() + "; your text will be kept")
	}
	if c.Bool("report") {
		if first, _ := p.chain.First(); first.Name == "stdout" {
			_ = p.chain.Close()
			return nil, cmdline.Exit(exitcode.Usage,
				errors.New("--report cannot share standard output with the text: choose another --method"))
		}
		// Without an output for the report, the text is still delivered.
		if p.report.err = env.NeedOutput(); p.report.err == nil {
			p.report.lines = event.NewWriter(cmdline.Shown(env.Stdout))
		}
	}
	if c.Bool("notify") || p.partial == partialNotify {
		p.bubble = openBubble(env.Log, c.Bool("notify"))
	}
	return p, nil
}

// put applies an edit to the target. The only error is that of an interrupt.
func (p *paster) put(id int, e dictation.Edit) error {
	started := time.Now()
	d := &event.Delivery{ID: id, Characters: characters(e.Insert)}
	e, d.Erased = p.catchUp(id, e)
	d.Erased += p.erase(p.now.ctx, e.Delete)
	if e.Kept > 0 {
		p.env.Log.Warn().Int("characters", e.Kept).
			Msg("cannot take back earlier text with this method: undo it in the program")
	}
	switch {
	case p.cancelled():
		return nil
	case e.Insert != "":
		if err := p.insert(d, e.Insert); err != nil || p.cancelled() && d.Method == "" {
			return err
		}
	case d.Characters > 0: // all of it was typed ahead
		d.Method = p.method
	case d.Erased > 0:
		p.remember(p.rules.Tail())
		return nil
	default:
		return nil
	}
	if d.Method != "" {
		p.begun = true
		p.remember(p.rules.Tail())
		if !p.now.marked {
			p.saveSoon() // the end of the stream may never come
		}
	}
	d.Seconds = time.Since(started).Seconds()
	p.env.Metrics.Info().EmbedObject(logrecord.Delivery).Int(logrecord.FieldID, id).Str(logrecord.FieldMethod, d.Method).
		Int(logrecord.FieldCharacters, d.Characters).Float64(logrecord.FieldSeconds, d.Seconds).Msg("delivered")
	p.report.write(d)
	return nil
}

// insert delivers a text, or keeps it.
func (p *paster) insert(d *event.Delivery, text string) error {
	text = p.plain(text)
	outcome, err := p.chain.Deliver(p.now.ctx, func(m paste.Method) string { return p.text(m, text) })
	d.Failed = messages(outcome.Failed)
	switch {
	case err == nil:
		d.Method, d.Verified = outcome.Method.Name, outcome.Verified
		p.arrived(outcome.Method, text)
		return nil
	case p.cancelled():
		p.stopped(paste.Typed(err))
		return nil
	}
	if p.lost == nil {
		p.lost = err // no method works for later texts
	}
	first := p.where == ""
	d.Kept = p.keep(text)
	if first && p.where != "" {
		p.notify("text not delivered", "it is kept "+p.where, true)
	}
	return p.env.Context.Err()
}

// plain returns a text without line breaks, unless they are allowed. It replaces them one
// for one, so that the number of characters to delete stays right.
func (p *paster) plain(text string) string {
	if p.rescue.Newlines {
		return text
	}
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(text)
}

// arrived notes a text that a method has delivered.
func (p *paster) arrived(m paste.Method, text string) {
	if m.Name != p.method {
		p.method, p.delivered = m.Name, nil
	}
	if m.Replaces {
		p.delivered = append(p.delivered, text...)
	}
	p.typed.count(m.Name, p.place(), characters(text))
	if p.history.most > 0 {
		p.record.add(text)
	}
}

// text returns what to pass to a method for an insertion.
func (p *paster) text(m paste.Method, insert string) string {
	switch {
	case m.Lines:
		return strings.TrimSpace(insert)
	case m.Replaces && m.Name == p.method:
		return string(p.delivered) + insert
	case m.Replaces:
		return strings.TrimLeft(insert, " ")
	}
	return insert
}

// erase takes back n delivered characters, if the method can. It returns how many it
// has taken back.
func (p *paster) erase(ctx context.Context, n int) int {
	if n == 0 {
		return 0
	}
	if m, ok := p.chain.First(); !ok || !m.Replaces { // otherwise the next delivery leaves them out
		if err := p.chain.Erase(ctx, n); err != nil {
			if ctx.Err() == nil {
				p.env.Log.Warn().Int("characters", n).Msg(err.Error() + ": undo it in the program")
			}
			n = paste.Typed(err) // Backspaces
		}
	}
	p.delivered = cutRunes(p.delivered, n)
	p.typed.characters = max(p.typed.characters-n, 0)
	p.record.cut(n)
	return n
}

// cutRunes returns a text without its last n characters.
func cutRunes(text []byte, n int) []byte {
	for ; n > 0 && len(text) > 0; n-- {
		_, size := utf8.DecodeLastRune(text)
		text = text[:len(text)-size]
	}
	return text
}

// notify shows what became of a dictation.
func (p *paster) notify(title, body string, urgent bool) { p.bubble.result(title, body, urgent) }

func (p *paster) close() {
	_ = p.chain.Close()
	p.bubble.close()
}
