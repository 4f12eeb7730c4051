package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/openfile"
	"voiceflow/internal/ownsocket"
	"voiceflow/internal/server"
	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/server/worker"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// side is the child's side of a server with a parent. It is nil in any other process.
type side struct {
	child *worker.Child
	err   error // why it cannot be the child that it should be
}

// join takes the side of the server's process, if this is one. Call leave before the program
// exits, whatever the reason; otherwise the parent takes the exit for a crash.
func join() (s *side, leave func()) {
	child, err := worker.Join()
	if child == nil {
		return &side{err: err}, func() {}
	}
	go func() {
		<-child.Orphaned
		os.Exit(exitcode.Interrupted)
	}()
	return &side{child: child}, child.Ended
}

func (s *side) isChild() bool { return s != nil && (s.child != nil || s.err != nil) }

// serve runs the server of --listen until the first interrupt. The server proper runs in
// a process of its own; see supervise.
func serve(env *cmdline.Env, c *cli.Context, s *settings, side *side) error {
	if c.NArg() > 0 {
		return cmdline.Exit(exitcode.Usage, errors.New("--listen serves clients; leave out the files"))
	}
	if !side.isChild() {
		return supervise(env, c.String("listen"))
	}
	if side.err != nil {
		return cmdline.Exit(exitcode.Usage, side.err)
	}
	child := side.child
	loader := &loader{env: env}
	defer loader.close()
	config, err := loader.configure(c, s)
	if err != nil {
		return err
	}
	var certificate *tls.Config
	if c.String("tls-cert") != "" {
		pair, err := keyPair(c.String("tls-cert"), c.String("tls-key"))
		if err != nil {
			return cmdline.Exit(exitcode.Usage, fmt.Errorf("--tls-cert: %w", err))
		}
		certificate = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	srv := server.New(*config)
	if c.Bool("preload") {
		if err := srv.Preload(child.Stop); err != nil {
			return cmdline.Exit(openCode(err), err)
		}
	}
	var aside sync.WaitGroup
	aside.Go(func() { tellParent(child, srv) })
	aside.Go(func() { loader.reload(child, srv) })
	err = srv.Serve(child.Stop, child.Hurry, ownsocket.OwnOnly(child.Listener), certificate)
	aside.Wait()
	return errors.Join(err, srv.Close(child.Hurry))
}

// tellParent tells the parent that the server is ready and, if systemd wants to know,
// that it is alive. If the server hangs, so does this, and systemd acts.
func tellParent(child *worker.Child, srv *server.Server) {
	child.Ready()
	var beat <-chan time.Time
	if interval := watchdogBeat(); interval > 0 {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		beat = ticker.C
	}
	for {
		select {
		case <-beat:
			srv.Health()
			child.Alive()
		case <-child.Stop.Done():
			return
		}
	}
}

// loader loads models for the server.
type loader struct {
	env *cmdline.Env

	mu  sync.Mutex
	lib *whisper.Library
}

// configure returns the configuration of the server. Its errors carry their exit codes.
func (l *loader) configure(c *cli.Context, s *settings) (*server.Config, error) {
	token, err := endpoint.ReadToken(c.String("token-file"))
	if err != nil {
		return nil, cmdline.Exit(exitcode.Usage, fmt.Errorf("--token-file: %w", err))
	}
	file, err := s.chooseModel(c, models.Default(), l.env.Log)
	if err != nil {
		return nil, cmdline.Exit(exitcode.Model, err)
	}
	s.share(&work{}, c)
	decoding := s.engine.Decoding
	decoding.SoundNotes = !c.Bool("suppress-nst") // as for files; pipelines leave them out
	if !c.IsSet("language") {
		decoding.Languages, decoding.Params.Language = []string{whisper.LanguageAuto}, ""
	}
	var hosts []string
	for _, name := range strings.Split(c.String("host"), ",") {
		hosts = append(hosts, strings.ToLower(strings.TrimSpace(name)))
	}
	standard := models.NameOf(file)
	return &server.Config{
		Version: cmdline.Version, Model: standard, Names: servedNames,
		Open: func(name string) (*server.Model, error) {
			if name == standard {
				return l.open(s, file)
			}
			path, err := models.Default().Usable(name)
			if err != nil {
				return nil, err
			}
			return l.open(s, path)
		},
		Decoding: decoding, Window: s.window, Input: s.input, AllAudio: !s.vad, Recognisers: s.engine.Recognisers,
		ModelsMax: c.Int("models-max"), IdleUnload: c.Duration("idle-unload"), Waiting: c.Int("max-waiting"),
		MaxUpload: int64(c.Int("max-upload")) << 20, MaxTime: c.Duration("max-time"),
		Guard: server.Guard{Token: token, Hosts: slices.DeleteFunc(hosts, func(h string) bool { return h == "" })},
		Log:   l.env.Log, Measured: l.env.Metrics,
	}, nil
}

// servedNames returns the names of the models that recognise speech and are installed.
func servedNames() []string {
	installed, err := models.Default().Installed()
	if err != nil {
		return nil
	}
	var names []string
	for _, m := range installed {
		if !m.Detector {
			names = append(names, m.Name)
		}
	}
	return names
}

// open loads a model, and before the first one the library.
func (l *loader) open(s *settings, file string) (*server.Model, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lib == nil {
		lib, err := whisper.Load(s.library, l.env.Log)
		if err != nil {
			return nil, err
		}
		l.lib = lib
	}
	file = s.quantised(l.env, models.Default(), l.lib, file)
	config := s.engine
	config.Languages, config.Params.Language = nil, "" // requests have their own
	e, err := engine.Open(engine.Library(l.lib, file), config, l.env.Log)
	if err != nil {
		return nil, err
	}
	peak, done := s.openPeak(l.env, l.lib)
	return &server.Model{Engine: e, Peak: peak, Close: func() {
		done()
		e.Close()
	}}, nil
}

func (l *loader) close() {
	if l.lib != nil {
		l.lib.Close()
	}
}

// reload reads the configuration again at each SIGHUP, until the server is to stop.
func (l *loader) reload(child *worker.Child, srv *server.Server) {
	for {
		select {
		case <-child.Reload:
		case <-child.Stop.Done():
			return
		}
		err := l.env.Reread(command(nil), func(c *cli.Context) error {
			s, err := readSettings(c)
			if err != nil {
				return err
			}
			config, err := l.configure(c, s)
			if err == nil {
				srv.Reload(*config)
			}
			return err
		})
		if err != nil {
			l.env.Log.Error().Msgf("the configuration stays as it was: %v", err)
		} else {
			l.env.Log.Info().Msg("configuration read again; the next request loads its model")
		}
	}
}

// maxPEM is the maximum size of a certificate or key, in bytes.
const maxPEM = 1 << 20

// keyPair reads a certificate and its private key.
func keyPair(certFile, keyFile string) (tls.Certificate, error) {
	cert, err := openfile.ReadAll(certFile, maxPEM)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := openfile.ReadAll(keyFile, maxPEM)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
}
