package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"syscall"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/ownsocket"
	"voiceflow/internal/wait"
)

// errNoRecorder means that this user has no recorder.
var errNoRecorder = errors.New("there is no recorder")

const (
	// answerTime is how long a recorder may take to open its socket, or to end after it
	// has closed it.
	answerTime = 10 * time.Second
	retryTime  = 10 * time.Millisecond
)

// dial connects to the recorder. It waits for one that is starting or ending. The error
// is errNoRecorder if there is none.
func dial(ctx context.Context, l *lock) (net.Conn, error) {
	for begun := time.Now(); ; {
		conn, err := ownsocket.Dial(ctx, &net.Dialer{}, l.socket(), "recorder")
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() })
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, context.Canceled
		}
		gone := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
		if !gone && !errors.Is(err, syscall.EAGAIN) {
			return nil, err
		}
		pid, herr := l.holder()
		switch {
		case herr != nil:
			return nil, herr
		case pid == 0:
			return nil, errNoRecorder
		case time.Since(begun) > answerTime:
			return nil, fmt.Errorf("the recorder, process %d, does not answer; end it with: kill %d", pid, pid)
		}
		if wait.For(ctx, retryTime) != nil {
			return nil, context.Canceled
		}
	}
}

// tell passes a press to the recorder and returns once it has taken effect and, if it ends
// a dictation, once everything is written. It returns errNoRecorder if there is none, and
// ending if the recorder's process ends.
func tell(ctx context.Context, l *lock, press string, when moment) (ending bool, err error) {
	conn, err := dial(ctx, l)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	var r reply
	err = sendLine(conn, request{Press: press, When: when})
	in := json.NewDecoder(conn)
	if err == nil {
		err = in.Decode(&r)
	}
	switch {
	case ctx.Err() != nil:
		return false, context.Canceled
	case err != nil: // the recorder ended before it could answer
		return false, errNoRecorder
	case r.Error != "":
		return false, cmdline.Exit(r.Code, errors.New(r.Error))
	case !r.Ending:
		return false, nil
	}
	_, _ = io.Copy(io.Discard, conn) // until the recorder has finished
	if ctx.Err() != nil {
		return false, context.Canceled
	}
	return true, nil
}

// sendLine writes a value as a line of JSON.
func sendLine(conn net.Conn, v any) error { return json.NewEncoder(conn).Encode(v) }

// press acts on a press of the key: on the recorder or, if there is none, by recording.
func press(env *cmdline.Env, cfg config, presses <-chan os.Signal) error {
	when := processStart()
	l, err := openLock()
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer l.release()
	starts := cfg.press == "start" || cfg.press == "toggle"
	if !starts {
		if err := l.noteStop(when); err != nil {
			return err
		}
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	for {
		if starts {
			switch claimed, err := l.claim(); {
			case err != nil:
				return err
			case claimed:
				cancel()
				return recordHere(env, cfg, l, when, presses)
			}
		}
		ending, err := tell(ctx, l, cfg.press, when)
		switch {
		case errors.Is(err, errNoRecorder) && starts, err == nil && ending && cfg.press == "start":
			continue
		case errors.Is(err, errNoRecorder), err == nil:
			return passEmpty(env, cfg)
		}
		return err
	}
}

// recordHere records, because no recorder was running at the press, unless the key has
// been released meanwhile.
func recordHere(env *cmdline.Env, cfg config, l *lock, when moment, presses <-chan os.Signal) error {
	c, err := listen(l)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer c.close()
	if cfg.press == "start" && l.stoppedAfter(when) {
		return passEmpty(env, cfg)
	}
	cfg.armed, cfg.pressed = false, when
	return record(env, cfg, c, presses)
}

// arm waits for presses, and records.
func arm(env *cmdline.Env, cfg config, presses <-chan os.Signal) error {
	l, err := openLock()
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer l.release()
	ctx, cancel := env.UntilStopped()
	defer cancel()
	for begun := time.Now(); ; {
		claimed, err := l.claim()
		if err != nil {
			return err
		}
		if claimed {
			break
		}
		if pid, err := l.holder(); err != nil || time.Since(begun) > claimTime && pid > 0 {
			return cmdline.Exit(exitcode.Usage, errors.Join(err,
				fmt.Errorf("process %d is already recording or armed; see vf-record --status", pid)))
		}
		if wait.For(ctx, retryTime) != nil {
			return context.Canceled
		}
	}
	c, err := listen(l)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer c.close()
	return record(env, cfg, c, presses)
}

// claimTime is how long --armed waits for another recorder that may be ending.
const claimTime = time.Second

// passEmpty lets the rest of this pipeline end without an error, because this call only
// controlled another.
func passEmpty(env *cmdline.Env, cfg config) error {
	if !slices.Contains(cfg.outputs, "-") || cmdline.IsTerminal(env.Stdout) || env.NeedOutput() != nil {
		return nil // there is no pipeline behind it
	}
	return writeEmpty(env.Stdout)
}
