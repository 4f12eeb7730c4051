package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/paste"
)

// previous records where the last dictation went and how it ended, so that the next
// process can put a space before its text.
type previous struct {
	Time  time.Time `json:"time"`
	Place string    `json:"place"`
	Tail  string    `json:"tail"` // see dictation.Tail; contains none of the text
}

// previousPaths are the files for the record. The second is for a user whose state
// folder cannot be written.
func previousPaths() (paths []string) {
	for _, folder := range []string{xdg.StateHome, xdg.RuntimeDir} {
		if folder != "" {
			paths = append(paths, filepath.Join(folder, "voiceflow", "last-dictation.json"))
		}
	}
	return paths
}

func readPrevious() (last previous) {
	for _, path := range previousPaths() {
		var p previous
		data, err := openfile.ReadAll(path, 64<<10)
		if err == nil && json.Unmarshal(data, &p) == nil && p.Time.After(last.Time) {
			last = p
		}
	}
	return last
}

// write records it. A failure to do so costs only a space, so it is ignored.
func (last previous) write() {
	data, err := json.Marshal(last)
	if err != nil {
		return
	}
	for _, path := range previousPaths() {
		if os.MkdirAll(filepath.Dir(path), 0o700) == nil && wholefile.Write(path, data, 0o600) == nil {
			return
		}
	}
}

// follow tells the rules, before the first utterance of a dictation, what the text
// follows.
func (p *paster) follow() {
	if p.followed {
		return
	}
	p.followed = true
	p.before = readPrevious()
	age := time.Since(p.before.Time)
	if age >= 0 && age < p.joinWithin && paste.SamePlace(p.place(), p.before.Place) {
		p.rules.Follow(p.before.Tail)
	}
}

// place returns where the next text goes, if anything depends on it.
func (p *paster) place() string {
	first, ok := p.chain.First()
	if !ok || p.joinWithin <= 0 && !p.eraseCancelled && p.partial != partialType {
		return ""
	}
	return p.rescue.Place(p.env.Context, first)
}

// remember records where a text went and how it ended.
func (p *paster) remember(tail string) {
	if p.joinWithin > 0 && p.typed.place != "" {
		previous{Time: time.Now(), Place: p.typed.place, Tail: tail}.write()
	}
}

// restore records what was before this dictation, of which nothing is left.
func (p *paster) restore() {
	if p.joinWithin > 0 {
		p.before.write()
	}
}
