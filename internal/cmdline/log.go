package cmdline

import (
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
)

// logLevels are the names of --log-level; monitoring is standard with what
// each utterance cost.
var logLevels = map[string]zerolog.Level{
	"minimal":    zerolog.WarnLevel,
	"standard":   zerolog.InfoLevel,
	"verbose":    zerolog.DebugLevel,
	"monitoring": zerolog.InfoLevel,
}

// configureLog sets up the loggers that the flags ask for.
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
			toStderr.Warn().Msgf("the log can no longer be written: %v; going on without it", err)
		})
		if err != nil {
			// Nobody's dictation ends for want of a log.
			e.Log.Warn().Msgf("--log-file: %v; going on without a log", err)
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

// newLogger writes for people on a terminal and JSON lines otherwise, and to a
// file, if there is one.
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

// checkLog finds out, as a logMistake, whether the log cannot be written.
func checkLog(ctx *cli.Context, program string) error {
	if path := ctx.String("log-file"); path != "" {
		if err := logrecord.Check(path, program); err != nil {
			return logMistake{&FlagError{Flag: "log-file", Reason: fmt.Sprintf("--log-file: %v", err)}}
		}
	}
	return nil
}

// lastLineTime is how long the log's last line may take when the second interrupt
// has to end a run: what it waits for may be the disk that the log is on.
const lastLineTime = 100 * time.Millisecond

// noteexitcode.Interrupted notes the end of a run that goes on in the background.
func (e *Env) noteInterrupted() {
	noted := make(chan struct{})
	go func() {
		defer close(noted)
		e.file.Load().End(exitcode.Interrupted)
	}()
	select {
	case <-noted:
	case <-time.After(lastLineTime):
	}
}
