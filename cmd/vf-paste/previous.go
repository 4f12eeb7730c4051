package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"voiceflow/internal/wholefile"
	"voiceflow/pkg/dictation"
)

// previous records where the last dictation went and how it ended, so that the next
// process can put a space before its text.
type previous struct {
	Time  time.Time `json:"time"`
	Place string    `json:"place"`
	Tail  string    `json:"tail"` // see dictation.Tail; contains none of the text
}

func previousPath() string { return filepath.Join(xdg.StateHome, "voiceflow", "last-dictation.json") }

// follow tells the rules, before the first utterance, what the text follows.
func (p *paster) follow(rules *dictation.Dictation) {
	if p.followed {
		return
	}
	p.followed = true
	var last previous
	data, err := os.ReadFile(previousPath())
	if err != nil || json.Unmarshal(data, &last) != nil {
		return // there is no previous dictation
	}
	first, ok := p.chain.First()
	if age := time.Since(last.Time); !ok || age < 0 || age >= p.joinWithin {
		return
	}
	if place := p.rescue.Place(p.env.Context, first); place != "" && place == last.Place {
		rules.Follow(last.Tail)
	}
}

// remember records where a text went and how it ended. A failure to do so costs only a
// space, so it is ignored.
func (p *paster) remember(tail string) {
	if p.joinWithin <= 0 {
		return
	}
	first, _ := p.chain.First()
	place := p.rescue.Place(p.env.Context, first)
	if place == "" {
		return
	}
	data, err := json.Marshal(previous{Time: time.Now(), Place: place, Tail: tail})
	if err == nil && os.MkdirAll(filepath.Dir(previousPath()), 0o700) == nil {
		_ = wholefile.Write(previousPath(), data, 0o600)
	}
}
