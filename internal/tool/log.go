package tool

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/prose"
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
	var file io.Writer
	e.Log = newLogger(program, e.Stderr, level, nil)
	if path := ctx.String("log-file"); path != "" {
		toStderr := e.Log
		f, err := openLogFile(path, program, func(err error) {
			toStderr.Warn().Msgf("the log can no longer be written: %v; going on without it", err)
		})
		if err != nil {
			// Nobody's dictation ends for want of a log.
			e.Log.Warn().Msgf("--log-file: %v; going on without a log", err)
		} else {
			e.file.Store(f)
			file = f
			e.Log = newLogger(program, e.Stderr, level, file)
		}
	}
	switch {
	case name == "verbose" || name == "monitoring":
		e.Metrics = e.Log
	case e.file.Load() != nil:
		e.Metrics = e.file.Load().log
	}
	return nil
}

// newLogger writes for people on a terminal and JSON lines otherwise.
func newLogger(program string, stderr io.Writer, level zerolog.Level, file io.Writer) zerolog.Logger {
	out := stderr
	if IsTerminal(stderr) {
		out = console(program, stderr)
	}
	if file != nil {
		out = zerolog.MultiLevelWriter(out, file)
	}
	return jsonLogger(program, out).Level(level)
}

func jsonLogger(program string, out io.Writer) zerolog.Logger {
	// Milliseconds, so that the logs of several programs can be merged.
	now := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Str(zerolog.TimestampFieldName, time.Now().Format("2006-01-02T15:04:05.000Z07:00"))
	})
	return zerolog.New(out).With().Str("tool", program).Int("pid", os.Getpid()).Logger().Hook(now)
}

func console(program string, stderr io.Writer) io.Writer {
	return zerolog.ConsoleWriter{
		Out: stderr, NoColor: true,
		PartsOrder:    []string{zerolog.LevelFieldName, zerolog.MessageFieldName},
		FieldsExclude: []string{"tool", "pid", "event"},
		FormatLevel: func(level any) string {
			if level == "warn" || level == "error" {
				return fmt.Sprintf("%s: %s:", program, level)
			}
			return program + ":"
		},
		FormatMessage: func(message any) string { return prose.Line(fmt.Sprint(message)) },
	}
}
