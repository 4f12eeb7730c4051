package main

import (
	"context"
	"errors"
	"os"
	"slices"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
)

// toggle records, or stops the vf-record --toggle that does so already and
// waits until that one is done.
func toggle(env *cmdline.Env, cfg config, presses <-chan os.Signal) error {
	l, err := openLock()
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer l.release()
	for {
		mine, err := l.claim(recordByte)
		if err != nil {
			return err
		}
		if mine {
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
			return handNothingOn(env, cfg)
		}
	}
}

// stopHolder stops the recording under way and waits for its end; false: there
// was none any more.
func stopHolder(env *cmdline.Env, l *lock) (bool, error) {
	// Only one tells it: a second interrupt would end it at once.
	first, err := l.claim(stopByte)
	if err != nil {
		return false, err
	}
	if first {
		if told, err := interrupt(l); !told {
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

// interrupt sends SIGINT to the process that records; false: nobody does.
func interrupt(l *lock) (told bool, err error) {
	pid, err := l.holder()
	if pid == 0 {
		return false, err
	}
	// On Linux this is a handle of that very process. That it still records
	// now makes it the right one, even if numbers are used again.
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

// handNothingOn lets the rest of a pipeline, begun by the call that only
// stopped another recording, end in peace.
func handNothingOn(env *cmdline.Env, cfg config) error {
	if !slices.Contains(cfg.outputs, "-") || cmdline.IsTerminal(env.Stdout) {
		return nil
	}
	return writeNothing(env.Stdout)
}
