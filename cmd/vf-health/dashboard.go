package main

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/check"
	"voiceflow/internal/health/dashboard"
)

func dashboardCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "dashboard",
		Usage: "show in the browser what the programs do, with charts over hours and days",
		Description: `Reads the programs' logs and serves one page about them to this machine's
browser: alerts, running programs, charts, the last utterances, problems, checks.
The logs hold no text of what was said. Ctrl-C ends it.`,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8179", Usage: "`ADDRESS` and port of the page; port 0 is any that is free"},
			&cli.BoolFlag{Name: "allow-remote", Usage: "let --listen name an address that other machines reach; there is no password"},
			&cli.DurationFlag{Name: "since", Value: 8 * 24 * time.Hour, Usage: "read the logs from this long ago on"},
			&cli.BoolFlag{Name: "open", Usage: "open the page in the browser"},
		}, alertFlags()...),
		Check:  checkWatch,
		Action: runDashboard,
	}
}

func runDashboard(env *cmdline.Env, c *cli.Context) error {
	w, err := newWatch(c)
	if err != nil {
		return err
	}
	listener, err := listen(c.String("listen"), c.Bool("allow-remote"))
	if err != nil {
		return err
	}
	server := dashboard.New(dashboard.Options{
		Logs: w.folder, Since: w.ago(), Limits: w.limits, Alive: w.alive,
		Checks: check.NewHistory(stateFolder()).Path,
	})
	address := pageAddress(listener.Addr().String())
	if _, err := fmt.Fprintln(env.Stdout, address); err != nil {
		listener.Close()
		return err
	}
	if c.Bool("open") {
		if err := openBrowser(address); err != nil {
			env.Log.Warn().Msg(fmt.Sprintf("--open: %s; open %s yourself", err, address))
		}
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	return server.Serve(ctx, listener)
}

// listen refuses what other machines reach, unless that is wanted.
func listen(address string, remote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w; write it as 127.0.0.1:8179", address, err)
	}
	ip := net.ParseIP(host)
	if !remote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--listen %s: other machines reach this address, and the page has no password; "+
			"use 127.0.0.1 and ssh -L, or add --allow-remote", address)
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("--listen %s: the port is in use, perhaps by another dashboard; "+
			"end that, or choose any free port with --listen 127.0.0.1:0", address)
	}
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", address, err)
	}
	return l, nil
}

// pageAddress is where this machine's browser finds the page: "every address of
// the machine" is none that a browser knows.
func pageAddress(listening string) string {
	if host, port, err := net.SplitHostPort(listening); err == nil && net.ParseIP(host).IsUnspecified() {
		listening = net.JoinHostPort("localhost", port)
	}
	return "http://" + listening + "/"
}

func openBrowser(address string) error {
	program := "xdg-open"
	if runtime.GOOS == "darwin" {
		program = "open"
	}
	cmd := exec.Command(program, address)
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() // the browser may go on after this program
	return nil
}
