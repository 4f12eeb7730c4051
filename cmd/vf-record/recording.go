package main

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
)

// step is the most samples read at a time: 100 ms, which bounds the delay of a press.
const step = audio.SampleRate / 10

// recording copies samples from a source to the outputs.
type recording struct {
	env     *cmdline.Env
	config  config
	src     source
	ring    *audio.Ring // between the source and the rest
	out     *outputs
	presses <-chan os.Signal // each pauses or resumes
	gate    gate
	silence *silence // nil: silence does not end the recording
	meter   *meter   // nil: not shown
	over    bool     // the limit is reached, or silence has ended the recording
	cue     sync.WaitGroup
}

func newRecording(
	env *cmdline.Env, cfg config, src source, out *outputs, presses <-chan os.Signal,
) (*recording, error) {
	if err := out.space.enough(limitSamples(cfg.limit)); err != nil {
		return nil, cmdline.Exit(exitcode.NoTarget, err)
	}
	r := &recording{
		env: env, config: cfg, src: src, out: out, presses: presses,
		ring: audio.NewRing(int(audio.Samples(ringTime))),
		gate: gate{paused: cfg.armed, keep: int(audio.Samples(cfg.preRoll))},
	}
	if cfg.untilSilence > 0 {
		var err error
		if r.silence, err = newSilence(cfg.untilSilence); err != nil {
			return nil, cmdline.Exit(exitcode.Recogniser, err)
		}
	}
	if cfg.meter && cmdline.IsTerminal(env.Stderr) {
		r.meter = &meter{to: env.Stderr}
	}
	return r, nil
}

func (r *recording) close() {
	r.cue.Wait()
	if r.silence != nil {
		r.silence.close()
	}
}

// run records from a started source until it ends, the recording is over, or the user
// stops it.
func (r *recording) run() error {
	ctx, cancel := context.WithCancel(r.env.Context)
	defer cancel()
	go stopOnRequest(ctx, r.env, r.src, r.config.tail)
	err := r.copy()
	r.src.stop()
	r.meter.end()
	if serr := r.src.err(); serr != nil && err == nil {
		if err = cmdline.Exit(exitcode.Input, serr); !r.src.keep() {
			r.out.abort()
			return err
		}
	}
	return r.finish(err)
}

func (r *recording) copy() error {
	if err := r.handlePresses(); err != nil {
		return err
	}
	buf := make([]int16, step)
	for !r.over {
		n, rerr := r.ring.Read(r.env.Context, buf)
		if rerr != nil && rerr != io.EOF {
			return rerr
		}
		if err := r.write(r.gate.pass(buf[:n])); err != nil {
			return err
		}
		r.meter.push(buf[:n], r.out.written, r.gate.paused)
		if err := r.handlePresses(); err != nil {
			return err
		}
		if rerr == io.EOF {
			return nil
		}
	}
	return nil
}

// write records the samples, up to the limit.
func (r *recording) write(samples []int16) error {
	limit := limitSamples(r.config.limit)
	if rest := limit - r.out.written; limit > 0 && rest <= int64(len(samples)) {
		samples, r.over = samples[:rest], true
		if r.config.standardLimit {
			r.meter.clear()
			r.env.Log.Warn().Msgf("the recording ends after %v, the default limit for a microphone; "+
				"--max-duration 1h sets another, --max-duration 0 none", r.config.limit)
		}
	}
	if len(samples) == 0 {
		return nil
	}
	first := r.out.written == 0
	if err := r.out.write(samples); err != nil {
		return err
	}
	if first {
		giveCue(r.env, r.config.cue, &r.cue)
	}
	if r.silence == nil {
		return nil
	}
	ended, err := r.silence.push(samples)
	r.over = r.over || ended
	return err
}

// handlePresses pauses or resumes for each press of the key.
func (r *recording) handlePresses() error {
	for !r.over {
		select {
		case <-r.presses:
		default:
			return nil
		}
		preRoll := r.gate.flip()
		r.meter.clear()
		at := r.env.Log.Info().Float64("at", audio.Seconds(r.out.written))
		if r.gate.paused {
			at.Msg("paused")
			continue
		}
		at.Float64("pre_roll", audio.Seconds(int64(len(preRoll)))).Msg("resumed")
		if err := r.write(preRoll); err != nil {
			return err
		}
	}
	return nil
}

// finish completes the files and returns err, if any, with its own errors. If a
// microphone recorded nothing, existing files stay as they were: an older recording is
// worth more.
func (r *recording) finish(err error) error {
	if !r.src.keep() || r.out.written > 0 {
		return errors.Join(err, r.out.close())
	}
	r.out.abort()
	if err != nil {
		return err
	}
	if len(r.out.files) > 0 {
		r.env.Log.Warn().Msg("nothing was recorded, and no file was written")
	}
	if r.out.pcm != nil && r.gate.paused {
		return writeEmpty(r.out.pcm)
	}
	return nil
}

// writeEmpty tells the next program of a pipeline that the recording is empty. Without
// a single byte, that program would report an error.
func writeEmpty(w io.Writer) error {
	_, err := io.WriteString(w, audio.EmptyWAV)
	return err
}
