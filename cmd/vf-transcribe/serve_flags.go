package main

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/server"
)

// auto is the address of --connect that uses a server if one listens.
const auto = "auto"

func serverFlags() []cli.Flag {
	return cmdline.Group("Server",
		&cli.StringFlag{Name: "listen", DefaultText: "no server",
			Usage: "`[ADDRESS]` keep the model loaded and serve clients at unix:PATH or HOST:PORT; " +
				"without ADDRESS, at a socket of this user"},
		&cli.StringFlag{Name: "connect", DefaultText: "no server",
			Usage: "`[ADDRESS]` let a server decode: auto, unix:PATH, HOST:PORT or a URL; " +
				"auto uses this user's server if one listens"},
		&cli.StringFlag{Name: "token-file", TakesFile: true,
			Usage: "`FILE` secret that clients send to the server"},
		&cli.StringFlag{Name: "tls-cert", TakesFile: true, Usage: "`FILE` certificate of the server, as PEM"},
		&cli.StringFlag{Name: "tls-key", TakesFile: true, Usage: "`FILE` its private key"},
		&cli.StringFlag{Name: "host",
			Usage: "`NAMES` further names by which clients address the server, separated by commas"},
		&cli.BoolFlag{Name: "preload", Usage: "load the model when the server starts, not with the first request"},
		&cli.DurationFlag{Name: "idle-unload",
			Usage: "`TIME` free a model that has not been used for this long; 0 never does"},
		&cli.IntFlag{Name: "models-max", Value: 1,
			Usage: "`N` models loaded at once; the least recently used one makes room"},
		&cli.IntFlag{Name: "max-waiting", Value: 64, Usage: "`N` requests that may wait; further ones are told to come back"},
		&cli.IntFlag{Name: "max-upload", Value: 1024, Usage: "`MB` largest recording that a request may send"},
		&cli.DurationFlag{Name: "max-time", Value: time.Hour, Usage: "`TIME` longest time for a request; 0 means no limit"},
	)
}

// optionalValues are the flags whose value may be left out; see
// cmdline.Command.OptionalValues.
var optionalValues = map[string]cmdline.OptionalValue{
	"listen":  {Default: "socket", Is: isAddress},
	"connect": {Default: auto, Is: isAddress},
}

// isAddress reports whether an argument after --listen or --connect is an address, not a
// file or a flag.
func isAddress(s string) bool {
	if s == auto || s == "socket" || strings.HasPrefix(s, "unix:") || strings.Contains(s, "://") {
		return true
	}
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// checkServer returns the mistakes in the flags of servers and clients.
func checkServer(c *cli.Context) error {
	var wrong []error
	add := func(flag, reason string) { wrong = append(wrong, cmdline.WrongValue(c, flag, reason)) }
	listen, secret := c.String("listen"), c.String("tls-cert") != ""
	switch {
	case listen != "" && c.String("connect") != "":
		wrong = append(wrong, &cmdline.FlagError{Flag: "listen", Others: []string{"connect"},
			Reason: "--listen is a server and --connect a client; use only one"})
	case listen != "" && (!isAddress(listen) || strings.Contains(listen, "://") || listen == auto):
		add("listen", "use unix:PATH or HOST:PORT, such as 127.0.0.1:8080")
	case listen != "" && listen != "socket" && !server.IsLoopback(listen) && (c.String("token-file") == "" || !secret):
		add("listen", "other machines can reach this address, so it needs --token-file, --tls-cert and --tls-key")
	}
	if to := c.String("connect"); to != "" && !isAddress(to) {
		add("connect", "use auto, unix:PATH, HOST:PORT or a URL")
	}
	if secret != (c.String("tls-key") != "") {
		wrong = append(wrong, &cmdline.FlagError{Flag: "tls-cert", Others: []string{"tls-key"},
			Reason: "--tls-cert and --tls-key belong together"})
	}
	for _, flag := range []string{"models-max", "max-upload"} {
		if c.Int(flag) < 1 {
			add(flag, "must be 1 or more")
		}
	}
	if c.Int("max-waiting") < 0 {
		add("max-waiting", "must be 0 or more")
	}
	for _, flag := range []string{"idle-unload", "max-time"} {
		if c.Duration(flag) < 0 {
			add(flag, "must be 0 or more")
		}
	}
	return errors.Join(wrong...)
}
