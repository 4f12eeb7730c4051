// Package resume keeps what has been decoded of a recording, so that a run that ended
// early can be continued.
//
// # What is stored
//
// A [Record] belongs to one recording and one place of transcripts. Its file, such as
// transcripts/talk.partial, holds one JSON object: a format, an [Identity] and the windows
// decoded so far, each with the hash of what the engine was given (samples, places of the
// voice, languages spoken before) and the engine's result.
//
// Detecting speech and cutting it into windows is not stored. It costs little compared with
// decoding and always has the same outcome, so a continued run does it again and looks up
// each window by its hash. A window that would be cut differently is not found, and is
// decoded, whatever the file says. What follows from the results, such as the languages
// spoken before a window, is calculated again from them.
//
// # How it is checked
//
// The identity names the recording (size, modification time, hash of its beginning and
// end), the model (name, device, hash of its weights where they are known), the versions of
// VoiceFlow and libwhisper, and every setting that can change the text. If any of it
// differs, [Open] says what, and the recording is decoded from the start. The number of
// threads and jobs is not part of it.
//
// # When it is written
//
// [Record.Add] writes the file at most once per minute, and [Record.Save] when a run ends
// early. It is replaced as a whole under its name (see package wholefile), readable only by
// its owner: it contains the prompt. A file under this name that is not a record, or that
// another user has made, is never used, replaced or removed. [Record.Remove] removes the
// record once the transcript is complete.
package resume

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"voiceflow/internal/wholefile"
	"voiceflow/pkg/engine"
)

// saveEvery is how often a record is written while decoding goes on.
const saveEvery = time.Minute

// Record is what has been decoded of a recording. Its methods may be called at the same time.
type Record struct {
	path     string
	identity Identity
	reuse    bool // the stored windows need not be decoded again
	foreign  error

	mu      sync.Mutex
	now     func() time.Time
	saved   time.Time // or when the record was opened
	onDisk  bool      // there is a file that is ours
	changed bool      // since it was read or written
	windows map[string]entry
	order   []string // of windows
}

// Open returns the record of a recording, with the windows in its file if that fits. With
// reuse, [Record.Find] finds them; otherwise they are only kept, for a later run. mismatch is
// why the file that exists does not fit, or cannot be used; it is nil if it fits, or if there
// is none.
func Open(path string, identity Identity, reuse bool) (r *Record, mismatch error) {
	r = &Record{
		path: path, identity: identity, reuse: reuse, windows: map[string]entry{}, now: time.Now, saved: time.Now(),
	}
	data, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, nil
	case err == nil && !bytes.HasPrefix(data, []byte(prefix)):
		err = fmt.Errorf("%s is not a file of vf-transcribe; rename it", path)
	}
	if err != nil {
		r.foreign = err
		return r, err
	}
	r.onDisk = true
	var file stored
	if err := json.Unmarshal(data, &file); err != nil || file.Format != format {
		return r, fmt.Errorf("%s is damaged, or of another version", path)
	}
	if different := identity.difference(file.Identity); different != "" {
		return r, fmt.Errorf("%s does not fit: %s", path, different)
	}
	for _, w := range file.Windows {
		r.put(w)
	}
	return r, nil
}

func (r *Record) put(w entry) {
	if _, known := r.windows[w.Sound]; !known {
		r.order = append(r.order, w.Sound)
	}
	r.windows[w.Sound] = w
}

// Path returns the name of the file.
func (r *Record) Path() string { return r.path }

// Done returns how many windows have been decoded, and where the speech in them ends, in
// seconds of the recording.
func (r *Record) Done() (windows int, end float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.windows {
		end = max(end, w.End)
	}
	return len(r.windows), end
}

// Changed reports whether there is something that the file does not have yet.
func (r *Record) Changed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// Find returns the result of a window that an earlier run has decoded, or nil.
func (r *Record) Find(key string) *engine.Result {
	r.mu.Lock()
	w, found := r.windows[key]
	r.mu.Unlock()
	if !r.reuse || !found {
		return nil
	}
	result, err := decode(w.Result)
	if err != nil {
		return nil
	}
	return result
}

// Add adds the result of a window whose speech ends at end, in seconds of the recording. The
// error is that of writing the file.
func (r *Record) Add(key string, end float64, result *engine.Result) error {
	data, err := json.Marshal(result)
	if err != nil {
		return nil // it has a number that JSON cannot express, so it has to be decoded again
	}
	if same, err := decode(data); err != nil || !reflect.DeepEqual(same, result) {
		return nil // such as text that ends within a character
	}
	r.mu.Lock()
	r.put(entry{Sound: key, End: end, Result: data})
	r.changed = true
	due := r.now().Sub(r.saved) >= saveEvery
	r.mu.Unlock()
	if !due {
		return nil
	}
	return r.Save()
}

// Save writes the file, unless there is nothing new. The folder must be one for transcripts,
// and is created if necessary.
func (r *Record) Save() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.changed {
		return nil
	}
	r.saved = r.now() // also if it fails: the next attempt can wait
	if r.foreign != nil {
		return r.foreign
	}
	file := stored{Format: format, Identity: r.identity}
	for _, key := range r.order {
		file.Windows = append(file.Windows, r.windows[key])
	}
	data, err := json.Marshal(file)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(r.path), 0o777); err != nil {
		return err
	}
	if err := wholefile.Write(r.path, append(data, '\n'), 0o600); err != nil {
		return err
	}
	r.changed, r.onDisk = false, true
	return nil
}

// Remove removes the file, if there is one.
func (r *Record) Remove() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed = false
	if !r.onDisk {
		return nil
	}
	r.onDisk = false
	if err := os.Remove(r.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
