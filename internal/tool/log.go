package tool

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"
	"gopkg.in/natefinch/lumberjack.v2"
)

// logLevels are the names of --log-level; monitoring is standard with what
// each utterance cost.
var logLevels = map[string]zerolog.Level{
	"minimal":    zerolog.WarnLevel,
	"standard":   zerolog.InfoLevel,
	"verbose":    zerolog.DebugLevel,
	"monitoring": zerolog.InfoLevel,
}

// configureLog sets up the loggers that the flags ask for; the function it
// returns closes the log file.
func (e *Env) configureLog(ctx *cli.Context, program string) (func(), error) {
	name := ctx.String("log-level")
	level, ok := logLevels[name]
	if !ok {
		return nil, fmt.Errorf("--log-level %q: use minimal, standard, verbose or monitoring", name)
	}
	var file io.WriteCloser
	if path := ctx.String("log-file"); path != "" {
		// lumberjack opens the file with the first line, when it is too late
		// to refuse.
		f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("--log-file: %w", err)
		}
		f.Close()
		file = &lumberjack.Logger{Filename: path, MaxSize: 10, MaxBackups: 7}
	}
	e.Log = newLogger(program, e.Stderr, level, file)
	if name == "verbose" || name == "monitoring" {
		e.Metrics = e.Log
	}
	return func() {
		if file != nil {
			file.Close()
		}
	}, nil
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
	return zerolog.New(out).Level(level).With().Timestamp().Str("tool", program).Logger()
}

func console(program string, stderr io.Writer) io.Writer {
	return zerolog.ConsoleWriter{
		Out: stderr, NoColor: true,
		PartsOrder:    []string{zerolog.LevelFieldName, zerolog.MessageFieldName},
		FieldsExclude: []string{"tool"},
		FormatLevel: func(level any) string {
			if level == "warn" || level == "error" {
				return fmt.Sprintf("%s: %s:", program, level)
			}
			return program + ":"
		},
		FormatMessage: func(message any) string { return printable(fmt.Sprint(message)) },
	}
}

// printable keeps control characters, which a file's name may hold, from the
// terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
