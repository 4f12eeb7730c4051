package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/pkg/event"
	"voiceflow/pkg/filelist"
	"voiceflow/pkg/format"
	"voiceflow/pkg/wholefile"
)

// place is where the transcript of a file goes.
type place struct {
	stem    string   // of the outputs: their path without its ending
	outputs []string // one for each format
	source  source
	skip    bool // they are there, and are to be left
}

// claim gives each name of outputs to the first input that would take it. The
// files of other shards count: what they wrote must not be overwritten, nor
// taken for the transcript of a file of this shard.
func (o *output) claim(all []filelist.File) {
	for _, file := range all {
		stem := o.stem(file)
		if _, taken := o.claimed[stem]; !taken {
			o.claimed[stem] = file.Name
		}
	}
}

// stem is the path of an input's outputs without their endings.
func (o *output) stem(file filelist.File) string {
	base := filepath.Base(file.Name)
	name := strings.TrimSuffix(base, filepath.Ext(base))
	if strings.Trim(name, ".") == "" { // .wav: its outputs would all be hidden, and named alike
		name = base
	}
	if o.beside {
		return filepath.Join(filepath.Dir(file.Name), name)
	}
	return filepath.Join(o.folder, file.Folder, name)
}

// plan finds the place of an input's transcript. Its error says why there is
// none.
func (o *output) plan(file filelist.File) (p place, err error) {
	if !o.files {
		return place{}, nil
	}
	p.stem = o.stem(file)
	for _, name := range o.formats {
		p.outputs = append(p.outputs, p.stem+"."+name)
	}
	if owner := o.claimed[p.stem]; owner != file.Name {
		return place{}, overwrites(file.Name, owner, p.outputs[0])
	}
	if p.source, err = sourceOf(file.Name); err != nil {
		return place{}, err
	}
	there, err := existing(file.Name, p.outputs)
	if err != nil {
		return place{}, err
	}
	known, err := o.mayWrite(file.Name, p)
	if err != nil {
		return place{}, err
	}
	p.skip = o.skips && there == len(p.outputs) && (known == source{} || known.unchanged(p.source))
	if moved := known.path != "" && !fileExists(known.path); p.skip && moved && p.source.size >= 0 {
		_ = writeSource(p.stem, p.source) // else it is found by its size and time the next time, too
	}
	return p, nil
}

// existing counts the outputs that are there. What could not be replaced, or
// must not be, is an error.
func existing(file string, outputs []string) (n int, err error) {
	input, inputErr := os.Stat(file)
	for _, path := range outputs {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return 0, fmt.Errorf("%s: its transcript cannot be written: %w", file, err)
		case info.IsDir():
			return 0, fmt.Errorf("%s: its transcript cannot be written: %s is a folder; rename it, or give another --output-dir", file, path)
		case inputErr == nil && os.SameFile(info, input):
			return 0, fmt.Errorf("%s: its transcript would overwrite the recording; give it another --output-dir", file)
		default:
			n++
		}
	}
	return n, nil
}

// mayWrite returns the source of what is in the place; zero: it is not known. It
// is an error where that is another recording and has an output there, in
// whichever format.
func (o *output) mayWrite(file string, p place) (source, error) {
	known, found, err := readSource(p.stem)
	if err != nil || !found {
		return source{}, err
	}
	now := p.source
	if known.is(now) && (now.size != unfinished || known.size != unfinished) {
		return known, nil
	}
	for _, name := range format.Names() {
		if path := p.stem + "." + name; fileExists(path) {
			return source{}, overwrites(file, known.path, path)
		}
	}
	return source{}, nil // all of it was removed
}

func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func overwrites(file, other, path string) error {
	return fmt.Errorf("%s: its transcript would overwrite that of %s in %s; give it another --output-dir", file, other, path)
}

// write writes the outputs of an item.
func (o *output) write(it *item, t *event.Transcript) error {
	p := it.place
	if err := os.MkdirAll(filepath.Dir(p.stem), 0o777); err != nil {
		return fmt.Errorf("%s: %w", it.file, err)
	}
	// Another process may have been there since it was planned.
	if _, err := o.mayWrite(it.file, p); err != nil {
		return err
	}
	begun := p.source
	begun.size = unfinished
	if err := writeSource(p.stem, begun); err != nil {
		return fmt.Errorf("%s: %w", it.file, err)
	}
	for i, path := range p.outputs {
		if err := writeFile(path, o.formats[i], t); err != nil {
			return fmt.Errorf("%s: %w", it.file, err)
		}
	}
	if p.source.size == unfinished {
		return nil
	}
	if err := writeSource(p.stem, p.source); err != nil {
		return fmt.Errorf("%s: %w", it.file, err)
	}
	return nil
}

// writeFile writes a file whole, so that what has the right name is never half a
// transcript.
func writeFile(path, name string, t *event.Transcript) error {
	var text strings.Builder
	if err := format.Write(&text, name, t); err != nil {
		return err
	}
	return wholefile.Write(path, []byte(text.String()), 0o666)
}
