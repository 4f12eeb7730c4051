package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/ownsocket"
	"voiceflow/internal/server"
	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/server/worker"
)

// supervise listens and runs the server in a child, and in another one if that dies: the
// recogniser may abort. It loads no model itself.
func supervise(env *cmdline.Env, address string) error {
	l, err := listener(address)
	if err != nil {
		return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("--listen: %w", err))
	}
	defer l.Close()
	socket, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("--listen: %w", err))
	}
	defer socket.Close()
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	// If a message does not arrive, systemd acts on its own.
	tell := func(state string) func() { return func() { _, _ = daemon.SdNotify(false, state) } }
	parent := &worker.Parent{
		Socket: socket, Args: os.Args, Stderr: env.Stderr, Reload: hangups,
		Ready: func() {
			env.Log.Info().Msgf("listening at %s:%s", l.Addr().Network(), l.Addr())
			tell(daemon.SdNotifyReady)()
		},
		Alive: tell(daemon.SdNotifyWatchdog), Beat: watchdogBeat(),
		Died: func(reason string, next time.Duration) {
			env.Log.Error().EmbedObject(logrecord.ServerDied).Msgf("the server's process died (%s), and with it "+
				"the requests under way; starting another one in %s", reason, next)
		},
		Refused: func(code int, next time.Duration) {
			env.Log.Error().EmbedObject(logrecord.ServerDied).Msgf("the server's process cannot serve "+
				"(exit code %d; the line before says why); trying again in %s, or at SIGHUP", code, next)
		},
		Stopping: func() {
			socket.Close()
			l.Close() // clients look elsewhere
			tell(daemon.SdNotifyStopping)()
		},
	}
	code, err := parent.Run(env.Context, env.Stop)
	switch died := (*worker.DiedError)(nil); {
	case errors.As(err, &died):
		return cmdline.Exit(exitcode.Recogniser, err)
	case err != nil:
		return err
	case code != exitcode.OK:
		return cmdline.Exit(code, nil) // the child has said why
	}
	return nil
}

// watchdogBeat returns how often systemd wants to hear that the server is alive; 0: never.
func watchdogBeat() time.Duration {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return 0
	}
	return interval / 3
}

// listener returns the socket that systemd passes, or one at the address.
func listener(address string) (net.Listener, error) {
	passed, err := activation.Listeners()
	if err != nil {
		return nil, err
	}
	switch {
	case len(passed) > 1:
		return nil, fmt.Errorf("systemd passes %d sockets; use one", len(passed))
	case len(passed) == 1:
		return ownsocket.OwnOnly(passed[0]), nil
	case address == "socket":
		address = endpoint.Own()
	}
	return server.Listen(address)
}
