package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/engine/models/quantise"
)

const (
	// quantisedSuffix ends the names of models with 8-bit weights.
	quantisedSuffix = "-q8_0"
	// copiesFolder is the folder for the copies that the store makes.
	copiesFolder = "quantised"
	// minCopySize is the size in bytes below which a model is as fast with float weights,
	// because what is read per word then stays in the processor's cache.
	minCopySize = 32 << 20
)

// Copy is a quantised copy of a model, made on this machine.
type Copy struct {
	Name   string `json:"-"` // base.en-q8_0
	Path   string `json:"-"`
	Size   int64  `json:"-"` // bytes
	Source string `json:"source"`

	// Size and time of the source when it was copied; if they change, it is copied again.
	SourceSize int64     `json:"size"`
	SourceTime time.Time `json:"modified"`
}

// Usable returns the file of an installed model or, if that is missing, of its quantised form.
// Errors are those of Path.
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

// QuantisedForm returns the name of the published form of a model with 8-bit weights.
func (s Store) QuantisedForm(name string) (form string, found bool) {
	form = name + quantisedSuffix
	_, err := s.Find(form)
	return form, err == nil
}

// Quantised returns the file to use instead of path on a processor, which is faster with 8-bit
// weights: the published form if the store has it, or a copy that the store makes once. A file
// that is already quantised, is small or is not a model is returned unchanged. Making a copy
// takes seconds; making is called with its name beforehand.
//
// If no copy can be made, the error says why and the unchanged path is returned.
func (s Store) Quantised(ctx context.Context, path string, making func(name string)) (string, error) {
	source, err := filepath.Abs(path)
	if err != nil {
		return path, err
	}
	info, err := os.Stat(source)
	if err != nil || !info.Mode().IsRegular() || info.Size() < minCopySize {
		return path, nil // whoever opens it reports what is wrong
	}
	if float, err := isFloat(source); err != nil || !float {
		return path, nil
	}
	if filepath.Dir(source) == s.Dir {
		if form, found := s.QuantisedForm(NameOf(source)); found {
			if published, err := s.Path(form); err == nil {
				return published, nil
			}
		}
	}
	wanted := Copy{Source: source, SourceSize: info.Size(), SourceTime: info.ModTime()}
	hash := sha256.Sum256([]byte(source))
	folder := filepath.Join(s.Dir, copiesFolder, hex.EncodeToString(hash[:8]))
	c, err := readCopy(folder)
	if err == nil && c.SourceSize == wanted.SourceSize && c.SourceTime.Equal(wanted.SourceTime) {
		return c.Path, nil
	}
	base := filepath.Base(source)
	wanted.Path = filepath.Join(folder, strings.TrimSuffix(base, filepath.Ext(base))+quantisedSuffix+".bin")
	wanted.Name = NameOf(wanted.Path)
	making(wanted.Name)
	if err := s.makeCopy(ctx, folder, wanted); err != nil {
		return path, fmt.Errorf("cannot make a quantised copy of %s: %w", path, err)
	}
	return wanted.Path, nil
}

func isFloat(path string) (bool, error) {
	f, err := openfile.Regular(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return quantise.Float(f)
}

// makeCopy writes the copy and then its record, which marks it as complete.
func (s Store) makeCopy(ctx context.Context, folder string, c Copy) error {
	if err := os.RemoveAll(folder); err != nil { // an outdated copy, or one that was interrupted
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := s.checkSpace(folder, c.SourceSize*9/16); err != nil {
		return err
	}
	in, err := openfile.Regular(c.Source)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := wholefile.Create(c.Path, 0o644)
	if err != nil {
		return err
	}
	defer out.Discard()
	if err := quantise.Q8(out, contextReader{ctx, in}); err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	record, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return wholefile.Write(copyRecord(folder), record, 0o644)
}

func copyRecord(folder string) string { return filepath.Join(folder, "source.json") }

// readCopy reads the record of the copy in a folder and checks that the copy exists.
func readCopy(folder string) (c Copy, err error) {
	record, err := openfile.ReadAll(copyRecord(folder), maxRecord)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(record, &c); err != nil {
		return c, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return c, err
	}
	var found []fs.DirEntry
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), quantisedSuffix+".bin") && e.Type().IsRegular() {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return c, fmt.Errorf("%s: %w", folder, fs.ErrNotExist)
	}
	info, err := found[0].Info()
	if err != nil {
		return c, err
	}
	c.Path, c.Size = filepath.Join(folder, info.Name()), info.Size()
	c.Name = NameOf(c.Path)
	return c, nil
}

// NameOf returns the name of the model in a file: the name of the file without "ggml-" and
// ".bin".
func NameOf(path string) string {
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "ggml-"), ".bin")
}

// Copies lists the copies that the store has made.
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

// RemoveCopies removes the copies that the store has made, including unfinished ones. It
// returns the complete ones.
func (s Store) RemoveCopies() ([]Copy, error) {
	copies, err := s.Copies()
	if err != nil {
		return nil, err
	}
	return copies, os.RemoveAll(filepath.Join(s.Dir, copiesFolder))
}
