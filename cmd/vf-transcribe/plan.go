package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/filelist"
	"voiceflow/pkg/format"
)

// The formats of standard output beside those of pkg/format.
const (
	allFormats = "all"   // every format, into --output-dir
	plainText  = "text"  // the text of each transcript on a line
	jsonLines  = "jsonl" // the default, but on a terminal
)

func outputFlags() []cli.Flag {
	return cmdline.Group("Output",
		&cli.StringFlag{Name: "output-format", Aliases: []string{"f"}, Value: jsonLines, DefaultText: "jsonl; on a terminal text with its times",
			Usage: "`FORMAT` of the output, or several with commas between them: text, " + strings.Join(format.Names(), ", ") + ", all"},
		&cli.StringFlag{Name: "output-dir", Aliases: []string{"o"}, TakesFile: true,
			Usage: "write the transcript of talk.wav to `FOLDER`/talk.srt and so on, and a line of result to standard output"},
		&cli.BoolFlag{Name: "beside", Usage: "write the transcript of talks/talk.wav to talks/talk.srt, next to it, where players look"},
		&cli.BoolFlag{Name: "skip-existing", Usage: "with --output-dir or --beside, skip files whose transcripts are there"},
	)
}

// plan says what goes where: the formats, and the place of each file's transcript.
type plan struct {
	formats []string
	files   bool   // else standard output
	folder  string // of the files, unless they go next to their inputs:
	beside  bool
	skips   bool // what is there

	claimed map[string]string // path of the outputs without their endings -> the input that it belongs to
}

// newPlan reads it from the flags. It makes no folder.
func newPlan(c *cli.Context, w *work) (*plan, error) {
	p := &plan{folder: c.String("output-dir"), beside: c.Bool("beside"), skips: c.Bool("skip-existing"), claimed: map[string]string{}}
	p.files = p.folder != "" || p.beside
	if err := p.setFormats(c.String("output-format")); err != nil {
		return nil, err
	}
	if err := p.check(w); err != nil {
		return nil, err
	}
	if p.files {
		p.claim(w.all)
	}
	return p, nil
}

func (p *plan) setFormats(list string) error {
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		switch {
		case name == allFormats:
			p.formats = append(p.formats, format.Names()...)
		case format.Known(name), name == plainText:
			p.formats = append(p.formats, name)
		default:
			return fmt.Errorf("--output-format %q: use text, %s or all", name, strings.Join(format.Names(), ", "))
		}
	}
	if p.files { // a text file is a txt file
		for i, name := range p.formats {
			if name == plainText {
				p.formats[i] = "txt"
			}
		}
	}
	slices.Sort(p.formats)
	p.formats = slices.Compact(p.formats)
	return nil
}

func (p *plan) check(w *work) error {
	switch {
	case p.folder != "" && p.beside:
		return errors.New("--output-dir and --beside are two places for the same transcripts; leave one out")
	case p.folder != "" && w.stream:
		return errors.New("--output-dir is for files; redirect standard output, or name files")
	case p.beside && w.stream:
		return errors.New("--beside is for files; redirect standard output, or name files")
	case p.files:
		return nil
	case p.skips:
		return errors.New("--skip-existing needs --output-dir or --beside, where transcripts could be")
	case len(p.formats) > 1:
		return errors.New("--output-format: several formats need --output-dir or --beside")
	case len(w.files) > 1 && !p.stacks():
		return fmt.Errorf("--output-format %s: transcripts of several files need --output-dir or --beside", p.formats[0])
	}
	return nil
}

// stacks tells whether transcripts can follow each other on standard output.
func (p *plan) stacks() bool {
	return slices.Contains([]string{jsonLines, plainText, "txt"}, p.formats[0])
}

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
func (p *plan) claim(all []filelist.File) {
	for _, file := range all {
		stem := p.stem(file)
		if _, taken := p.claimed[stem]; !taken {
			p.claimed[stem] = file.Name
		}
	}
}

// stem is the path of an input's outputs without their endings.
func (p *plan) stem(file filelist.File) string {
	base := filepath.Base(file.Name)
	name := strings.TrimSuffix(base, filepath.Ext(base))
	if strings.Trim(name, ".") == "" { // .wav: its outputs would all be hidden, and named alike
		name = base
	}
	if p.beside {
		return filepath.Join(filepath.Dir(file.Name), name)
	}
	return filepath.Join(p.folder, file.Folder, name)
}

// place finds the place of an input's transcript. Its error says why there is
// none.
func (p *plan) place(file filelist.File) (at place, err error) {
	if !p.files {
		return place{}, nil
	}
	at.stem = p.stem(file)
	for _, name := range p.formats {
		at.outputs = append(at.outputs, at.stem+"."+name)
	}
	if owner := p.claimed[at.stem]; owner != file.Name {
		return place{}, overwrites(file.Name, owner, at.outputs[0])
	}
	if at.source, err = sourceOf(file.Name); err != nil {
		return place{}, err
	}
	there, err := existing(file.Name, at.outputs)
	if err != nil {
		return place{}, err
	}
	known, err := p.mayWrite(file.Name, at)
	if err != nil {
		return place{}, err
	}
	at.skip = p.skips && there == len(at.outputs) && (known == source{} || known.unchanged(at.source))
	if moved := known.path != "" && !fileExists(known.path); at.skip && moved && at.source.size >= 0 {
		_ = writeSource(at.stem, at.source) // else it is found by its size and time the next time, too
	}
	return at, nil
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
func (p *plan) mayWrite(file string, at place) (source, error) {
	known, found, err := readSource(at.stem)
	if err != nil || !found {
		return source{}, err
	}
	now := at.source
	if known.is(now) && (now.size != unfinished || known.size != unfinished) {
		return known, nil
	}
	for _, name := range format.Names() {
		if path := at.stem + "." + name; fileExists(path) {
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
