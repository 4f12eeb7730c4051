package main

import (
	"unicode/utf8"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

// records delivers transcripts, dictation by dictation.
func (p *paster) records(from *event.Reader) error {
	p.env.Await(from.Pending)
	in := openInbox(p.env.Context, from, p.env.CutShort)
	var stopped error
	for {
		i, ok := in.next()
		if !ok {
			break
		}
		// After an interrupt, what has been read is still kept.
		if err := p.take(i); err != nil && stopped == nil {
			stopped = err
		}
	}
	switch {
	case stopped != nil:
		return stopped
	case in.err != nil:
		return exitcode.InputError("standard input", in.err)
	case in.broken != nil:
		p.brokenOff = true
		p.env.Log.Error().Msg("standard input: " + in.broken.Error())
	case in.between:
		p.env.Log.Warn().Msg("standard input: " + event.ErrStopped.Error() + ", between two dictations")
	}
	return nil
}

// take handles one record.
func (p *paster) take(i item) error {
	if p.now != i.in {
		p.enter(i.in)
	}
	switch r := i.record.(type) {
	case *event.Mark:
		switch r.Mark {
		case event.MarkEnd:
			return p.leave()
		case event.MarkCancel:
			p.takeBack()
		}
	case *event.Partial:
		if p.now.ctx.Err() == nil {
			p.showPartial(r)
		}
	case *event.Transcript:
		if p.cancelled() {
			return nil
		}
		p.follow()
		p.showFinal(r)
		return p.put(r.ID, p.rules.Add(r))
	case *event.Failure:
		p.itemFailed = true
		p.env.Log.Error().Int("id", r.ID).Str("file", r.File).Msg("not transcribed: " + r.Error)
		p.dropAhead(r.ID)
	case *event.SyntaxError:
		p.itemFailed = true
		p.env.Log.Error().Msg("standard input: " + r.Error())
	}
	return nil
}

// cancelled reports whether the user has cancelled the current dictation.
func (p *paster) cancelled() bool { return p.now.ctx.Err() != nil && p.env.Context.Err() == nil }

// enter begins a dictation. The text before it can no longer be changed, and what may
// have been the matter with a method then may not be now.
func (p *paster) enter(next *dictating) {
	if p.now != nil && p.inSession {
		_ = p.leave() // its end is missing
	}
	if p.now != nil {
		p.now.cancel()
		p.rules.Reset()
		p.reopen()
		p.method, p.delivered = "", nil
	}
	p.now, p.inSession, p.followed, p.takenBack, p.saved = next, true, false, false, entry{}
	p.typed, p.ahead, p.final = typed{}, ahead{}, noID
}

// leave ends a dictation.
func (p *paster) leave() error {
	if p.cancelled() {
		p.takeBack()
		return nil
	}
	p.dropAhead(p.ahead.id)
	p.inSession = false
	err := p.finalNewline()
	p.saveHistory()
	p.saved, p.record = p.record.entry(), draft{}
	if verdict := p.verdict(); verdict != nil {
		p.failed = p.reported(verdict)
	}
	p.keeper, p.lost = keeper{}, nil
	p.begun, p.itemFailed = false, false
	return err
}

// finalNewline adds the newline of --final-newline.
func (p *paster) finalNewline() error {
	if !p.newlineAtEnd || !p.begun || p.lost != nil {
		return nil
	}
	if err := p.put(0, dictation.Edit{Insert: "\n"}); err != nil {
		return err
	}
	p.remember("")
	return nil
}

// typed counts the characters that the current dictation has put into one place.
type typed struct {
	method, place string
	characters    int
}

// count adds the characters of a text, or of several deliveries in the same place.
func (t *typed) count(method, place string, characters int) {
	if t.method != method || t.place != place {
		*t = typed{method: method, place: place}
	}
	t.characters += characters
}

// stopped counts what a cancelled delivery has typed.
func (p *paster) stopped(typed int) {
	if typed == 0 {
		return
	}
	first, _ := p.chain.First()
	p.typed.count(first.Name, p.place(), typed)
	p.remember("a") // a letter, most likely
}

// takeBack ends a cancelled dictation: nothing is left of it but what was typed, and not
// even that with --erase-cancelled.
func (p *paster) takeBack() {
	if p.takenBack {
		return
	}
	p.takenBack = true
	nothing := !p.now.marked && p.typed.characters == 0 && len(p.kept) == 0
	if p.eraseCancelled && p.typed.characters > 0 {
		p.eraseTyped()
	}
	p.forget(p.record.entry())
	p.forget(p.saved)
	p.discard()
	p.record, p.saved, p.inSession = draft{}, entry{}, false
	p.typed, p.ahead = typed{}, ahead{}
	p.lost, p.begun, p.itemFailed = nil, false, false
	if !nothing {
		p.bubble.cancelled()
	}
}

// eraseTyped takes back what the dictation has typed, if the window still has the focus.
func (p *paster) eraseTyped() {
	n := p.typed.characters
	why := ""
	switch place := p.place(); {
	case !p.chain.CanErase():
		why = "this method cannot take text back"
	case !paste.SamePlace(place, p.typed.place):
		why = "another window has the focus"
	case p.erase(p.env.Context, n) == n:
		p.restore()
		return
	default:
		return // erase has said so
	}
	p.env.Log.Warn().Int("characters", n).Msg("the cancelled text stays: " + why)
}

func characters(text string) int { return utf8.RuneCountInString(text) }
