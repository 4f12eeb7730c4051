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
	"syscall"
	"time"

	"github.com/adrg/xdg"

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

// add adds a part of the text.
func (e *entry) add(part string) {
	if e.Text == "" {
		e.Time = time.Now()
	}
	e.Text += part
}

// cut removes the last n characters.
func (e *entry) cut(n int) { e.Text = cutRunes(e.Text, n) }

func historyPath() string {
	return filepath.Join(xdg.StateHome, "voiceflow", "dictations", "texts.jsonl")
}

// saveHistory adds the text of the current dictation to the history, or what has been
// added to it since.
func (p *paster) saveHistory() {
	now := p.record
	now.Text = strings.TrimSpace(now.Text)
	if p.history.most <= 0 || now.Text == "" {
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
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
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
