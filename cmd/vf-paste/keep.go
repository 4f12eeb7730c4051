package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/paste"
)

// clipboards are tried if no method accepts a text.
var clipboards = []string{"wl-copy", "xclip", "xsel", "pbcopy"}

// keeper records where the undelivered texts of a dictation are.
type keeper struct {
	kept  []string
	where string // "on the clipboard" or "in FILE"; empty if they are nowhere
	file  string // the file with them, if any
	none  error  // why they are nowhere

	unsaved bool          // some have come since the last saving
	keptAt  time.Time     // when that was
	took    time.Duration // how long it took
	taker   string        // the clipboard program or the file that has them; see keep
}

// keepShare is how many times as long as saving takes is the least time between two
// savings within a dictation: each saves all texts again.
const keepShare = 4

// keepFolders returns the folders for undelivered text, best first. All but the first are
// those that are left if the user has no home, or a disk is full or read-only.
func keepFolders() []string {
	folders := []string{filepath.Join(xdg.StateHome, "voiceflow", "undelivered")}
	name := fmt.Sprintf("voiceflow-undelivered-%d", os.Getuid())
	for _, parent := range []string{os.TempDir(), "/var/tmp", "/tmp", xdg.RuntimeDir, "/dev/shm", xdg.Home, "."} {
		if parent != "" {
			folders = append(folders, filepath.Join(parent, name))
		}
	}
	return folders
}

// keep saves an undelivered text, with all earlier ones: on the clipboard, or else in a
// file. If the last saving was a moment ago, the next one or the end of the dictation does
// it. It returns the clipboard program or the file, or "" if nothing can be written.
func (p *paster) keep(text string) string {
	p.kept, p.unsaved = append(p.kept, strings.TrimSpace(text)), true
	if started := time.Now(); started.Sub(p.keptAt) >= keepShare*p.took {
		p.taker = p.saveKept()
		p.keptAt, p.took = time.Now(), time.Since(started)
	}
	return p.taker
}

// saveKept saves the undelivered texts, as keep does.
func (p *paster) saveKept() string {
	p.unsaved = false
	all := strings.Join(p.kept, " ")
	if chain, err := paste.Open(p.rescue, clipboards...); err == nil {
		defer chain.Close()
		if o, err := chain.Deliver(p.now.ctx, func(paste.Method) string { return p.onClipboard(all) }); err == nil {
			p.where = "on the clipboard (" + o.Method.Name + ")"
			if p.now.marked || os.Getenv("INVOCATION_ID") != "" {
				// The next dictation may need the clipboard, and a service manager ends the
				// program that serves it with the service.
				if path, err := p.save(all); err == nil {
					p.where += " and in " + path
				}
			}
			return o.Method.Name
		}
	}
	path, err := p.save(all)
	if err != nil {
		p.where = ""
		return ""
	}
	p.where = "in " + path
	return path
}

// onClipboard returns what to put on the clipboard, which may hold delivered text.
func (p *paster) onClipboard(kept string) string {
	for _, m := range paste.Methods() {
		if m.Name == p.method && m.Replaces && len(p.delivered) > 0 {
			return string(p.delivered) + " " + kept
		}
	}
	return kept
}

// save writes all undelivered texts to a file and removes the file with fewer of them.
func (p *paster) save(all string) (path string, err error) {
	for _, folder := range p.folders() {
		if path, err = paste.Keep(folder, all); err != nil {
			if p.none == nil { // that of the best folder says most
				p.none = err
			}
			continue
		}
		if p.file != "" {
			_ = os.Remove(p.file)
		}
		p.file, p.none = path, nil
		return path, nil
	}
	return "", p.none
}

// discard forgets the undelivered texts of a cancelled dictation.
func (p *paster) discard() {
	if p.file != "" {
		_ = os.Remove(p.file)
	}
	p.keeper = keeper{}
}

// verdict returns the error at the end of a dictation, if any.
func (p *paster) verdict() error {
	if p.unsaved {
		p.saveKept()
	}
	if p.where == "" && len(p.kept) > 0 {
		p.keepLast()
	}
	more := ""
	if p.brokenOff {
		more = "; a program before vf-paste has failed, and words may be missing"
	}
	switch {
	case p.brokenOff && len(p.kept) == 0:
		p.notify("dictation broke off", "a program before vf-paste has failed, and words may be missing", true)
		return cmdline.Exit(exitcode.SomeFailed, p.lost)
	case p.lost != nil && len(p.kept) == 0: // there was no text
		p.notify("text cannot be delivered", p.lost.Error(), true)
		return cmdline.Exit(exitcode.NoTarget, p.lost)
	case p.lost != nil && p.where == "":
		p.notify("text not delivered", "it could not be kept"+more, true)
		return cmdline.Exit(exitcode.NoTarget,
			fmt.Errorf("the text was not delivered: %w; it is nowhere, since nothing can be written: %w", p.lost, p.none))
	case p.lost != nil:
		p.notify("text not delivered", "it is "+p.where+more, true)
		return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("the text was not delivered: %w; it is %s", p.lost, p.where))
	case p.itemFailed:
		p.notify("dictation", "part of it could not be recognised", true)
		return cmdline.Exit(exitcode.SomeFailed, nil)
	case p.begun:
		p.notify("dictation", "done", false)
	}
	return nil
}

// keepLast tries again to keep the texts, and as a last resort prints them.
func (p *paster) keepLast() {
	all := strings.Join(p.kept, " ")
	if path, err := p.save(all); err == nil {
		p.where = "in " + path
		return
	}
	if _, err := fmt.Fprintln(cmdline.Shown(p.env.Stderr), all); err == nil {
		p.where = fmt.Sprintf("in the line above this message, since no folder can be written (%v)", p.none)
	}
}

// reported logs the error of a dictation before the stream ends, and returns one that
// only carries the exit code.
func (p *paster) reported(err error) error {
	var coded *exitcode.Error
	if !errors.As(err, &coded) {
		return err
	}
	if coded.Err != nil {
		p.env.Log.Error().Msg(coded.Err.Error())
	}
	return cmdline.Exit(coded.Code, nil)
}

// reopen opens the user's methods again if one of them has failed.
func (p *paster) reopen() {
	if !p.chain.Failed() && p.unopened == nil {
		return
	}
	chain, lacks, err := open(p.env, p.flags)
	if err != nil {
		return // cannot be: the same names were right before
	}
	_ = p.chain.Close()
	p.chain, p.lost, p.unopened = chain, lacks, lacks
}
