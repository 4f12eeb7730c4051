package main

import (
	"context"
	"errors"
	"os"
	"slices"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
)

// toggle records, or stops the vf-record --toggle that is already recording and waits
// until it has finished.
func toggle(env *cmdline.Env, cfg config, presses <-chan os.Signal) error {
	l, err := openLock()
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer l.release()
	for {
		claimed, err := l.claim(recordByte)
		if err != nil {
			return err
		}
		if claimed {
			if err := l.sign(); err != nil {
				return err
			}
			return record(env, cfg, presses)
		}
		stopped, err := stopHolder(env, l)
		if err != nil {
			return err
		}
		if stopped {
			return passEmpty(env, cfg)
		}
	}
}

// stopHolder stops the running recording and waits for its end. It returns false if
// the recording had already ended.
func stopHolder(env *cmdline.Env, l *lock) (bool, error) {
	// Only one process interrupts it: a second interrupt would end it immediately.
	first, err := l.claim(stopByte)
	if err != nil {
		return false, err
	}
	if first {
		if sent, err := interrupt(l); !sent {
			return false, err
		}
	}
	done := make(chan error, 1)
	go func() { done <- l.wait() }()
	select {
	case err := <-done:
		return true, err
	case <-env.Stop:
		return false, context.Canceled
	}
}

// interrupt sends SIGINT to the recording process. It returns false if there is none.
func interrupt(l *lock) (sent bool, err error) {
	pid, err := l.holder()
	if pid == 0 {
		return false, err
	}
	// On Linux this is a handle to that process. If it still holds the lock now, it is
	// the right one, even if process IDs are reused.
	process, err := os.FindProcess(pid)
	if err != nil {
		return false, err
	}
	defer process.Release()
	if again, err := l.holder(); again != pid {
		return false, err
	}
	err = process.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		return false, nil
	}
	return err == nil, err
}

// passEmpty lets the rest of this pipeline end without an error, because this call
// only stopped the recording of another.
func passEmpty(env *cmdline.Env, cfg config) error {
	if !slices.Contains(cfg.outputs, "-") || cmdline.IsTerminal(env.Stdout) {
		return nil
	}
	return writeEmpty(env.Stdout)
}
