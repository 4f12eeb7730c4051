package main

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
	"voiceflow/pkg/event"
)

// isFull reports whether nothing more can be written to a disk.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}

// measure logs the cost of an item.
func (t *transcriber) measure(it *item, transcript *event.Transcript) {
	usage := t.engine.Usage()
	line := t.env.Metrics.Info().EmbedObject(logrecord.Utterance).
		Int(logrecord.FieldID, it.id).Str(logrecord.FieldFile, it.file).
		Float64(logrecord.FieldAudioSeconds, transcript.Duration).
		Float64(logrecord.FieldProcessingSeconds, transcript.ProcessingSeconds).
		Float64(logrecord.FieldSpeedFactor, transcript.SpeedFactor).
		Str(logrecord.FieldModel, transcript.Model).Str(logrecord.FieldDevice, transcript.Device).
		Strs(logrecord.FieldDegraded, transcript.Degraded).Int(logrecord.FieldRetries, transcript.Retries).
		Int(logrecord.FieldDropped, transcript.Dropped).Int(logrecord.FieldUncovered, len(transcript.Uncovered)).
		Int(logrecord.FieldRefreshes, t.engine.Refreshes()).Int(logrecord.FieldQueue, len(t.queue.work)).
		Float64(logrecord.FieldMemoryMB, mb(usage.Resident)).Float64(logrecord.FieldGrowthMB, mb(usage.Growth)).
		Float64(logrecord.FieldCPUPercent, 100*usage.CPU)
	switch {
	case it.replayed || it.file == "" && t.replayed.Load(): // as with files, nobody is waiting
		line.Bool(logrecord.FieldReplayed, true)
	case it.file == "":
		line.Float64(logrecord.FieldLatencySeconds, (it.delay + time.Since(it.arrived)).Seconds())
	}
	line.Msg("transcribed")
}

func mb(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// record passes on records meant for other programs, and reports malformed ones.
func (t *transcriber) record(r event.Record) error {
	syntax, malformed := r.(*event.SyntaxError)
	if !malformed {
		return t.out.pass(r)
	}
	t.failed++
	if t.firstFailure == nil {
		t.firstFailure = cmdline.Exit(exitcode.SomeFailed, nil)
	}
	t.env.Log.Error().Msg("standard input: " + syntax.Error())
	return nil
}

// remark logs what a person should know about an item's audio.
func (t *transcriber) remark(it *item) {
	for _, remark := range it.remarks {
		t.out.progress.clear()
		t.env.Log.Warn().EmbedObject(logrecord.Remark).
			Int(logrecord.FieldID, it.id).Str(logrecord.FieldFile, it.file).Msg(it.name() + ": " + remark)
	}
}

// fail reports a failed item in the output and the log.
func (t *transcriber) fail(it *item, err error) error {
	t.failed++
	if t.firstFailure == nil {
		t.firstFailure = err
	}
	t.out.progress.clear()
	t.env.Log.Error().EmbedObject(logrecord.Failure).
		Int(logrecord.FieldID, it.id).Str(logrecord.FieldFile, it.file).Msg(err.Error())
	return t.out.failure(&event.Failure{ID: it.id, File: it.file, Error: err.Error()})
}

// verdict returns the outcome of the run; all failures have been logged by now. If
// nothing was done, the exit code is that of the first failure, except that
// unreadable files always give the code for some failures.
func (t *transcriber) verdict() error {
	t.out.progress.clear()
	all := len(t.work.files) + len(t.work.problems)
	finished := t.done + t.failed + t.skipped
	if all > 1 {
		took := time.Since(t.started).Seconds()
		uncovered := ""
		if t.uncovered > 0 {
			uncovered = fmt.Sprintf(" (%d with speech without words)", t.uncovered)
		}
		t.env.Log.Info().Msgf("%d files: %d done%s, %d failed, %d skipped; %.0f s of audio in %.1f s, %.1f times real time",
			all, t.done, uncovered, t.failed, t.skipped, t.audio, took, t.audio/took)
	}
	switch {
	case t.fatal != nil:
		return cmdline.Exit(exitcode.Recogniser, t.fatal)
	case finished < all:
		return cmdline.Exit(exitcode.Interrupted, fmt.Errorf("interrupted: %d of %d files are done", finished, all))
	case t.failed == 0:
		return nil
	case t.done+t.skipped == 0:
		var coded *cmdline.ExitError
		if errors.As(t.firstFailure, &coded); coded.Code == exitcode.Input && !t.work.stream {
			return cmdline.Exit(exitcode.SomeFailed, nil)
		}
		return cmdline.Exit(coded.Code, nil)
	default:
		return cmdline.Exit(exitcode.SomeFailed, nil)
	}
}
