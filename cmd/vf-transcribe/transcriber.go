package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
)

// transcriber runs the reader, the recognisers and the writer.
type transcriber struct {
	env      *cmdline.Env
	engine   *engine.Engine
	settings *settings
	work     *work
	out      *sink

	ctx      context.Context
	queue    *queue
	halt     chan struct{} // closed by haltOnce when no more work should begin
	haltOnce sync.Once
	began    time.Time   // when the program started
	replayed atomic.Bool // utterances arrive faster than they are spoken

	tally
}

// tally counts items and collects what decides the exit code.
type tally struct {
	started               time.Time
	done, failed, skipped int
	audio                 float64 // seconds
	uncovered             int     // items with speech without words
	firstFailure          error   // carries its exit code
	fatal                 error   // why the recogniser was stopped
}

func (t *transcriber) run() error {
	ctx, cancel := context.WithCancel(t.env.Context)
	defer cancel()
	t.ctx, t.halt, t.started = ctx, make(chan struct{}), time.Now()
	t.queue = newQueue(t.settings.queue, t.settings.engine.Recognisers)
	reader := &reader{
		ctx: ctx, env: t.env, settings: t.settings, work: t.work, plan: t.out.plan,
		queue: t.queue, halt: t.halt, began: t.began, replayed: &t.replayed,
	}
	var readError error // set once the queue is closed
	go func() {
		readError = reader.run()
		t.queue.close()
	}()
	var recognisers sync.WaitGroup
	for range t.settings.engine.Recognisers {
		recognisers.Go(t.recognise)
	}
	// The engine may be closed only after they have returned, which is soon after ctx ends.
	defer func() {
		cancel()
		recognisers.Wait()
	}()
	if err := t.write(); err != nil {
		return err
	}
	if readError != nil {
		return readError
	}
	return t.verdict()
}

// recognise decodes windows until there are no more.
func (t *transcriber) recognise() {
	for task := range t.queue.work {
		task.result, task.failed = t.decode(task)
		if task.failed != nil {
			task.item.failed.Store(true)
		}
		switch {
		case task.result == nil || !t.settings.engine.Params.Words:
		case t.ctx.Err() == nil:
			task.words = alignWords(task)
		default:
			task.words = modelSpans(task) // there is no time left to align them
		}
		if errors.Is(task.failed, engine.ErrMemory) {
			t.haltOnce.Do(func() { close(t.halt) })
		}
		t.queue.finish(task)
	}
}

// errAbandoned marks windows of items that had not begun when the work was stopped.
var errAbandoned = errors.New("not begun")

func (t *transcriber) decode(task *task) (*engine.Result, error) {
	it := task.item
	switch {
	case t.ctx.Err() != nil:
		return nil, t.ctx.Err()
	case !it.begun.Load() && t.stopped():
		return nil, errAbandoned
	case it.failed.Load():
		return nil, nil // its first failure has been reported
	}
	it.begun.Store(true)
	var spoken engine.Spoken
	if len(t.settings.engine.Languages) > 0 {
		var err error
		if spoken, err = task.spokenBefore(t.ctx); err != nil {
			return nil, err
		}
	}
	sound := engine.Sound{Samples: amplify(task.window.Samples), Voice: task.window.Voice()}
	return t.engine.Decode(t.ctx, sound, spoken)
}

// amplify converts samples for the engine. It raises very soft ones, because the
// model does not hear sound below a certain level.
func amplify(samples []int16) []float32 {
	peak := 0
	for _, s := range samples {
		peak = max(peak, int(s), -int(s))
	}
	out := audio.Float32(nil, samples)
	if peak > 0 && peak < input.SoftPeak {
		for i := range out {
			out[i] *= raisedPeak / float32(peak)
		}
	}
	return out
}

// stopped reports whether no more items should begin: files after the first
// interrupt, and all items once the recogniser has been stopped.
func (t *transcriber) stopped() bool {
	select {
	case <-t.halt:
		return true
	default:
	}
	if t.work.stream {
		return false
	}
	select {
	case <-t.env.Stop:
		return true
	default:
		return false
	}
}

// write writes the results in order. Its error ends the run.
func (t *transcriber) write() error {
	var draft *draft
	for task := range t.queue.order {
		select {
		case <-task.done:
		case <-t.ctx.Done():
			return t.interrupted(draft, task)
		}
		if task.record != nil {
			if err := t.record(task.record); err != nil {
				return err
			}
			continue
		}
		if draft == nil {
			draft = newDraft(task.item, t.settings)
		}
		if task.window != nil {
			task.settle()
			draft.add(task)
			if err := t.out.showDraft(draft); err != nil {
				return err
			}
			continue
		}
		err := t.finish(draft, task.err)
		if draft = nil; err != nil {
			return err
		}
	}
	return t.interrupted(draft, nil)
}

// interrupted writes what was decoded of an item before the second interrupt: its
// complete windows, and the beginning of the next one. next is the item's next task.
// It returns the error of the context, nil if that has not ended.
func (t *transcriber) interrupted(d *draft, next *task) error {
	if t.ctx.Err() == nil {
		return nil
	}
	for next != nil && next.window != nil {
		<-next.done // soon, because decoding has stopped
		if d == nil {
			d = newDraft(next.item, t.settings)
		}
		if d.item != next.item {
			return t.incomplete(d)
		}
		if d.add(next); next.failed != nil || next.result == nil {
			return t.incomplete(d)
		}
		select {
		case next = <-t.queue.order: // nil: closed
		default:
			next = nil
		}
	}
	return t.incomplete(d)
}

// incomplete writes an item's partial transcript, and returns the context's error.
func (t *transcriber) incomplete(d *draft) error {
	if d == nil {
		return t.ctx.Err()
	}
	transcript := d.incomplete()
	if transcript == nil {
		return t.ctx.Err()
	}
	if err := t.out.incomplete(transcript); err != nil {
		return err
	}
	name := transcript.File
	if name == "" {
		name = "standard input"
	}
	t.env.Log.Warn().Msgf("%s: interrupted: transcribed up to %.1f s", name, transcript.End)
	return t.ctx.Err()
}

// finish writes the result of an item. A failed item does not end the run; a returned
// error does.
func (t *transcriber) finish(d *draft, readError error) error {
	it := d.item
	err := d.err
	if errors.Is(err, engine.ErrMemory) {
		t.fatal, err = err, nil // the text is complete
	}
	switch {
	case errors.Is(err, errAbandoned):
		return nil
	case errors.Is(err, context.Canceled):
		return t.incomplete(d)
	case err != nil:
		return t.fail(it, cmdline.Exit(exitcode.Recogniser, err))
	case readError != nil:
		return t.fail(it, readError)
	case it.place.skip:
		t.skipped++
		return t.out.skip(it)
	}
	transcript := d.transcript(t.engine)
	if remark := uncoveredRemark(transcript); remark != "" {
		it.remarks = append(it.remarks, remark)
	}
	t.remark(it)
	t.measure(it, transcript)
	if err := t.out.transcript(it, transcript); err != nil {
		var unwritable *writeError
		if !errors.As(err, &unwritable) {
			return err
		}
		failed := t.fail(it, cmdline.Exit(exitcode.NoTarget, err))
		if isFull(err) && failed == nil { // the others would fail too
			return cmdline.Exit(exitcode.NoTarget,
				errors.New("stopped, because the disk is full or read-only: make room, then run it again with --skip-existing"))
		}
		return failed
	}
	t.done++
	if len(transcript.Uncovered) > 0 {
		t.uncovered++
	}
	t.audio += transcript.Duration
	return nil
}

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
