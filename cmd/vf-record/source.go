package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/capture"
	"voiceflow/pkg/input"
)

// source fills a ring with samples: a microphone, or a file in its place.
type source interface {
	start(*tool.Env, *audio.Ring) error
	stop()      // ends it; may be called twice and at any time
	err() error // what went wrong, once it has ended
	keep() bool // whether what came before an error is worth keeping
	close()
}

func openSource(env *tool.Env, c *cli.Context) (source, error) {
	if path := c.String("input"); path != "" {
		r, err := input.OpenFile(path)
		if err != nil {
			return nil, err
		}
		return &fileSource{path: path, in: r, realtime: c.Bool("realtime"), ended: make(chan struct{})}, nil
	}
	sys, err := capture.Open(c.String("log-level") == "verbose")
	if err != nil {
		return nil, err
	}
	return &microphone{system: sys, device: c.String("device"), log: env}, nil
}

// microphone is PortAudio's callback at work.
type microphone struct {
	system *capture.System
	device string
	log    *tool.Env

	ring   *audio.Ring
	stream *capture.Stream
	once   sync.Once
	failed error
}

func (m *microphone) start(_ *tool.Env, ring *audio.Ring) (err error) {
	m.ring = ring
	m.stream, err = m.system.Record(m.device, ring)
	return err
}

func (m *microphone) stop() {
	m.once.Do(func() {
		m.failed = m.stream.Stop()
		if n := m.ring.Dropped(); n > 0 {
			m.log.Log.Error().Float64("seconds", float64(n)/audio.SampleRate).Msg("samples were lost: the output was not read for minutes")
		}
		if n := m.stream.Overflows(); n > 0 {
			m.log.Log.Error().Int64("times", n).Msg("the audio system lost samples before they arrived; is the machine overloaded?")
		}
	})
}

func (m *microphone) err() error { return m.failed }
func (m *microphone) keep() bool { return true }
func (m *microphone) close()     { m.system.Close() }

// fileSource plays a file into the ring, in real time or as fast as it is
// taken.
type fileSource struct {
	path     string
	in       *input.Reader
	realtime bool

	cancel context.CancelFunc
	ended  chan struct{}
	failed error
}

func (f *fileSource) start(env *tool.Env, ring *audio.Ring) error {
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

// playStep is the rhythm of a file in real time; microphones deliver in
// similar portions.
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
func (f *fileSource) keep() bool { return false }
func (f *fileSource) close()     { f.in.Close() }
