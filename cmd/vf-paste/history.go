package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"voiceflow/internal/filelock"
	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// maxHistory is the maximum size of the history, in bytes.
const maxHistory = 256 << 20

// history is the user's delivered texts, one per dictation, in a file that only the user
// can read. It exists only if the user wants it.
type history struct{ most int } // how many texts to keep, 0 for none

// entry is a text in the history.
type entry struct {
	Time time.Time `json:"time"`
	Text string    `json:"text"`
}

// draft is the text of a dictation on its way into the history.
type draft struct {
	began   time.Time
	text    []byte
	changed bool          // since the history got it
	saved   time.Time     // when the history got it
	took    time.Duration // how long that took
}

// add adds a part of the text.
func (d *draft) add(part string) {
	if len(d.text) == 0 {
		d.began = time.Now()
	}
	d.text, d.changed = append(d.text, part...), true
}

// cut removes the last n characters.
func (d *draft) cut(n int) { d.text, d.changed = cutRunes(d.text, n), true }

func (d *draft) entry() entry {
	return entry{Time: d.began, Text: strings.TrimSpace(string(d.text))}
}

func historyPath() string {
	return filepath.Join(xdg.StateHome, "voiceflow", "dictations", "texts.jsonl")
}

// saveShare is how many times as long as saving takes is the least time between two
// savings within a dictation: each writes the whole text again.
const saveShare = 20

// saveSoon is saveHistory, unless the last one is too recent; the end of the dictation
// makes up for it.
func (p *paster) saveSoon() {
	if time.Since(p.record.saved) >= saveShare*p.record.took {
		p.saveHistory()
	}
}

// saveHistory adds the text of the current dictation to the history, or what has been
// added to it since.
func (p *paster) saveHistory() {
	if p.history.most <= 0 || !p.record.changed {
		return
	}
	now, started := p.record.entry(), time.Now()
	if now.Text == "" {
		return
	}
	err := change(func(all []entry) []entry {
		if i := slices.IndexFunc(all, now.same); i >= 0 {
			all[i] = now
		} else {
			all = append(all, now)
		}
		return all[max(len(all)-p.history.most, 0):]
	})
	if err != nil {
		p.env.Log.Warn().Msg("the text is not in the history: " + err.Error())
	}
	p.record.changed, p.record.saved, p.record.took = err != nil, time.Now(), time.Since(started)
}

// forget removes a text from the history, if it is there.
func (p *paster) forget(e entry) {
	if p.history.most <= 0 || e.Text == "" {
		return
	}
	if err := change(func(all []entry) []entry { return slices.DeleteFunc(all, e.same) }); err != nil {
		p.env.Log.Warn().Msg("the cancelled text is in the history: " + err.Error())
	}
}

func (e entry) same(other entry) bool { return e.Time.Equal(other.Time) }

// readHistory returns the texts, the oldest first.
func readHistory() (all []entry, err error) {
	data, err := openfile.ReadAll(historyPath(), maxHistory)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	for line := range bytes.Lines(data) {
		var e entry
		if json.Unmarshal(line, &e) == nil && e.Text != "" {
			all = append(all, e)
		}
	}
	return all, nil
}

// change changes the history while no other process does.
func change(edit func([]entry) []entry) error {
	path := historyPath()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	lock, err := openfile.ReadWrite(filepath.Join(filepath.Dir(path), "lock"), 0o600)
	if err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	defer lock.Close() // and unlock
	if err := filelock.Wait(lock); err != nil {
		return fmt.Errorf("lock the history: %w", err)
	}
	all, err := readHistory()
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	out.SetEscapeHTML(false)
	for _, e := range edit(all) {
		if err := out.Encode(e); err != nil {
			return fmt.Errorf("write the history: %w", err)
		}
	}
	if lines.Len() == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the history: %w", err)
		}
		return nil
	}
	if err := wholefile.Write(path, lines.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}
