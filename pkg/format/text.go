package format

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"voiceflow/pkg/event"
)

// writeTXT writes what openai/whisper writes with --output_format txt.
func writeTXT(buf *bytes.Buffer, t *event.Transcript) {
	for _, c := range cues(t, oneLine) {
		fmt.Fprintln(buf, c.text)
	}
}

// writeSRT numbers the cues from 1 and ends each with a blank line, also the
// last, as openai/whisper does.
func writeSRT(buf *bytes.Buffer, t *event.Transcript) {
	for i, c := range subtitles(t) {
		fmt.Fprintf(buf, "%d\n%s --> %s\n%s\n\n", i+1,
			clock(c.start, ','), clock(visibleEnd(c), ','), withoutArrow(c.text))
	}
}

// withoutArrow shortens the arrow that parts the times of a cue, as
// openai/whisper does: SRT has no way to escape it.
func withoutArrow(text string) string {
	for strings.Contains(text, "-->") { // shortening --->, it appears anew
		text = strings.ReplaceAll(text, "-->", "->")
	}
	return text
}

// writeVTT escapes what WebVTT takes for tags and entities, which leaves no
// arrow in the text either.
func writeVTT(buf *bytes.Buffer, t *event.Transcript) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	fmt.Fprint(buf, "WEBVTT\n\n")
	for _, c := range subtitles(t) {
		fmt.Fprintf(buf, "%s --> %s\n%s\n\n", clock(c.start, '.'), clock(visibleEnd(c), '.'), escape.Replace(c.text))
	}
}

// visibleEnd is the end of a subtitle that lasts for some time.
func visibleEnd(c cue) int64 { return max(c.end, c.start+1) }

// clock is hh:mm:ss, a mark and milliseconds. Hours may pass 99.
func clock(ms int64, mark rune) string {
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, mark, ms%1000)
}

// writeTSV writes what openai/whisper writes with --output_format tsv.
func writeTSV(buf *bytes.Buffer, t *event.Transcript) {
	fmt.Fprintln(buf, "start\tend\ttext")
	for _, c := range cues(t, oneLine) {
		fmt.Fprintf(buf, "%d\t%d\t%s\n", c.start, c.end, c.text)
	}
}

// writeCSV has the columns of whisper.cpp's --output-csv. Fields are quoted
// where RFC 4180 asks for it.
func writeCSV(buf *bytes.Buffer, t *event.Transcript) error {
	w := csv.NewWriter(buf)
	rows := [][]string{{"start", "end", "text"}}
	for _, c := range cues(t, oneLine) {
		rows = append(rows, []string{strconv.FormatInt(c.start, 10), strconv.FormatInt(c.end, 10), c.text})
	}
	return w.WriteAll(rows)
}

// writeLRC writes as whisper.cpp's --output-lrc and, where the times of words are
// known, those before each word, as karaoke players read them. The space after the time
// keeps a text that itself begins with a bracket apart from it. LRC knows no hours:
// minutes pass 99.
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
