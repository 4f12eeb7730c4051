package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// shop is a store for one configuration with its own clock.
type shop struct {
	*testing.T
	Store
	now   time.Time
	place Place
}

func newShop(t *testing.T) *shop {
	dir := filepath.Join(t.TempDir(), "h[1]") // also a glob pattern
	s := &shop{T: t, now: time.Date(2026, 11, 1, 9, 0, 0, 0, time.Local), place: Place{File: filepath.Join(dir, "config.toml")}}
	s.Store = Store{Folder: filepath.Join(dir, "state"), Now: func() time.Time { return s.now }}
	return s
}

func (s *shop) put(text string) {
	s.Helper()
	file(s.T, s.place.File, text)
}

func (s *shop) keep(program string) {
	s.Helper()
	contents, err := s.place.Read()
	if err == nil {
		err = s.Keep(program, s.place, contents)
	}
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) ask() Backup {
	s.Helper()
	b, err := s.Backup(s.place)
	if err != nil {
		s.Fatal(err)
	}
	return b
}

// names returns the names of the backups, latest first.
func (s *shop) names() string {
	s.Helper()
	backups, err := s.Backups(s.place)
	if err != nil {
		s.Fatal(err)
	}
	var names []string
	for _, b := range backups {
		names = append(names, b.Name)
	}
	return strings.Join(names, " ")
}

// kept returns the text of all backups of the file.
func (s *shop) kept() (all string) {
	s.Helper()
	backups, _ := s.Backups(s.place)
	for _, b := range backups {
		for _, f := range b.Files {
			all += content(s.T, f) + "\n"
		}
	}
	return all
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestStore(t *testing.T) {
	s := newShop(t)
	for day := range 10 {
		s.put(fmt.Sprintf("day = %d", day))
		s.keep("vf-vad")
		s.put(fmt.Sprintf("day = %d # later", day))
		s.now = s.now.Add(time.Hour)
		s.keep("vf-paste")
		s.now = s.now.Add(23 * time.Hour)
	}
	if names := s.names(); names != "2026-11-10 2026-11-09 2026-11-08 2026-11-07 2026-11-06 2026-11-05 2026-11-04" {
		t.Fatal(names)
	}
	for program, want := range map[string]string{"vf-vad": "day = 9", "vf-paste": "day = 9 # later"} {
		if good, ok := s.LastGood(program, s.place); !ok || content(t, good.File) != want {
			t.Errorf("%s: %v", program, good)
		}
	}
	if _, ok := s.LastGood("vf-record", s.place); ok {
		t.Error("a last good file of a program that never ran")
	}
	if b, err := s.Restore("2026-11-04", s.place); err != nil || b.Name != "2026-11-04" {
		t.Fatalf("%v, %v", b, err)
	}
	if text := content(t, s.place.File); text != "day = 3" {
		t.Errorf("restored: %q", text)
	}
	if _, err := s.Restore("latest", s.place); err != nil {
		t.Fatal(err)
	}
	if text := content(t, s.place.File); text != "day = 9 # later" {
		t.Errorf("the latest: %q", text)
	}
	if _, err := s.Restore("2020-01-01", s.place); err == nil || !strings.Contains(err.Error(), "--list") {
		t.Errorf("%v", err)
	}
}

// Requested backups replace only the oldest requested ones, never a daily one.
func TestRequestedBackups(t *testing.T) {
	s := newShop(t)
	for day := range 3 {
		s.put(fmt.Sprintf("day = %d", day))
		s.keep("vf-vad")
		s.now = s.now.Add(24 * time.Hour)
	}
	for i := range 9 { // all within a second
		s.put(fmt.Sprintf("asked = %d", i))
		s.ask()
	}
	want := "2026-11-04T090008 2026-11-04T090007 2026-11-04T090006 2026-11-04T090005 2026-11-04T090004 2026-11-04T090003 2026-11-04T090002" +
		" 2026-11-03 2026-11-02 2026-11-01"
	if names := s.names(); names != want {
		t.Error(names)
	}
	if text := content(t, s.ask().Files[0]); text != "asked = 8" {
		t.Error(text)
	}
}

func TestConcurrentBackups(t *testing.T) {
	s := newShop(t)
	s.put("mine = 1")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := s.Backup(s.place); err != nil {
				t.Error(err)
			}
			if err := s.Keep("vf-vad", s.place, []Content{{s.place.File, []byte("mine = 1")}}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := strings.Count(s.kept(), "mine"); n != 6 {
		t.Errorf("%d backups: %s", n, s.names())
	}
}

// An empty folder left by a full disk does not prevent the daily backup.
func TestEmptyBackup(t *testing.T) {
	s := newShop(t)
	if err := os.MkdirAll(filepath.Join(s.Folder, "backups", "2026-11-01"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.put("a = 1")
	s.keep("vf-vad")
	if s.names() != "2026-11-01" {
		t.Error(s.names())
	}
}

func TestEmptyFileReplacesNothing(t *testing.T) {
	s := newShop(t)
	s.put(" \n")
	s.keep("vf-vad")
	if _, ok := s.LastGood("vf-vad", s.place); ok || s.names() != "" {
		t.Errorf("an empty file is kept: %s", s.names())
	}
	s.put("a = 1")
	s.keep("vf-vad")
	for _, empty := range []string{"", " \n\t"} {
		s.put(empty)
		s.keep("vf-vad")
		if good, ok := s.LastGood("vf-vad", s.place); !ok || content(t, good.File) != "a = 1" {
			t.Errorf("%q: %v", empty, ok)
		}
	}
	// An empty file is not kept even if its variant is not empty.
	production, err := NewPlace(s.place.File, "production")
	if err != nil {
		t.Fatal(err)
	}
	file(t, production.Variant, "b = 1")
	contents, err := production.Read()
	if err == nil {
		err = s.Keep("vf-vad", production, contents)
	}
	if good, ok := s.LastGood("vf-vad", production); err != nil || !ok || content(t, good.File) != "a = 1" {
		t.Errorf("with a variant: %v, %v", ok, err)
	}
	s.put("# nothing, and on purpose")
	s.keep("vf-vad")
	if good, _ := s.LastGood("vf-vad", s.place); !strings.HasPrefix(content(t, good.File), "#") {
		t.Error("a file of comments is not kept")
	}
}

// Restore backs up all files that it overwrites, whatever VOICEFLOW_ENV is.
func TestRestoreBacksUpWhatItReplaces(t *testing.T) {
	s := newShop(t)
	production, err := NewPlace(s.place.File, "production")
	if err != nil {
		t.Fatal(err)
	}
	s.put("old = 1")
	file(t, production.Variant, "old = 2")
	old, err := s.Backup(production)
	if err != nil {
		t.Fatal(err)
	}
	s.put("mine = 1")
	file(t, production.Variant, "mine = 2")
	if _, err := s.Restore(old.Name, s.place); err != nil {
		t.Fatal(err)
	}
	if content(t, s.place.File) != "old = 1" || content(t, production.Variant) != "old = 2" {
		t.Error("not restored")
	}
	if kept := s.kept(); !strings.Contains(kept, "mine = 1") || !strings.Contains(kept, "mine = 2") {
		t.Error(kept)
	}
	// There may be nothing left to back up.
	for _, path := range production.Files() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Backup(s.place); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a backup of nothing: %v", err)
	}
	if _, err := s.Restore(old.Name, s.place); err != nil || content(t, production.Variant) != "old = 2" {
		t.Errorf("after the files were deleted: %v", err)
	}
}

// Each backup belongs to one file, even if others have the same name, and the file
// may have any name.
func TestBackupsOfOtherFiles(t *testing.T) {
	s := newShop(t)
	s.put("a = 1")
	s.ask()
	other := &shop{T: t, Store: s.Store, now: s.now, place: Place{File: filepath.Join(t.TempDir(), "config.toml")}}
	conf := &shop{T: t, Store: s.Store, now: s.now, place: Place{File: filepath.Join(t.TempDir(), "my.conf")}}
	for _, o := range []*shop{other, conf} {
		o.put("b = 1")
		if names := o.names(); names != "" {
			t.Errorf("%s has the backups of another: %s", o.place.File, names)
		}
		b := o.ask()
		o.put("b = 2")
		if _, err := s.Restore(b.Name, s.place); err == nil {
			t.Errorf("a backup of %s is restored as another", o.place.File)
		}
		if _, err := o.Restore("latest", o.place); err != nil || content(t, o.place.File) != "b = 1" {
			t.Errorf("%s: %v", o.place.File, err)
		}
	}
	if content(t, s.place.File) != "a = 1" || s.names() != "2026-11-01T090000" {
		t.Error(s.names())
	}
}

func TestLinks(t *testing.T) {
	s := newShop(t)
	dir := filepath.Dir(s.place.File)
	settings, link := filepath.Join(dir, "settings/mine.toml"), filepath.Join(dir, "link.toml")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, to := range map[string]string{s.place.File: "link.toml", link: settings} {
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.place.Load(); err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "is a link to") {
		t.Errorf("dangling link: %v", err)
	}
	for _, text := range []string{"a = 1", "a = 2"} { // create, then replace
		s.put(text)
		if content(t, settings) != text {
			t.Error("not written through the link")
		}
	}
	if to, err := os.Readlink(s.place.File); err != nil || to != "link.toml" {
		t.Errorf("the link is now %q, %v", to, err)
	}
}

// TestKept checks that Kept is true only for the same contents, program and day.
func TestKept(t *testing.T) {
	s := newShop(t)
	is := func(program, text string) bool {
		s.put(text)
		contents, err := s.place.Read()
		return err == nil && s.Kept(program, s.place, contents)
	}
	if is("vf-vad", "a = 1") {
		t.Error("kept before Keep")
	}
	s.keep("vf-vad")
	if !is("vf-vad", "a = 1") {
		t.Error("not kept after Keep")
	}
	if is("vf-vad", "a = 2") || is("vf-paste", "a = 1") {
		t.Error("kept for other contents or another program")
	}
	s.now = s.now.AddDate(0, 0, 1)
	if is("vf-vad", "a = 1") {
		t.Error("kept without the daily backup")
	}
}
