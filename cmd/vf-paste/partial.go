package main

import (
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/event"
	"voiceflow/pkg/paste"
)

// The values of --partial.
const (
	partialOff    = "off"
	partialType   = "type"
	partialNotify = "notify"
)

// noID is less than the number of any utterance.
const noID = -1

// ahead is what has been typed of an utterance before its transcript has arrived.
type ahead struct {
	active bool
	id     int
	text   string // as the rules insert it
	place  string
	over   bool // no more of this utterance is typed before its transcript
}

// showPartial shows what has been recognised of an utterance so far.
func (p *paster) showPartial(r *event.Partial) {
	if r.ID < p.final || r.ID == p.final && r.End <= p.finalEnd {
		return // the transcript was first
	}
	switch p.partial {
	case partialNotify:
		p.bubble.progress(paste.Clean(r.Stable + r.Unstable))
	case partialType:
		p.typeAhead(r)
	}
}

// showFinal notes the transcript of an utterance.
func (p *paster) showFinal(r *event.Transcript) {
	if r.ID >= p.final {
		p.final, p.finalEnd = r.ID, r.End
	}
	if p.partial == partialNotify {
		p.bubble.progress(paste.Clean(r.Text))
	}
}

// typeAhead types what is certain of an utterance.
func (p *paster) typeAhead(r *event.Partial) {
	if p.ahead.active && p.ahead.id != r.ID {
		return // the transcript of that one comes first
	}
	if !p.ahead.active {
		p.ahead = ahead{active: true, id: r.ID, over: !p.typesAhead()}
	}
	if p.ahead.over {
		return
	}
	p.follow()
	next := p.rules.Preview(r.Stable)
	same := dictation.CommonPrefix(p.ahead.text, next)
	if same == len(p.ahead.text) && same == len(next) {
		return
	}
	place := p.place()
	if p.ahead.text == "" {
		p.ahead.place = place
	}
	if place != p.ahead.place || !p.cutAhead(same) || !p.addAhead(next[same:]) {
		p.giveUp()
	}
}

// typesAhead reports whether the next text goes to a method that can correct it.
func (p *paster) typesAhead() bool {
	first, ok := p.chain.First()
	if ok && p.chain.CanErase() {
		return true
	}
	if ok && !p.warned {
		p.warned = true
		p.env.Log.Warn().Msg(first.Name + " cannot take text back, so each text is delivered when it is complete")
	}
	return false
}

// cutAhead takes back all but the first bytes of the text typed ahead.
func (p *paster) cutAhead(keep int) bool {
	n := characters(p.ahead.text[keep:])
	if p.erase(p.now.ctx, n) < n {
		return false
	}
	p.ahead.text = p.ahead.text[:keep]
	return true
}

// addAhead types more of the utterance.
func (p *paster) addAhead(text string) bool {
	if text == "" {
		return true
	}
	err := p.chain.Add(p.now.ctx, p.plain(text))
	if err != nil {
		p.stopped(paste.Typed(err))
		return false
	}
	first, _ := p.chain.First()
	p.arrived(first, text)
	p.ahead.text += text
	return true
}

// giveUp leaves what was typed ahead as it is, since it is not certain where the cursor
// is. The whole text is delivered when it is complete.
func (p *paster) giveUp() {
	p.record.cut(characters(p.ahead.text))
	p.ahead.text, p.ahead.over = "", true
}

// dropAhead takes back what was typed ahead of an utterance that has no transcript.
func (p *paster) dropAhead(id int) {
	if p.ahead.active && p.ahead.id == id {
		p.catchUp(id, dictation.Edit{})
	}
}

// catchUp ends the text typed ahead of an utterance, and returns what is left to do of the
// edit that its transcript asks for, and how many characters it has taken back.
func (p *paster) catchUp(id int, e dictation.Edit) (dictation.Edit, int) {
	now := p.ahead
	if !now.active {
		return e, 0
	}
	same := 0
	if id == now.id && e.Delete == 0 {
		same = dictation.CommonPrefix(now.text, e.Insert)
	}
	if now.text != "" && p.place() != now.place || !p.cutAhead(same) {
		p.giveUp()
		p.ahead = ahead{}
		return e, 0
	}
	p.ahead = ahead{}
	e.Insert = e.Insert[same:]
	return e, characters(now.text[same:])
}
