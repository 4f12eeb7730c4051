package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"voiceflow/internal/wholefile"
	"voiceflow/pkg/engine/models/quantise"
)

const (
	// quantisedSuffix ends the names of models whose weights have 8 bits.
	quantisedSuffix = "-q8_0"
	// copiesFolder is where the store keeps the copies that it made.
	copiesFolder = "quantised"
	// worthCopying is the size in bytes below which a model is as fast with float
	// weights: what is read for each word then stays in the processor's cache.
	worthCopying = 32 << 20
)

// Copy is a quantised form of a model, made from another file on this machine.
type Copy struct {
	Name   string `json:"-"` // base.en-q8_0
	Path   string `json:"-"`
	Size   int64  `json:"-"` // bytes
	Source string `json:"source"`

	// What the source was when it was copied; another is copied again.
	SourceSize int64     `json:"size"`
	SourceTime time.Time `json:"modified"`
}

// Usable is the file of an installed model, or else of its quantised form.
// Errors are Path's.
func (s Store) Usable(name string) (string, error) {
	path, err := s.Path(name)
	if errors.Is(err, ErrNotInstalled) {
		if form, found := s.QuantisedForm(name); found {
			if path, err := s.Path(form); err == nil {
				return path, nil
			}
		}
	}
	return path, err
}

// QuantisedForm is the name under which a model's form with weights of 8 bits is
// published.
func (s Store) QuantisedForm(name string) (form string, found bool) {
	form = name + quantisedSuffix
	_, err := s.Find(form)
	return form, err == nil
}

// Quantised is the file to use in place of a model's on a processor, which is
// faster with weights of 8 bits: the published form, where the store has it,
// or a copy that the store makes of the file, once. A file that is quantised
// already, small, or no model is returned as it is. Before the seconds that a
// copy takes, making is called with its name.
//
// Where no copy can be made the error says why, and the file serves as it is.
func (s Store) Quantised(ctx context.Context, path string, making func(name string)) (string, error) {
	source, err := filepath.Abs(path)
	if err != nil {
		return path, err
	}
	info, err := os.Stat(source)
	if err != nil || !info.Mode().IsRegular() || info.Size() < worthCopying {
		return path, nil // the one that opens it knows better what to say
	}
	if float, err := isFloat(source); err != nil || !float {
		return path, nil
	}
	if filepath.Dir(source) == s.Dir {
		if form, found := s.QuantisedForm(modelName(source)); found {
			if published, err := s.Path(form); err == nil {
				return published, nil
			}
		}
	}
	wanted := Copy{Source: source, SourceSize: info.Size(), SourceTime: info.ModTime()}
	hash := sha256.Sum256([]byte(source))
	folder := filepath.Join(s.Dir, copiesFolder, hex.EncodeToString(hash[:8]))
	if c, err := readCopy(folder); err == nil && c.SourceSize == wanted.SourceSize && c.SourceTime.Equal(wanted.SourceTime) {
		return c.Path, nil
	}
	base := filepath.Base(source)
	wanted.Path = filepath.Join(folder, strings.TrimSuffix(base, filepath.Ext(base))+quantisedSuffix+".bin")
	wanted.Name = modelName(wanted.Path)
	making(wanted.Name)
	if err := s.makeCopy(ctx, folder, wanted); err != nil {
		return path, fmt.Errorf("quantised copy of %s: %w", path, err)
	}
	return wanted.Path, nil
}

func isFloat(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return quantise.Float(f)
}

// makeCopy writes the copy and then, as the sign that it is whole, its record.
func (s Store) makeCopy(ctx context.Context, folder string, c Copy) error {
	if err := os.RemoveAll(folder); err != nil { // of another source, or of a try that was killed
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := s.roomFor(folder, c.SourceSize*9/16); err != nil {
		return err
	}
	in, err := os.Open(c.Source)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := renameio.NewPendingFile(c.Path, renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer func() { _ = out.Cleanup() }() // of what was not put in place
	if err := quantise.Q8(out, &reader{ctx, in}); err != nil {
		return err
	}
	if err := out.CloseAtomicallyReplace(); err != nil {
		return err
	}
	record, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return wholefile.Write(copyRecord(folder), record, 0o644)
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	in  io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

func copyRecord(folder string) string { return filepath.Join(folder, "source.json") }

// readCopy reads the record of the copy in a folder, and looks at the copy.
func readCopy(folder string) (c Copy, err error) {
	record, err := os.ReadFile(copyRecord(folder))
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(record, &c); err != nil {
		return c, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"+quantisedSuffix+".bin"))
	if err != nil || len(files) != 1 {
		return c, fmt.Errorf("%s: %w", folder, fs.ErrNotExist)
	}
	c.Path, c.Name = files[0], modelName(files[0])
	info, err := os.Stat(c.Path)
	if err == nil {
		c.Size = info.Size()
	}
	return c, err
}

func modelName(path string) string {
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "ggml-"), ".bin")
}

// Copies lists the copies that the store made.
func (s Store) Copies() ([]Copy, error) {
	folders, err := os.ReadDir(filepath.Join(s.Dir, copiesFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var copies []Copy
	for _, f := range folders {
		if c, err := readCopy(filepath.Join(s.Dir, copiesFolder, f.Name())); err == nil {
			copies = append(copies, c)
		}
	}
	return copies, err
}

// RemoveCopies removes the copies that the store made, and what is left of tries
// that were killed. It returns those that were whole.
func (s Store) RemoveCopies() ([]Copy, error) {
	copies, err := s.Copies()
	if err != nil {
		return nil, err
	}
	return copies, os.RemoveAll(filepath.Join(s.Dir, copiesFolder))
}
