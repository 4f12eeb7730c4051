package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
)

// recorder copies samples from sources to the outputs, one dictation after another.
type recorder struct {
	env     *cmdline.Env
	config  config
	control *control         // nil: only signals control it
	presses <-chan os.Signal // each pauses or resumes
	stop    <-chan struct{}  // closed when the user stops the process; nil after that
	machine machine
	order   order
	waiting []chan<- reply // presses that are answered when the dictation has ended
	begun   []chan<- reply // presses that are answered when it has begun

	supply  *supply // opens a source for each dictation; nil: src is always open
	src     source  // nil while closed
	feed    *feed   // samples from src
	opening chan opening
	closed  chan struct{} // closed once the last source is

	out   *outputs
	queue *queue
	gate  gate
	at    int64 // samples recorded
	gap   int64 // samples of silence for lost sound at the end of them
	late  int   // samples since the press that is acted on
	mute  bool  // nothing is to be recorded at the moment, or at the end nothing was
	since time.Time
	dictation

	meter *meter // nil: not shown
	cue   sync.WaitGroup
}

// dictation is what concerns only the current dictation.
type dictation struct {
	from    int64            // samples recorded before it
	heard   bool             // it has samples
	full    bool             // it is long enough
	silence *silence         // nil: silence does not end it
	voice   *voice           // nil: there is no tail
	tail    <-chan time.Time // nil: not stopped
}

// opening is a source that has been opened, or the reason why it could not be.
type opening struct {
	src  source
	ring *audio.Ring
	err  error
}

func newRecorder(env *cmdline.Env, cfg config, out *outputs, c *control, presses <-chan os.Signal) (*recorder, error) {
	if err := out.space.enough(limitSamples(cfg.limit)); err != nil {
		return nil, cmdline.Exit(exitcode.NoTarget, err)
	}
	r := &recorder{
		env: env, config: cfg, control: c, presses: presses, stop: env.Stop, out: out,
		opening: make(chan opening, 1), closed: make(chan struct{}), mute: true,
		gate: gate{paused: true, keep: int(audio.Samples(cfg.preRoll)), slack: int(audio.Samples(longestDelay))},
		machine: machine{
			armed: cfg.armed, rests: cfg.armed && cfg.outputFormat == formatJSONLines,
			phase: phaseOpening, wanted: phaseRecording,
		},
	}
	if cfg.armed {
		r.machine.phase = phaseWaiting
	} else if cfg.press != "" {
		r.order.accept(pressNames[cfg.press], cfg.pressed)
	}
	if cfg.preRoll == 0 {
		r.gate.slack = 0
	}
	close(r.closed)
	if cfg.meter && cmdline.IsTerminal(env.Stderr) {
		r.meter = &meter{to: env.Stderr}
	}
	return r, nil
}

// run records until the source ends, the recording is over, or the user stops it.
func (r *recorder) run() error {
	r.queue = newQueue(r.out)
	err := r.loop()
	if err == nil {
		err = r.do(r.machine.quitNow())
	} else {
		_ = r.do(r.machine.quitNow()) // the first error matters more
	}
	r.queue.close()
	<-r.queue.done
	select {
	case werr := <-r.queue.failed:
		if err == nil {
			err = werr
		}
	default:
	}
	r.meter.end()
	return r.finish(err)
}

// finish completes the files and closes the source. It returns err, if any, with its own
// errors.
func (r *recorder) finish(err error) error {
	if r.config.isLive() && r.feed != nil {
		// The reader of the output need not wait until the microphone is closed.
		err = r.out.end(r.complete(err))
		r.out.endStream()
		if serr := r.stopSource(); err == nil {
			err = serr
		}
		return err
	}
	serr := r.stopSource()
	if serr != nil && err == nil {
		if err = serr; !r.config.isLive() {
			r.out.abort()
			return r.out.end(err)
		}
	}
	return r.out.end(r.complete(err))
}

// complete completes the files. If a microphone recorded nothing, existing files stay as
// they were: an older recording is worth more.
func (r *recorder) complete(err error) error {
	switch {
	case r.out.written > 0:
		return errors.Join(err, r.out.close())
	case !r.config.isLive():
		err = errors.Join(err, r.out.close())
	default:
		r.out.abort()
		if err == nil && len(r.out.files) > 0 {
			r.env.Log.Warn().Msg("nothing was recorded, and no file was written")
		}
	}
	if err == nil && r.mute {
		return r.out.endEmpty()
	}
	return err
}

// stopSource closes the microphone.
func (r *recorder) stopSource() (err error) {
	<-r.closed
	if r.src != nil {
		r.src.stop()
		if serr := r.src.err(); serr != nil {
			err = cmdline.Exit(exitcode.Input, serr)
		}
	}
	return err
}

func (r *recorder) close() {
	r.cue.Wait()
	r.dictation.close()
	if r.src != nil {
		r.src.close()
	}
	if r.supply != nil {
		r.supply.close()
	}
}

func (d *dictation) close() {
	if d.silence != nil {
		d.silence.close()
	}
}

// begin prepares for a dictation.
func (r *recorder) begin() error {
	r.dictation.close()
	r.dictation = dictation{from: r.at}
	if r.config.tail > 0 {
		r.voice = newVoice()
	}
	if r.config.untilSilence > 0 {
		var err error
		if r.silence, err = newSilence(r.config.untilSilence); err != nil {
			return cmdline.Exit(exitcode.Recogniser, err)
		}
	}
	return nil
}

// useSource reads samples from a source that has been started.
func (r *recorder) useSource(src source, ring *audio.Ring) {
	r.src, r.feed = src, newFeed(r.env.Context, ring)
}

// openSource opens the source of a dictation; the result arrives in r.opening.
func (r *recorder) openSource() {
	closed := r.closed
	go func() {
		<-closed // the one before
		src, ring, err := r.supply.start()
		r.opening <- opening{src, ring, err}
	}()
}

// closeSource closes the source of a dictation.
func (r *recorder) closeSource() {
	if r.supply == nil || r.src == nil {
		return
	}
	src, done, before := r.src, make(chan struct{}), r.closed
	r.feed.cancel()
	r.src, r.feed, r.closed = nil, nil, done
	go func() {
		defer close(done)
		<-before
		src.stop()
		if err := src.err(); err != nil && !errors.Is(err, context.Canceled) {
			r.env.Log.Error().Msg(err.Error())
		}
		src.close()
	}()
}
