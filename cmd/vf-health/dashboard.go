package main

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/check"
	"voiceflow/internal/health/dashboard"
	"voiceflow/internal/health/service"
)

func dashboardCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "dashboard",
		Usage: "show speed, latency and alerts in a browser",
		Description: `Serves a page with alerts, running programs, charts over hours and days, recent
utterances, problems and checks, until Ctrl-C. It reads the programs' logs,
which never contain the text itself.`,
		Flags: slices.Concat(cmdline.Group("Dashboard",
			&cli.BoolFlag{Name: "open", Usage: "open the page in the browser"},
			&cli.DurationFlag{Name: "since", Value: 8 * 24 * time.Hour, Usage: "`TIME` how far back to read the logs"},
			logsFlag(),
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8179",
				Usage: "`ADDRESS` address and port to listen on; port 0 picks any free port"},
			&cli.BoolFlag{Name: "allow-remote",
				Usage: "allow a --listen address that other machines can reach; there is no password"},
		), cmdline.Group("Dashboard", serverFlags()...), alertFlags()),
		Check:  checkWatch,
		Action: runDashboard,
	}
}

func runDashboard(env *cmdline.Env, c *cli.Context) error {
	w, err := newWatch(c)
	if err != nil {
		return err
	}
	transcriber, err := readServer(c)
	if err != nil {
		return err
	}
	listener, err := listen(c.String("listen"), c.Bool("allow-remote"))
	if err != nil {
		return err
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	page := dashboard.New(dashboard.Options{
		Logs: w.folder, Since: w.start(), Limits: w.limits, Alive: w.alive,
		Server: service.Watch(ctx, transcriber.address, transcriber.token).Latest,
		Checks: check.NewHistory(stateFolder()).Path,
	})
	url := pageAddress(listener.Addr().String())
	if _, err := fmt.Fprintln(env.Stdout, url); err != nil {
		listener.Close()
		return err
	}
	if c.Bool("open") {
		if err := openBrowser(url); err != nil {
			env.Log.Warn().Msg(fmt.Sprintf("--open: %s; open %s yourself", err, url))
		}
	}
	return page.Serve(ctx, listener)
}

// listen refuses addresses that other machines can reach, unless remote is set.
func listen(address string, remote bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w; write it as 127.0.0.1:8179", address, err)
	}
	ip := net.ParseIP(host)
	if !remote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--listen %s: other machines can reach this address, and the page has no password; "+
			"use 127.0.0.1 and ssh -L, or add --allow-remote", address)
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("--listen %s: the port is in use, perhaps by another dashboard; "+
			"stop that one, or use any free port with --listen 127.0.0.1:0", address)
	}
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", address, err)
	}
	return l, nil
}

// pageAddress returns the URL of the page for a browser on this machine. A browser
// cannot open an unspecified address such as 0.0.0.0.
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
	go cmd.Wait() // the browser may outlive this program
	return nil
}
