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

// transcriber is the reader, the recognisers and the writer at work.
type transcriber struct {
	env      *cmdline.Env
	engine   *engine.Engine
	settings *settings
	work     *work
	out      *sink

	ctx      context.Context
	queue    *queue
	halt     chan struct{} // closed by haltOnce: begin no more work
	haltOnce sync.Once
	began    time.Time   // of the program
	replayed atomic.Bool // the stream comes faster than it was spoken

	tally
}

// tally counts items and remembers what the exit code depends on.
type tally struct {
	started               time.Time
	done, failed, skipped int
	audio                 float64 // seconds
	uncovered             int     // files in which speech has no words
	firstFailure          error   // with its exit code
	fatal                 error   // why the recogniser was stopped
}

func (t *transcriber) run() error {
	ctx, cancel := context.WithCancel(t.env.Context)
	defer cancel()
	t.ctx, t.halt, t.started = ctx, make(chan struct{}), time.Now()
	t.queue = newQueue(t.settings.queue, t.settings.engine.Recognisers)
	reader := &reader{ctx: ctx, env: t.env, settings: t.settings, work: t.work, plan: t.out.plan, queue: t.queue, halt: t.halt, began: t.began, replayed: &t.replayed}
	var readError error // valid once the queue is closed
	go func() {
		readError = reader.run()
		t.queue.close()
	}()
	var recognisers sync.WaitGroup
	for range t.settings.engine.Recognisers {
		recognisers.Go(t.recognise)
	}
	// They return at once when ctx ends, which the engine's owner relies on.
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
			task.words = wordPlaces(task)
		default:
			task.words = roughPlaces(task) // there is no time to look at the sound
		}
		if errors.Is(task.failed, engine.ErrMemory) {
			t.haltOnce.Do(func() { close(t.halt) })
		}
		t.queue.finish(task)
	}
}

// errAbandoned marks the windows of items that were not begun when the work
// was stopped.
var errAbandoned = errors.New("not begun")

func (t *transcriber) decode(task *task) (*engine.Result, error) {
	it := task.item
	switch {
	case t.ctx.Err() != nil:
		return nil, t.ctx.Err()
	case !it.begun.Load() && t.stopped():
		return nil, errAbandoned
	case it.failed.Load():
		return nil, nil // its first failure has been told
	}
	it.begun.Store(true)
	var before engine.Spoken
	if len(t.settings.engine.Languages) > 0 {
		var err error
		if before, err = task.before(t.ctx); err != nil {
			return nil, err
		}
	}
	sound := engine.Sound{Samples: audible(task.window.Samples), Voice: task.window.Voice()}
	return t.engine.Decode(t.ctx, sound, before)
}

// audible is samples as the engine takes them. What is very soft is raised, for the model's
// measure of loudness has a floor.
func audible(samples []int16) []float32 {
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

// stopped tells whether no more items are to be begun: files after the first
// interrupt, anything when the recogniser had to be stopped.
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

// write puts out results in their order. Its error ends the run.
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
			if err := t.out.soFar(draft); err != nil {
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

// interrupted puts out what was decoded of an item before the second interrupt: the
// whole windows, and the beginning of the one after them; next is the item's next
// task. It returns the error of the context, nil where that has not ended.
func (t *transcriber) interrupted(d *draft, next *task) error {
	if t.ctx.Err() == nil {
		return nil
	}
	for next != nil && next.window != nil {
		<-next.done // soon: no more is decoded
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

// incomplete puts out what there is of an item, and returns why that is all.
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
	t.env.Log.Warn().Msgf("%s: interrupted: this is its text up to %.1f s", name, transcript.End)
	return t.ctx.Err()
}

// finish puts out what has become of an item. A failure of the item is written
// as such and does not end the run; the error returned does.
func (t *transcriber) finish(d *draft, readError error) error {
	it := d.item
	err := d.err
	if errors.Is(err, engine.ErrMemory) {
		t.fatal, err = err, nil // the text is there
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
	if remark := uncovered(transcript); remark != "" {
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
		if isFull(err) && failed == nil { // nor could others be written
			return cmdline.Exit(exitcode.NoTarget, errors.New("stopped, because nothing more can be written: make room, then run the same command with --skip-existing"))
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

// isFull reports whether a disk takes no more files, whatever their names.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}

// measure logs what an item cost.
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
	case it.replayed || it.file == "" && t.replayed.Load(): // as with files, nobody waits
		line.Bool(logrecord.FieldReplayed, true)
	case it.file == "":
		line.Float64(logrecord.FieldLatencySeconds, (it.delay + time.Since(it.arrived)).Seconds())
	}
	line.Msg("transcribed")
}

func mb(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// record passes on what is not for this program, and tells of what is no
// record.
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

// remark tells what a person should know of an item's audio.
func (t *transcriber) remark(it *item) {
	for _, remark := range it.remarks {
		t.out.progress.clear()
		t.env.Log.Warn().EmbedObject(logrecord.Remark).
			Int(logrecord.FieldID, it.id).Str(logrecord.FieldFile, it.file).Msg(it.name() + ": " + remark)
	}
}

// fail records that an item failed, in the output and in the log.
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

// verdict is the run's outcome: with nothing done, the failure's own exit code,
// except that files which cannot be read make the same one alone and among others.
// All failures have been told by now.
func (t *transcriber) verdict() error {
	t.out.progress.clear()
	all := len(t.work.files) + len(t.work.problems)
	told := t.done + t.failed + t.skipped
	if all > 1 {
		took := time.Since(t.started).Seconds()
		uncovered := ""
		if t.uncovered > 0 {
			uncovered = fmt.Sprintf(", %d with speech that has no words", t.uncovered)
		}
		t.env.Log.Info().Msgf("%d files: %d done%s, %d failed, %d skipped; %.0f s of audio in %.1f s, %.1f times real time",
			all, t.done, uncovered, t.failed, t.skipped, t.audio, took, t.audio/took)
	}
	switch {
	case t.fatal != nil:
		return cmdline.Exit(exitcode.Recogniser, t.fatal)
	case told < all:
		return cmdline.Exit(exitcode.Interrupted, fmt.Errorf("interrupted: %d of %d files are done", told, all))
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
