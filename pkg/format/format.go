// Package format writes a transcript in the formats that people's other
// programs read: plain text, subtitles (SRT and WebVTT), tables (TSV and CSV),
// lyrics (LRC), and JSON.
//
// It does not read these formats, choose names for files or open any.
//
// # Layout
//
// Where all segments have Spoken words, srt and vtt are laid out for reading, in one or two
// lines of 42 characters, for 1 to 7 s where the speech allows, and lrc has the time of
// each word. Otherwise, and in all other formats, there is one entry per segment, with its
// times as they are.
//
// # Text
//
// Only json, verbose_json and jsonl have the text as it is. In the others a tab and any
// control character is a space, a byte order mark is left out, and space at the
// ends of a line is cut off. Line breaks of every kind (also U+0085, U+2028 and
// U+2029) and blank lines become one space, or in srt and vtt one line break. A
// segment without text is left out. In srt an arrow (-->) is shortened. No
// format lets invalid UTF-8 through: U+FFFD stands for it.
//
// A transcript that has a text and no segments is written as one segment.
//
// # Times
//
// Times are rounded to milliseconds, in lrc to hundredths of a second. One that
// is negative or no number becomes 0, and an end before its start becomes that
// start. Players drop subtitles that last no time at all, so in srt and vtt
// each lasts 1 ms at least. For json, verbose_json and jsonl, times that JSON or
// voiceflow/pkg/event cannot have are an error instead.
package format

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"voiceflow/pkg/event"
)

// Names lists the formats, which are also the usual endings of their files:
//
//   - txt: one segment a line
//   - srt, vtt: subtitles
//   - tsv, csv: a table of start, end (both in milliseconds) and text
//   - lrc: lyrics with the time of each word
//   - json: one object, as openai/whisper's, and what else is known
//   - verbose_json: one object, as OpenAI's service answers
//   - jsonl: the line that vf-transcribe writes, see voiceflow/pkg/event
func Names() []string {
	return []string{"txt", "srt", "vtt", "tsv", "csv", "lrc", "json", "verbose_json", "jsonl"}
}

// Known tells whether Write knows a format of that name.
func Known(name string) bool {
	return slices.Contains(Names(), name)
}

// Write writes t in the format of that name, in a single call of the
// underlying Write. A transcript without text gives a file that is valid and
// says nothing.
//
// It is an error, and nothing is written, if the name is unknown or, for json,
// verbose_json and jsonl, if t has numbers that those cannot have. Other errors are those of
// the underlying Write, wrapped.
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
		return fmt.Errorf("format %q is unknown: use one of %s", name, strings.Join(Names(), " "))
	}
	return nil
}
