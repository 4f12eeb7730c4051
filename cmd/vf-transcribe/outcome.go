package main

import (
	"cmp"
	"errors"
	"fmt"
	"syscall"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/event"
)

// outcome passes the results of a run to the sink and the log, and counts what decides
// the exit code. It is a transcribe.Output.
type outcome struct {
	env     *cmdline.Env
	work    *work
	sink    *sink
	keeper  *keeper
	backend backend
	run     *transcribe.Transcriber

	started               time.Time
	done, failed, skipped int
	audio                 float64 // seconds
	uncovered             int     // items with speech without words
	firstFailure          error   // carries its exit code
}

// Draft shows what is known of a transcript.
func (o *outcome) Draft(it *transcribe.Item, t *event.Transcript) error { return o.sink.draft(it, t) }

// Skip reports a file whose transcript exists.
func (o *outcome) Skip(it *transcribe.Item) error {
	err := o.sink.skip(it)
	if errors.Is(err, event.ErrRecord) {
		return o.Failure(it, cmdline.Exit(exitcode.SomeFailed, err))
	}
	o.skipped++
	return err
}

// Incomplete writes what was transcribed before the second interrupt.
func (o *outcome) Incomplete(t *event.Transcript) error {
	o.keeper.saveAll() // first, because the output may block
	if err := o.sink.incomplete(t); err != nil {
		return err
	}
	name := t.File
	if name == "" {
		name = standardInput
	}
	o.env.Log.Warn().Msgf("%s: interrupted: transcribed up to %.1f s", name, t.End)
	return nil
}

// Transcript writes a transcript. If its file cannot be written, the item has failed, but
// the run goes on.
func (o *outcome) Transcript(it *transcribe.Item, t *event.Transcript) error {
	o.remark(it)
	usage, refreshes := o.backend.usage()
	transcribe.Measure(o.env.Metrics, it, t, transcribe.Cost{Usage: usage, Refreshes: refreshes, Waiting: o.run.Waiting()})
	err := o.sink.transcript(it, t)
	var unwritable *writeError
	if !errors.As(err, &unwritable) {
		o.keeper.finished(it)
	}
	if err != nil {
		if errors.Is(err, event.ErrRecord) {
			return o.Failure(it, cmdline.Exit(exitcode.SomeFailed, err))
		}
		if unwritable == nil {
			return err
		}
		failed := o.Failure(it, cmdline.Exit(exitcode.NoTarget, err))
		if isFull(err) && failed == nil { // the others would fail too
			return cmdline.Exit(exitcode.NoTarget,
				errors.New("stopped, because the disk is full or read-only: make room, then run it again with "+
					"--skip-existing --resume"))
		}
		return failed
	}
	o.done++
	if len(t.Uncovered) > 0 {
		o.uncovered++
	}
	o.audio += t.Duration
	return nil
}

// isFull reports whether nothing more can be written to a disk.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}

// Partial writes the text so far of an utterance that goes on.
func (o *outcome) Partial(p *event.Partial) error { return o.sink.partial(p) }

// Record passes on records meant for other programs, and reports malformed ones.
func (o *outcome) Record(r event.Record) error {
	syntax, malformed := r.(*event.SyntaxError)
	if malformed {
		o.malformed(syntax.Error())
		return o.sink.failure(&event.Failure{ID: syntax.ID, Error: standardInput + ": " + syntax.Error()})
	}
	failure, err := o.sink.pass(r)
	if failure != nil {
		o.malformed(failure.Error)
	}
	return err
}

// malformed reports a line that cannot be read, or passed on.
func (o *outcome) malformed(why string) {
	o.failed++
	if o.firstFailure == nil {
		o.firstFailure = cmdline.Exit(exitcode.SomeFailed, nil)
	}
	o.env.Log.Error().Msg(standardInput + ": " + why)
}

// end writes the last line, and returns the outcome of the run, whose error is err.
func (o *outcome) end(err error) error {
	o.keeper.saveAll()
	why := err
	if err == nil {
		err = o.verdict()
		var coded *exitcode.Error
		if errors.As(err, &coded) && (coded.Code == exitcode.Interrupted || o.run.Fatal() != nil) {
			why = err
		}
		broken, between := o.run.BrokenOff(o.env.CutShort())
		if between {
			o.env.Log.Warn().Msg(standardInput + ": " + event.ErrStopped.Error() + ", between two dictations")
		}
		if broken != nil {
			why = broken
			broken = cmdline.Exit(exitcode.SomeFailed, fmt.Errorf("%s: %w", standardInput, broken))
			if err != nil {
				o.env.Log.Error().Msg(broken.Error())
			}
			err = cmp.Or(err, broken)
		}
	}
	return cmp.Or(err, o.sink.end(why))
}

// remark logs what a person should know about an item's audio.
func (o *outcome) remark(it *transcribe.Item) {
	for _, remark := range it.Remarks {
		o.sink.progress.clear()
		o.env.Log.Warn().EmbedObject(logrecord.Remark).
			Int(logrecord.FieldID, it.ID).Str(logrecord.FieldFile, it.File).Msg(it.Name() + ": " + remark)
	}
}

// Failure reports a failed item in the output and the log.
func (o *outcome) Failure(it *transcribe.Item, err error) error {
	o.failed++
	if o.firstFailure == nil {
		o.firstFailure = err
	}
	o.sink.progress.clear()
	o.keeper.save(it)
	o.env.Log.Error().EmbedObject(logrecord.Failure).
		Int(logrecord.FieldID, it.ID).Str(logrecord.FieldFile, it.File).Msg(err.Error())
	return o.sink.failure(&event.Failure{ID: it.ID, File: it.File, Error: err.Error()})
}

// verdict returns the outcome of the run; all failures have been logged by now. If
// nothing was done, the exit code is that of the first failure, except that
// unreadable files always give the code for some failures.
func (o *outcome) verdict() error {
	o.sink.progress.clear()
	all := len(o.work.files) + len(o.work.problems)
	finished := o.done + o.failed + o.skipped
	if all > 1 {
		took := time.Since(o.started).Seconds()
		uncovered := ""
		if o.uncovered > 0 {
			uncovered = fmt.Sprintf(" (%d with speech without words)", o.uncovered)
		}
		o.env.Log.Info().Msgf("%d files: %d done%s, %d failed, %d skipped; %.0f s of audio in %.1f s, %.1f times real time",
			all, o.done, uncovered, o.failed, o.skipped, o.audio, took, o.audio/took)
	}
	switch {
	case o.run.Fatal() != nil:
		return cmdline.Exit(exitcode.Recogniser, o.run.Fatal())
	case finished < all:
		return cmdline.Exit(exitcode.Interrupted, fmt.Errorf("interrupted: %d of %d files are done", finished, all))
	case o.failed == 0:
		return nil
	case o.done+o.skipped == 0:
		var coded *exitcode.Error
		if errors.As(o.firstFailure, &coded); coded.Code == exitcode.Input && !o.work.stream {
			return cmdline.Exit(exitcode.SomeFailed, nil)
		}
		return cmdline.Exit(coded.Code, nil)
	default:
		return cmdline.Exit(exitcode.SomeFailed, nil)
	}
}
