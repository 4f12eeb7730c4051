package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/wait"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/capture"
)

// source fills a ring with samples from a microphone or a file.
type source interface {
	start(*cmdline.Env, *audio.Ring) error
	stop()      // may be called more than once and at any time
	err() error // why it failed, once it has ended
	close()
}

func openSource(env *cmdline.Env, cfg config) (source, error) {
	if cfg.input == "" {
		return openMicrophone(env, cfg.devices, cfg.verbose)
	}
	options := input.Options{
		Channel: cfg.devices.Channel, Track: cfg.track, Through: env.Through, MaxDuration: input.Unlimited,
	}
	r, err := options.OpenFile(cfg.input)
	if err != nil {
		return nil, err
	}
	return &fileSource{path: cfg.input, in: r, log: env.Log, realtime: cfg.realtime, ended: make(chan struct{})}, nil
}

// stopOnRequest stops a source when the tail after the user's request is over, unless
// ctx ends before.
func stopOnRequest(ctx context.Context, env *cmdline.Env, src source, tail time.Duration) {
	select {
	case <-env.Stop:
	case <-ctx.Done():
		return
	}
	if wait.For(ctx, tail) == nil {
		src.stop()
	}
}

// fileSource plays a file into the ring: in real time like a microphone, or as fast as
// it is read.
type fileSource struct {
	path     string
	in       *input.Reader
	log      zerolog.Logger
	realtime bool

	cancel context.CancelFunc
	ended  chan struct{}
	failed error
}

func (f *fileSource) start(env *cmdline.Env, ring *audio.Ring) error {
	var ctx context.Context
	ctx, f.cancel = context.WithCancel(env.Context)
	go func() {
		defer close(f.ended)
		defer ring.CloseWrite()
		if err := f.play(ctx, ring); err != nil && !errors.Is(err, context.Canceled) {
			f.failed = fmt.Errorf("%s: %w", f.path, err)
		}
	}()
	return nil
}

// playStep is the interval between portions in real time, similar to those of
// microphones.
const playStep = 20 * time.Millisecond

func (f *fileSource) play(ctx context.Context, ring *audio.Ring) error {
	tick := time.NewTicker(playStep)
	defer tick.Stop()
	started, played := time.Now(), 0
	buf := make([]int16, audio.SampleRate/4)
	for {
		due := buf
		if f.realtime {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
			n := int(time.Since(started).Seconds()*audio.SampleRate) - played
			due = buf[:max(min(n, len(buf)), 0)]
		}
		n, err := f.in.Read(due)
		if werr := ring.WriteAll(ctx, due[:n]); werr != nil {
			return werr
		}
		played += n
		if err != nil {
			for _, remark := range f.in.Remarks() {
				f.log.Warn().Msg(f.path + ": " + remark)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (f *fileSource) stop() {
	f.cancel()
	<-f.ended
}

func (f *fileSource) err() error { return f.failed }
func (f *fileSource) close()     { f.in.Close() }

// supply opens a source for each dictation.
type supply struct {
	env    *cmdline.Env
	config config
	system *capture.System // kept open between dictations; nil if there are only files
}

func newSupply(env *cmdline.Env, cfg config) (*supply, error) {
	s := &supply{env: env, config: cfg}
	if cfg.input == "" {
		system, err := capture.Open(cfg.verbose)
		if err != nil {
			return nil, err
		}
		s.system = system
	}
	return s, nil
}

// start opens a source and starts it. Its samples can be read from the ring.
func (s *supply) start() (source, *audio.Ring, error) {
	ring := audio.NewRing(int(audio.Samples(feedTime)))
	src := source(&microphone{env: s.env, options: s.config.devices, system: s.system, shared: true})
	if s.system == nil {
		var err error
		if src, err = openSource(s.env, s.config); err != nil {
			return nil, nil, err
		}
	}
	if err := src.start(s.env, ring); err != nil {
		src.close()
		return nil, nil, err
	}
	return src, ring, nil
}

func (s *supply) close() {
	if s.system != nil {
		s.system.Close()
	}
}
