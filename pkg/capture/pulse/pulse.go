// Package pulse asks PulseAudio, or PipeWire, which speaks the same protocol, for its
// microphones.
package pulse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jfreymuth/pulse/proto"

	"voiceflow/internal/openfile"
)

// Server is a sound server with its sources.
type Server struct {
	Name    string // PulseAudio or PipeWire
	Sources []Source
}

// Source is something that the server can record.
type Source struct {
	Name        string
	Description string
	Monitor     bool // records what an output plays
	Default     bool
	Channels    int
	SampleRate  float64
}

// timeLimit is for a server that accepts a connection but is stuck.
const timeLimit = 2 * time.Second

// ErrNoServer means that no sound server answers.
var ErrNoServer = errors.New("no sound server answers")

// Ask returns the sources of the user's sound server. The error wraps ErrNoServer if
// there is none.
func Ask(ctx context.Context) (Server, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	var failed []error
	for _, a := range Addresses(os.Getenv, "/") {
		conn, err := new(net.Dialer).DialContext(ctx, a[0], a[1])
		if err != nil {
			failed = append(failed, err)
			continue
		}
		s, err := ask(ctx, conn)
		if err == nil {
			return s, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", a[1], err))
	}
	return Server{}, fmt.Errorf("%w: %w", ErrNoServer, errors.Join(failed...))
}

// link is a connection to a server. When it ends, so does the goroutine that reads
// from it: the library would otherwise go on for ever with a list that was cut off.
type link struct{ net.Conn }

func (l link) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if err != nil {
		runtime.Goexit()
	}
	return n, nil
}

func (l link) Write(b []byte) (int, error) { return send(l.Conn, b) }

func ask(ctx context.Context, conn net.Conn) (Server, error) {
	defer conn.Close()
	c := &proto.Client{Callback: func(any) {}}
	c.SetTimeout(timeLimit)
	if end, limited := ctx.Deadline(); limited {
		_ = conn.SetDeadline(end)
		c.SetTimeout(time.Until(end))
	}
	c.Open(link{conn})
	var auth proto.AuthReply
	if err := c.Request(&proto.Auth{Version: c.Version(), Cookie: cookie()}, &auth); err != nil {
		return Server{}, err
	}
	c.SetVersion(auth.Version)
	props := proto.PropList{"application.name": proto.PropListString("VoiceFlow")}
	if err := c.Request(&proto.SetClientName{Props: props}, &proto.SetClientNameReply{}); err != nil {
		return Server{}, err
	}
	var info proto.GetServerInfoReply
	if err := c.Request(&proto.GetServerInfo{}, &info); err != nil {
		return Server{}, err
	}
	var list proto.GetSourceInfoListReply
	if err := c.Request(&proto.GetSourceInfoList{}, &list); err != nil {
		return Server{}, err
	}
	return convert(info, list), nil
}

// cookie returns the secret that lets other users and machines connect. The server
// ignores it if it recognises its own user.
func cookie() []byte {
	home := os.Getenv("HOME")
	folder := cmp.Or(os.Getenv("XDG_CONFIG_HOME"), filepath.Join(home, ".config"))
	for _, path := range []string{
		os.Getenv("PULSE_COOKIE"), filepath.Join(folder, "pulse/cookie"), filepath.Join(home, ".pulse-cookie"),
	} {
		if secret, err := openfile.ReadAll(path, 4096); err == nil && len(secret) == 256 {
			return secret
		}
	}
	return make([]byte, 256)
}

func convert(info proto.GetServerInfoReply, list proto.GetSourceInfoListReply) Server {
	s := Server{Name: "PulseAudio"}
	if strings.Contains(info.PackageName, "PipeWire") { // PulseAudio (on PipeWire 1.4.2)
		s.Name = "PipeWire"
	}
	for _, i := range list {
		s.Sources = append(s.Sources, Source{
			Name: i.SourceName, Description: i.Device,
			Monitor: i.MonitorSourceIndex != proto.Undefined, Default: i.SourceName == info.DefaultSourceName,
			Channels: int(i.Channels), SampleRate: float64(i.Rate),
		})
	}
	return s
}
