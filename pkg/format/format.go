// Package format writes transcripts in common formats: plain text, subtitles (SRT
// and WebVTT), tables (TSV and CSV), lyrics (LRC) and JSON.
//
// It does not read these formats, choose file names or open files.
//
// # Layout
//
// If any segment has Spoken words, srt and vtt are laid out for reading: one or two
// lines of 42 characters, shown for 1 to 7 s if the speech allows. lrc then has the
// time of each word. Otherwise, and in all other formats, there is one entry per
// segment, with its times unchanged.
//
// # Text
//
// Only json, verbose_json and jsonl contain the text unchanged. In the other
// formats, tabs and control characters become spaces, byte order marks are removed
// and lines are trimmed. Line breaks of all kinds (including U+0085, U+2028 and
// U+2029) and blank lines become one space, or in srt and vtt one line break.
// Segments without text are omitted. In srt, arrows (-->) are shortened. In all
// formats, invalid UTF-8 becomes U+FFFD.
//
// A transcript with text but no segments is written as one segment.
//
// # Times
//
// Times are rounded to milliseconds, in lrc to hundredths of a second. A time that
// is negative or not a number becomes 0, and an end before its start becomes the
// start. In srt and vtt, each subtitle lasts at least 1 ms, as players ignore those
// without duration. For json, verbose_json and jsonl, times that are invalid in
// JSON or voiceflow/pkg/event are an error instead.
package format

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"voiceflow/pkg/event"
)

// Names returns the formats. The names are also the usual file name extensions.
//
//   - txt: one segment per line
//   - srt, vtt: subtitles
//   - tsv, csv: a table of start, end (both in milliseconds) and text
//   - lrc: lyrics with the time of each word
//   - json: one object as written by openai/whisper, with additional fields
//   - verbose_json: one object as returned by OpenAI's service
//   - jsonl: a line as written by vf-transcribe, see voiceflow/pkg/event
func Names() []string {
	return []string{"txt", "srt", "vtt", "tsv", "csv", "lrc", "json", "verbose_json", "jsonl"}
}

// Known reports whether name is a format that Write supports.
func Known(name string) bool {
	return slices.Contains(Names(), name)
}

// Write writes t in the named format, in a single call of the underlying Write. A
// transcript without text results in a valid file without entries.
//
// It returns an error and writes nothing if the name is unknown or if t has numbers
// that are invalid in json, verbose_json or jsonl. Other errors wrap those of the
// underlying Write.
func Write(w io.Writer, name string, t *event.Transcript) error {
	var buf bytes.Buffer
	if err := encode(&buf, name, t); err != nil {
		return err
	}
	if buf.Len() == 0 {
		return nil
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func encode(buf *bytes.Buffer, name string, t *event.Transcript) error {
	switch name {
	case "txt":
		writeTXT(buf, t)
	case "srt":
		writeSRT(buf, t)
	case "vtt":
		writeVTT(buf, t)
	case "tsv":
		writeTSV(buf, t)
	case "csv":
		return writeCSV(buf, t)
	case "lrc":
		writeLRC(buf, t)
	case "json":
		return writeJSON(buf, t)
	case "verbose_json":
		return writeVerboseJSON(buf, t)
	case "jsonl":
		return event.NewWriter(buf).Write(t)
	default:
		return fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(Names(), " "))
	}
	return nil
}
