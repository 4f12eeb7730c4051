package cmdline

import (
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/logrecord"
)

// logLevels are the values of --log-level. "monitoring" is "standard" plus the
// cost of each utterance.
var logLevels = map[string]zerolog.Level{
	"minimal":    zerolog.WarnLevel,
	"standard":   zerolog.InfoLevel,
	"verbose":    zerolog.DebugLevel,
	"monitoring": zerolog.InfoLevel,
}

// configureLog sets up the loggers as the flags ask.
func (e *Env) configureLog(ctx *cli.Context, program string) error {
	if err := checkLogLevel(ctx); err != nil {
		return err
	}
	name := ctx.String("log-level")
	level := logLevels[name]
	e.Log = newLogger(program, e.Stderr, level, nil)
	if path := ctx.String("log-file"); path != "" {
		toStderr := e.Log
		f, err := logrecord.Open(path, program, func(err error) {
			toStderr.Warn().Msgf("the log file can no longer be written: %v; continuing without it", err)
		})
		if err != nil {
			// A log problem must not stop a dictation.
			e.Log.Warn().Msgf("--log-file: %v; continuing without a log file", err)
		} else {
			e.file.Store(f)
			e.Log = newLogger(program, e.Stderr, level, f)
		}
	}
	switch {
	case name == "verbose" || name == "monitoring":
		e.Metrics = e.Log
	case e.file.Load() != nil:
		e.Metrics = e.file.Load().Logger
	}
	return nil
}

// newLogger returns a logger that writes readable lines to a terminal and JSON
// lines to any other stderr. It also writes JSON lines to file unless that is nil.
func newLogger(program string, stderr io.Writer, level zerolog.Level, file io.Writer) zerolog.Logger {
	out := stderr
	if IsTerminal(stderr) {
		out = logrecord.Console(program, stderr)
	}
	if file != nil {
		out = zerolog.MultiLevelWriter(out, file)
	}
	return logrecord.New(program, out).Level(level)
}

func checkLogLevel(ctx *cli.Context) error {
	if _, known := logLevels[ctx.String("log-level")]; !known {
		return WrongValue(ctx, "log-level", "use minimal, standard, verbose or monitoring")
	}
	return nil
}

// checkLog returns a logMistake if the log file cannot be written.
func checkLog(ctx *cli.Context, program string) error {
	if path := ctx.String("log-file"); path != "" {
		if err := logrecord.Check(path, program); err != nil {
			return logMistake{&FlagError{Flag: "log-file", Reason: fmt.Sprintf("--log-file: %v", err)}}
		}
	}
	return nil
}

// lastLineTime limits the time to write the last log line after the second
// interrupt: the run may be stuck on the very disk that holds the log.
const lastLineTime = 100 * time.Millisecond

// noteInterrupted logs the end of a run that is still stuck in the background.
func (e *Env) noteInterrupted(code int) {
	noted := make(chan struct{})
	go func() {
		defer close(noted)
		e.file.Load().End(code)
	}()
	select {
	case <-noted:
	case <-time.After(lastLineTime):
	}
}
