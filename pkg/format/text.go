package format

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"voiceflow/pkg/event"
)

// writeTXT writes the same as openai/whisper with --output_format txt.
func writeTXT(buf *bytes.Buffer, t *event.Transcript) {
	for _, c := range cues(t, oneLine) {
		fmt.Fprintln(buf, c.text)
	}
}

// writeSRT numbers the cues from 1 and ends each one, including the last, with a
// blank line, as openai/whisper does.
func writeSRT(buf *bytes.Buffer, t *event.Transcript) {
	for i, c := range subtitles(t) {
		fmt.Fprintf(buf, "%d\n%s --> %s\n%s\n\n", i+1,
			clock(c.start, ','), clock(visibleEnd(c), ','), withoutArrow(c.text))
	}
}

// withoutArrow shortens --> in text, as openai/whisper does. It separates the times of
// a cue, and SRT cannot escape it.
func withoutArrow(text string) string {
	for strings.Contains(text, "-->") { // repeat, as ---> becomes -->
		text = strings.ReplaceAll(text, "-->", "->")
	}
	return text
}

// writeVTT escapes the characters of WebVTT's tags and entities, and with them any
// arrow (-->) in the text.
func writeVTT(buf *bytes.Buffer, t *event.Transcript) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	fmt.Fprint(buf, "WEBVTT\n\n")
	for _, c := range subtitles(t) {
		fmt.Fprintf(buf, "%s --> %s\n%s\n\n", clock(c.start, '.'), clock(visibleEnd(c), '.'), escape.Replace(c.text))
	}
}

// visibleEnd returns the end of a cue, at least 1 ms after its start.
func visibleEnd(c cue) int64 { return max(c.end, c.start+1) }

// clock formats a time as hh:mm:ss, mark and milliseconds. Hours may exceed 99.
func clock(ms int64, mark rune) string {
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, mark, ms%1000)
}

// writeTSV writes the same as openai/whisper with --output_format tsv.
func writeTSV(buf *bytes.Buffer, t *event.Transcript) {
	fmt.Fprintln(buf, "start\tend\ttext")
	for _, c := range cues(t, oneLine) {
		fmt.Fprintf(buf, "%d\t%d\t%s\n", c.start, c.end, c.text)
	}
}

// writeCSV writes the columns of whisper.cpp's --output-csv. Fields are quoted as
// RFC 4180 requires.
func writeCSV(buf *bytes.Buffer, t *event.Transcript) error {
	w := csv.NewWriter(buf)
	rows := [][]string{{"start", "end", "text"}}
	for _, c := range cues(t, oneLine) {
		rows = append(rows, []string{strconv.FormatInt(c.start, 10), strconv.FormatInt(c.end, 10), c.text})
	}
	return w.WriteAll(rows)
}

// writeLRC writes the same as whisper.cpp's --output-lrc and, if word times are known,
// also the time before each word for karaoke players. The space after the time of the
// line separates it from text that begins with a bracket. LRC has no hours, so minutes
// may exceed 99.
func writeLRC(buf *bytes.Buffer, t *event.Transcript) {
	fmt.Fprintln(buf, "[by:voiceflow]")
	words := spokenWords(t)
	if len(words) == 0 {
		for _, c := range cues(t, oneLine) {
			fmt.Fprintf(buf, "[%s] %s\n", lyricsClock(c.start), c.text)
		}
		return
	}
	for _, line := range lyrics(words) {
		fmt.Fprintf(buf, "[%s]", lyricsClock(line[0].start))
		for i, w := range line {
			if i == 0 || w.space {
				buf.WriteByte(' ')
			}
			fmt.Fprintf(buf, "<%s>%s", lyricsClock(w.start), w.text)
		}
		fmt.Fprintf(buf, " <%s>\n", lyricsClock(line[len(line)-1].end))
	}
}

func lyricsClock(ms int64) string {
	hundredths := (ms + 5) / 10
	return fmt.Sprintf("%02d:%02d.%02d", hundredths/6000, hundredths/100%60, hundredths%100)
}
