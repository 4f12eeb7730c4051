package logrecord

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/prose"
)

// New returns a program's logger, which writes JSON lines to out.
func New(program string, out io.Writer) zerolog.Logger {
	// Milliseconds, so that the logs of several programs can be merged.
	now := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Str(FieldTime, time.Now().Format("2006-01-02T15:04:05.000Z07:00"))
	})
	return zerolog.New(out).With().Str(FieldProgram, program).Int(FieldPID, os.Getpid()).Logger().Hook(now)
}

// Console returns a writer that formats JSON lines for people and writes them to
// out.
func Console(program string, out io.Writer) io.Writer {
	return zerolog.ConsoleWriter{
		Out: out, NoColor: true,
		PartsOrder:    []string{FieldLevel, FieldMessage},
		FieldsExclude: []string{FieldProgram, FieldPID, FieldEvent},
		FormatLevel: func(level any) string {
			if level == "warn" || level == "error" {
				return fmt.Sprintf("%s: %s:", program, level)
			}
			return program + ":"
		},
		FormatMessage: func(message any) string { return prose.Line(fmt.Sprint(message)) },
	}
}
