package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// The formats of standard output beside those of pkg/format.
const (
	allFormats = "all"   // every format, into --output-dir
	plainText  = "text"  // the text of each transcript on a line
	jsonLines  = "jsonl" // the default
)

func outputFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "output-format", Aliases: []string{"f"}, Value: jsonLines,
			Usage: "`FORMAT` of the output, or several with commas between them: text, " + strings.Join(format.Names(), ", ") + ", all"},
		&cli.StringFlag{Name: "output-dir", Aliases: []string{"o"}, TakesFile: true,
			Usage: "write the transcript of talk.wav to `FOLDER`/talk.srt and so on, and a line of result to standard output"},
		&cli.BoolFlag{Name: "skip-existing", Usage: "with --output-dir, skip files whose transcripts are there"},
	}
}

// output writes transcripts: to files, with a line of result for each, or to
// standard output.
type output struct {
	env      *tool.Env
	lines    *event.Writer
	progress *progress

	formats []string
	folder  string // empty: standard output
	skips   bool   // what is there

	claimed map[string]string // name of the outputs without their endings -> the input that it belongs to
	written int               // transcripts on standard output
}

// outputError is a failure to write the transcript of one file.
type outputError struct{ error }

func (e *outputError) Unwrap() error { return e.error }

func newOutput(env *tool.Env, c *cli.Context, w *work) (*output, error) {
	o := &output{
		env: env, lines: event.NewWriter(env.Stdout), progress: newProgress(env, len(w.names)),
		folder: c.String("output-dir"), skips: c.Bool("skip-existing"), claimed: map[string]string{},
	}
	if err := env.NeedOutput(); err != nil {
		return nil, err
	}
	if err := o.setFormats(c.String("output-format")); err != nil {
		return nil, tool.Exit(tool.Usage, err)
	}
	if err := o.check(w); err != nil {
		return nil, tool.Exit(tool.Usage, err)
	}
	if o.folder == "" {
		return o, nil
	}
	o.claim(w.all)
	if err := os.MkdirAll(o.folder, 0o777); err != nil {
		return nil, tool.Exit(tool.NoTarget, fmt.Errorf("--output-dir: %w", err))
	}
	return o, nil
}

// claim gives each name of outputs to the first input that would take it. The
// files of other shards count: what they wrote must not be overwritten, nor
// taken for the transcript of a file of this shard.
func (o *output) claim(all []string) {
	for _, file := range all {
		if _, taken := o.claimed[stem(file)]; !taken {
			o.claimed[stem(file)] = file
		}
	}
}

// stem is the name of an input's outputs without their endings.
func stem(file string) string { return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) }

func (o *output) setFormats(list string) error {
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		switch {
		case name == allFormats:
			o.formats = append(o.formats, format.Names()...)
		case format.Known(name), name == plainText:
			o.formats = append(o.formats, name)
		default:
			return fmt.Errorf("--output-format %q: use text, %s or all", name, strings.Join(format.Names(), ", "))
		}
	}
	if o.folder != "" { // a text file is a txt file
		for i, name := range o.formats {
			if name == plainText {
				o.formats[i] = "txt"
			}
		}
	}
	slices.Sort(o.formats)
	o.formats = slices.Compact(o.formats)
	return nil
}

func (o *output) check(w *work) error {
	switch {
	case o.folder != "" && w.stream:
		return errors.New("--output-dir is for files; redirect standard output, or name files")
	case o.folder != "":
		return nil
	case o.skips:
		return errors.New("--skip-existing needs --output-dir, where transcripts could be")
	case len(o.formats) > 1:
		return errors.New("--output-format: several formats need --output-dir")
	case len(w.names) > 1 && !o.stacks():
		return fmt.Errorf("--output-format %s: transcripts of several files need --output-dir", o.formats[0])
	}
	return nil
}

// stacks tells whether transcripts can follow each other on standard output.
func (o *output) stacks() bool {
	return slices.Contains([]string{jsonLines, plainText, "txt"}, o.formats[0])
}

// plan names the files that the transcript of an input is to be written to,
// and tells whether they are all there and are to be left.
func (o *output) plan(file string) (outputs []string, skip bool, err error) {
	if o.folder == "" {
		return nil, false, nil
	}
	there := 0
	for _, name := range o.formats {
		path := filepath.Join(o.folder, stem(file)+"."+name)
		if owner := o.claimed[stem(file)]; owner != file {
			return nil, false, fmt.Errorf("%s: its transcript would overwrite that of %s in %s; give it another --output-dir", file, owner, path)
		}
		outputs = append(outputs, path)
		if _, err := os.Stat(path); err == nil {
			there++
		}
	}
	return outputs, o.skips && there == len(outputs), nil
}

// transcript writes what became of an item. Its error is an *outputError where
// others may yet be written.
func (o *output) transcript(it *item, t *event.Transcript) error {
	defer o.progress.step()
	if o.folder == "" {
		return o.print(t)
	}
	for i, path := range it.outputs {
		if err := writeFile(path, o.formats[i], t); err != nil {
			return &outputError{fmt.Errorf("%s: %w", it.file, err)}
		}
	}
	return o.lines.Write(&event.Result{
		ID: t.ID, File: t.File, Outputs: it.outputs,
		Language: t.Language, Duration: t.Duration, Model: t.Model, Device: t.Device, Retries: t.Retries, Degraded: t.Degraded,
		ProcessingSeconds: t.ProcessingSeconds, SpeedFactor: t.SpeedFactor,
	})
}

// incomplete writes what there is of an item to standard output: the files of an
// output folder are whole.
func (o *output) incomplete(t *event.Transcript) error {
	o.progress.clear()
	if o.folder == "" {
		return o.print(t)
	}
	return o.lines.Write(t)
}

func (o *output) print(t *event.Transcript) error {
	if o.written++; o.written > 1 && !o.stacks() {
		return tool.Exit(tool.Usage, fmt.Errorf("--output-format %s: it holds one transcript, and there are more; use jsonl or text", o.formats[0]))
	}
	if o.formats[0] != plainText {
		return format.Write(o.env.Stdout, o.formats[0], t)
	}
	if t.Text == "" {
		return nil
	}
	_, err := fmt.Fprintln(o.env.Stdout, t.Text)
	return err
}

func (o *output) skip(it *item) error {
	defer o.progress.step()
	return o.lines.Write(&event.Result{ID: it.id, File: it.file, Outputs: it.outputs, Skipped: true})
}

func (o *output) failure(f *event.Failure) error {
	defer o.progress.step()
	if !o.wantsLines() {
		return nil // the log has it
	}
	return o.lines.Write(f)
}

// pass hands on what is not for this program.
func (o *output) pass(r event.Record) error {
	if !o.wantsLines() {
		return nil
	}
	return o.lines.Write(r)
}

func (o *output) wantsLines() bool { return o.folder != "" || o.formats[0] == jsonLines }

// writeFile writes under another name first, so that a file of the right name
// is always whole.
func writeFile(path, name string, t *event.Transcript) (err error) {
	temporary := fmt.Sprintf("%s.%d.part", path, os.Getpid())
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temporary)
		}
	}()
	err = format.Write(f, name, t)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
