package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/prose"
	"voiceflow/internal/tool"
	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// The formats of standard output beside those of pkg/format.
const (
	allFormats = "all"   // every format, into --output-dir
	plainText  = "text"  // the text of each transcript on a line
	jsonLines  = "jsonl" // the default, but on a terminal
)

func outputFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "output-format", Aliases: []string{"f"}, Value: jsonLines, DefaultText: "jsonl; on a terminal text with its times",
			Usage: "`FORMAT` of the output, or several with commas between them: text, " + strings.Join(format.Names(), ", ") + ", all"},
		&cli.StringFlag{Name: "output-dir", Aliases: []string{"o"}, TakesFile: true,
			Usage: "write the transcript of talk.wav to `FOLDER`/talk.srt and so on, and a line of result to standard output"},
		&cli.BoolFlag{Name: "beside", Usage: "write the transcript of talks/talk.wav to talks/talk.srt, next to it, where players look"},
		&cli.BoolFlag{Name: "skip-existing", Usage: "with --output-dir or --beside, skip files whose transcripts are there"},
	}
}

// output writes transcripts: to files, with a line of result for each, or to
// standard output.
type output struct {
	env      *tool.Env
	lines    *event.Writer
	progress *progress

	formats []string
	files   bool   // else standard output
	folder  string // of the files, unless they go next to their inputs:
	beside  bool
	skips   bool // what is there

	screen *screen // nil: transcripts go elsewhere, or in a format that was asked for
	person bool    // lines of result are for a person
	named  bool    // text on standard output says which file it is of

	claimed map[string]string // path of the outputs without their endings -> the input that it belongs to
	written int               // transcripts on standard output
}

// outputError is a failure to write the transcript of one file.
type outputError struct{ error }

func (e *outputError) Unwrap() error { return e.error }

func newOutput(env *tool.Env, c *cli.Context, w *work) (*output, error) {
	o := &output{
		env: env, lines: event.NewWriter(env.Stdout), progress: newProgress(env, w),
		folder: c.String("output-dir"), beside: c.Bool("beside"), skips: c.Bool("skip-existing"), claimed: map[string]string{},
	}
	o.files = o.folder != "" || o.beside
	if err := env.NeedOutput(); err != nil {
		return nil, err
	}
	if err := o.setFormats(c.String("output-format")); err != nil {
		return nil, tool.Exit(exitcode.Usage, err)
	}
	if err := o.check(w); err != nil {
		return nil, tool.Exit(exitcode.Usage, err)
	}
	terminal := tool.IsTerminal(env.Stdout)
	o.named, o.person = len(w.all) > 1, o.files && terminal
	if !o.files && terminal {
		o.progress = &progress{} // the transcripts show it
		if !c.IsSet("output-format") {
			o.formats, o.screen = []string{plainText}, &screen{out: env.Stdout, several: o.named}
		}
	}
	if !o.files {
		return o, nil
	}
	o.claim(w.all)
	if o.beside {
		return o, nil
	}
	if err := os.MkdirAll(o.folder, 0o777); err != nil {
		return nil, tool.Exit(exitcode.NoTarget, fmt.Errorf("--output-dir: %w", err))
	}
	return o, nil
}

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
	if o.files { // a text file is a txt file
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
	case o.folder != "" && o.beside:
		return errors.New("--output-dir and --beside are two places for the same transcripts; leave one out")
	case o.folder != "" && w.stream:
		return errors.New("--output-dir is for files; redirect standard output, or name files")
	case o.beside && w.stream:
		return errors.New("--beside is for files; redirect standard output, or name files")
	case o.files:
		return nil
	case o.skips:
		return errors.New("--skip-existing needs --output-dir or --beside, where transcripts could be")
	case len(o.formats) > 1:
		return errors.New("--output-format: several formats need --output-dir or --beside")
	case len(w.files) > 1 && !o.stacks():
		return fmt.Errorf("--output-format %s: transcripts of several files need --output-dir or --beside", o.formats[0])
	}
	return nil
}

// stacks tells whether transcripts can follow each other on standard output.
func (o *output) stacks() bool {
	return slices.Contains([]string{jsonLines, plainText, "txt"}, o.formats[0])
}

// transcript writes what became of an item. Its error is an *outputError where
// others may yet be written.
func (o *output) transcript(it *item, t *event.Transcript) error {
	defer o.progress.step(it.file, t.Duration)
	if o.screen != nil {
		return o.screen.end(it, t)
	}
	if !o.files {
		return o.print(t)
	}
	if err := o.write(it, t); err != nil {
		return &outputError{err}
	}
	return o.result(&event.Result{
		ID: t.ID, File: t.File, Outputs: it.place.outputs,
		Language: t.Language, Duration: t.Duration, Model: t.Model, Device: t.Device, Retries: t.Retries, Degraded: t.Degraded,
		Uncovered: t.Uncovered, Dropped: t.Dropped,
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
		return tool.Exit(exitcode.Usage, fmt.Errorf("--output-format %s: it holds one transcript, and there are more; use jsonl or text", o.formats[0]))
	}
	o.progress.clear() // the reader may be on the same terminal
	if o.formats[0] != plainText {
		return format.Write(o.env.Stdout, o.formats[0], t)
	}
	if t.Text == "" {
		return nil
	}
	text := t.Text
	if o.named && t.File != "" {
		text = prose.Line(t.File) + ": " + text
	}
	_, err := fmt.Fprintln(o.env.Stdout, text)
	return err
}

// soFar shows what is known of an item's transcript, where somebody looks.
func (o *output) soFar(d *draft) error {
	segments := d.event.Segments
	if d.err != nil || len(segments) == 0 {
		return nil
	}
	if o.screen != nil {
		return o.screen.show(d.item, &d.event)
	}
	o.progress.at(d.item.file, segments[len(segments)-1].End)
	return nil
}

// result writes what became of a file.
func (o *output) result(r *event.Result) error {
	o.progress.clear()
	if !o.person {
		return o.lines.Write(r)
	}
	what := prose.Line(strings.Join(r.Outputs, ", "))
	if r.Skipped {
		what += " (there before, skipped)"
	}
	_, err := fmt.Fprintf(o.env.Stdout, "%s: %s\n", prose.Line(r.File), what)
	return err
}

func (o *output) skip(it *item) error {
	defer o.progress.step(it.file, 0)
	return o.result(&event.Result{ID: it.id, File: it.file, Outputs: it.place.outputs, Skipped: true})
}

func (o *output) failure(f *event.Failure) error {
	defer o.progress.step(f.File, 0)
	if !o.wantsLines() || o.person {
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

func (o *output) wantsLines() bool { return o.files || o.formats[0] == jsonLines }
