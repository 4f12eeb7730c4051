package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/remote"
	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/server/wire"
	"voiceflow/internal/transcribe"
	"voiceflow/internal/wait"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/vad"
)

// connected decodes on a server. If that goes away, it waits for it to come back, and then
// decodes in this process, if it may.
type connected struct {
	env      *cmdline.Env
	settings *settings
	options  remote.Options
	local    *local // nil: only the server may decode

	client *remote.Client // nil until open has succeeded
	gone   atomic.Bool    // decode here from now on
	once   sync.Once
	own    *transcribe.Backend // opened by once
	ownErr error
}

// newConnected reads --connect, which is set.
func newConnected(env *cmdline.Env, c *cli.Context, s *settings, w *work, own *local) (*connected, error) {
	token, err := endpoint.ReadToken(c.String("token-file"))
	if err != nil {
		return nil, fmt.Errorf("--token-file: %w", err)
	}
	r := &connected{env: env, settings: s, options: remote.Options{
		Address: c.String("connect"), Token: token, Batch: !w.stream, Decoding: s.engine.Decoding,
	}}
	if r.options.Address == auto {
		r.options.Address, r.local = endpoint.Own(), own
	}
	switch {
	case c.String("model") != "":
		r.options.Model = models.NameOf(c.String("model"))
	case c.IsSet("profile"):
		r.options.Model = s.profile.Model
	}
	return r, nil
}

// open asks the server for its engine. Without a server, it loads the model here.
func (r *connected) open(ctx context.Context) (*transcribe.Backend, error) {
	client, err := remote.Dial(ctx, r.options)
	if err != nil {
		if r.local != nil && mayDecode(err) {
			return r.local.open(ctx)
		}
		return nil, cmdline.Exit(connectCode(err), fmt.Errorf("--connect: %w", err))
	}
	r.client = client
	b := &transcribe.Backend{Decoder: r, Window: r.settings.windowLength(client.Engine().WindowStep)}
	if client.Engine().Confirms && r.settings.vad {
		b.Confirm = r.confirm(ctx)
	}
	return b, nil
}

// mayDecode reports whether decoding can go on here after a failure of the server: it is gone,
// it does not have the model, or it has another version.
func mayDecode(err error) bool {
	var failure *wire.Failure
	other := errors.As(err, &failure) && (failure.Kind == wire.KindModel || failure.Kind == wire.KindRequest)
	return other || errors.Is(err, remote.ErrGone)
}

// Describe returns what transcripts say about the recogniser.
func (r *connected) Describe() transcribe.Description { return r.client.Describe() }

// comeBack is how long a server that went away may take to come back.
const comeBack = 2 * time.Second

// Decode has a window decoded by the server, or decodes it here.
func (r *connected) Decode(ctx context.Context, sound engine.Sound, before engine.Spoken) (*engine.Result, error) {
	return either(ctx, r, func() (*engine.Result, error) {
		return r.client.Decode(ctx, sound, before)
	}, func(own *transcribe.Backend) (*engine.Result, error) {
		return own.Decode(ctx, sound, before)
	})
}

// confirm returns a function by which the server confirms speech in files, or what is
// installed here.
func (r *connected) confirm(ctx context.Context) func(*vad.Utterance) (bool, error) {
	there := vad.Confirm(func(samples []int16) (float32, error) { return r.client.Peak(ctx, samples) })
	return func(u *vad.Utterance) (bool, error) {
		return either(ctx, r, func() (bool, error) { return there(u) }, func(own *transcribe.Backend) (bool, error) {
			if own.Confirm == nil {
				return true, nil
			}
			return own.Confirm(u)
		})
	}
}

// either asks the server, again for some time if it is gone, and then what decodes here, if
// that may.
func either[T any](ctx context.Context, r *connected,
	there func() (T, error), here func(*transcribe.Backend) (T, error)) (T, error) {
	if !r.gone.Load() {
		result, err := again(ctx, there)
		if err == nil || ctx.Err() != nil || !mayDecode(err) || r.local == nil {
			return result, err
		}
		if !r.gone.Swap(true) {
			r.env.Log.Warn().Msgf("%v; decoding here", err)
		}
	}
	r.once.Do(func() { r.own, r.ownErr = r.local.open(ctx) })
	if r.ownErr != nil {
		var none T
		return none, r.ownErr
	}
	return here(r.own)
}

// again asks the server, for up to comeBack if it is gone.
func again[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	const pause = 50 * time.Millisecond
	for deadline := time.Now().Add(comeBack); ; {
		result, err := ask()
		if !errors.Is(err, remote.ErrGone) || time.Now().After(deadline) {
			return result, err
		}
		if err := wait.For(ctx, pause); err != nil {
			return result, err
		}
	}
}

// close closes the connection, and frees what was loaded here.
func (r *connected) close() {
	if r.client != nil {
		r.client.Close()
	}
	if r.local != nil {
		r.local.close()
	}
}

// usage returns what was used here.
func (r *connected) usage() (engine.Usage, int) {
	if r.local != nil {
		return r.local.usage()
	}
	return engine.Usage{}, 0
}

// connectCode returns the exit code if a server cannot be used.
func connectCode(err error) int {
	var failure *wire.Failure
	if errors.As(err, &failure) {
		switch failure.Kind {
		case wire.KindModel:
			return exitcode.Model
		case wire.KindLanguage:
			return exitcode.Usage
		}
	}
	return exitcode.Recogniser
}
