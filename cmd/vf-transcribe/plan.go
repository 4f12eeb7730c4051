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
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/format"
)

// Values of --output-format in addition to the formats of pkg/format.
const (
	allFormats = "all"   // every format, to files
	plainText  = "text"  // one line of text per transcript
	jsonLines  = "jsonl" // the default, except on a terminal
)

func outputFlags() []cli.Flag {
	return cmdline.Group("Output",
		&cli.StringFlag{Name: "output-format", Aliases: []string{"f"}, Value: jsonLines,
			DefaultText: "jsonl; text with times on a terminal",
			Usage: "`FORMAT` output format, or several separated by commas: text, " +
				strings.Join(format.Names(), ", ") + " or all"},
		&cli.StringFlag{Name: "output-dir", Aliases: []string{"o"}, TakesFile: true,
			Usage: "`FOLDER` write the transcript of talk.wav to FOLDER/talk.srt, and one result line per file to stdout"},
		&cli.BoolFlag{Name: "beside",
			Usage: "write each transcript next to its recording, where media players look for subtitles"},
		&cli.BoolFlag{Name: "skip-existing",
			Usage: "with --output-dir or --beside, skip files that already have transcripts"},
		&cli.BoolFlag{Name: "resume",
			Usage: "with --output-dir or --beside, go on where an interrupted run stopped within a file"},
	)
}

// plan describes the output: its formats, and the place of each file's transcript.
type plan struct {
	formats      []string
	files        bool   // write files, not standard output
	folder       string // of the files; empty with beside
	beside       bool   // write files next to their inputs
	skipExisting bool
	resume       bool // go on from what earlier runs have kept

	claimed map[string]string // path of the outputs without extension -> the input that owns it
}

// newPlan reads the plan from the flags. It creates no folders.
func newPlan(c *cli.Context, w *work) (*plan, error) {
	p := &plan{
		folder: c.String("output-dir"), beside: c.Bool("beside"), skipExisting: c.Bool("skip-existing"),
		resume: c.Bool("resume"), claimed: map[string]string{},
	}
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
	if p.files { // as a file, text is txt
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
		return errors.New("--output-dir and --beside exclude each other; leave one out")
	case p.folder != "" && w.stream:
		return errors.New("--output-dir needs input files; name some, or redirect standard output instead")
	case p.beside && w.stream:
		return errors.New("--beside needs input files; name some, or redirect standard output instead")
	case p.files:
		return nil
	case p.skipExisting:
		return errors.New("--skip-existing needs --output-dir or --beside")
	case p.resume:
		return errors.New("--resume needs --output-dir or --beside, and input files")
	case len(p.formats) > 1:
		return errors.New("--output-format: several formats need --output-dir or --beside")
	case len(w.files) > 1 && !p.canConcatenate():
		return fmt.Errorf("--output-format %s: transcripts of several files need --output-dir or --beside", p.formats[0])
	}
	return nil
}

// canConcatenate reports whether several transcripts can share standard output.
func (p *plan) canConcatenate() bool {
	return slices.Contains([]string{jsonLines, plainText, "txt"}, p.formats[0])
}

// place is where the transcript of a file goes.
type place struct {
	stem    string   // path of the outputs without extension
	outputs []string // one per format
	source  source
	skip    bool // the outputs exist and should stay
}

// prepare finds the place of an item's transcript, its Target.
func (p *plan) prepare(it *transcribe.Item, file filelist.File) (skip bool, err error) {
	at, err := p.place(file)
	it.Target = at
	return at.skip, err
}

func placeOf(it *transcribe.Item) place { return it.Target.(place) }

// claim assigns each output name to the first input that would use it. The files
// of other shards count too: their transcripts must not be overwritten, or mistaken
// for those of this shard.
func (p *plan) claim(all []filelist.File) {
	for _, file := range all {
		stem := p.stem(file)
		if _, taken := p.claimed[stem]; !taken {
			p.claimed[stem] = file.Name
		}
	}
}

// stem returns the path of an input's outputs without extension.
func (p *plan) stem(file filelist.File) string {
	base := filepath.Base(file.Name)
	name := strings.TrimSuffix(base, filepath.Ext(base))
	if strings.Trim(name, ".") == "" { // .wav: its outputs would be hidden, and all have the same name
		name = base
	}
	if p.beside {
		return filepath.Join(filepath.Dir(file.Name), name)
	}
	return filepath.Join(p.folder, file.Folder, name)
}

// place finds the place of an input's transcript, or an error if it would overwrite
// something else.
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
	existing, err := countExisting(file.Name, at.outputs)
	if err != nil {
		return place{}, err
	}
	owner, err := p.mayWrite(file.Name, at)
	if err != nil {
		return place{}, err
	}
	at.skip = p.skipExisting && existing == len(at.outputs) && (owner == source{} || owner.unchanged(at.source))
	if moved := owner.path != "" && !fileExists(owner.path); at.skip && moved && at.source.size >= 0 {
		_ = writeSource(at.stem, at.source) // if this fails, size and time identify the recording next time too
	}
	return at, nil
}

// countExisting counts the outputs that exist. It fails if one of them cannot or
// must not be replaced.
func countExisting(file string, outputs []string) (n int, err error) {
	input, inputErr := os.Stat(file)
	for _, path := range outputs {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return 0, fmt.Errorf("%s: its transcript cannot be written: %w", file, err)
		case info.IsDir():
			return 0, fmt.Errorf("%s: its transcript cannot be written: %s is a folder; "+
				"rename it, or choose another --output-dir", file, path)
		case inputErr == nil && os.SameFile(info, input):
			return 0, fmt.Errorf("%s: its transcript would overwrite the recording; choose another --output-dir", file)
		default:
			n++
		}
	}
	return n, nil
}

// mayWrite returns the source of the outputs in a place, or the zero value if it is
// unknown. It fails if they belong to another recording, in any format.
func (p *plan) mayWrite(file string, at place) (source, error) {
	owner, found, err := readSource(at.stem)
	if err != nil || !found {
		return source{}, err
	}
	now := at.source
	if owner.sameRecording(now) && (now.size != unfinished || owner.size != unfinished) {
		return owner, nil
	}
	for _, name := range format.Names() {
		if path := at.stem + "." + name; fileExists(path) {
			return source{}, overwrites(file, owner.path, path)
		}
	}
	return source{}, nil // all outputs were removed
}

func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func overwrites(file, other, path string) error {
	return fmt.Errorf("%s: its transcript would overwrite that of %s in %s; choose another --output-dir",
		file, other, path)
}
