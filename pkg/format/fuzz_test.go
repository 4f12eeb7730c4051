package format_test

import (
	"bytes"
	"encoding/csv"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// FuzzReadBack reads subtitles and tables back with simple code and checks that there
// are as many cues as segments with text, with the same text.
func FuzzReadBack(f *testing.F) {
	f.Add("Hello <b> & \"you\", -->", "--->\n\n1\n00:00:00,000 --> 00:00:01,000\nhidden", 0.5, 1.25)
	f.Add("", "a\r\n\r\nb\rc\u0085d\u2028e\tf\v\f\x00\xff\ufeff", -1.0, 1e300)
	f.Add("&amp;", "&lt;\ufeff\n \ufeff", 5.0, 1.0)
	f.Fuzz(func(t *testing.T, first, second string, start, end float64) {
		transcript := &event.Transcript{Text: first + second, Segments: []event.Segment{
			{Start: start, End: end, Text: first}, {Start: end, End: start, Text: second},
		}}
		out := make(map[string]string)
		for _, name := range []string{"txt", "srt", "vtt", "tsv", "csv", "lrc"} {
			var buf bytes.Buffer
			if err := format.Write(&buf, name, transcript); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if out[name] = buf.String(); !utf8.ValidString(out[name]) {
				t.Errorf("%s: invalid UTF-8 in %q", name, out[name])
			}
		}
		var lines []string // of text, of all segments
		var srt, vtt, rows int
		for _, text := range []string{first, second} {
			if l := linesOf(text); len(l) > 0 {
				lines = append(lines, l...)
				rows++
			}
		}
		compare := func(name string, count int, got []string, want []string) {
			t.Helper()
			if count != rows || strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s: %d cues with %q, want %d with %q", name, count, got, rows, want)
			}
		}
		var text []string
		srt, text = subtitles(t, out["srt"], ',')
		compare("srt", srt, text, arrows(lines))
		vtt, text = subtitles(t, strings.TrimPrefix(out["vtt"], "WEBVTT\n\n"), '.')
		for i := range text {
			text[i] = html.UnescapeString(text[i])
		}
		compare("vtt", vtt, text, lines)
		compareTables(t, out, rows, lines)
	})
}

// linesOf returns the lines of srt and vtt as documented, by a different method.
func linesOf(text string) []string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\uFEFF", "")
	var lines []string
	for _, line := range regexp.MustCompile("[\n\r\v\f\u0085\u2028\u2029]+").Split(text, -1) {
		line = strings.TrimFunc(line, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
		if line != "" {
			lines = append(lines, strings.Map(func(r rune) rune {
				if unicode.IsControl(r) {
					return ' '
				}
				return r
			}, line))
		}
	}
	return lines
}

func arrows(lines []string) []string {
	var out []string
	for _, l := range lines {
		out = append(out, regexp.MustCompile("-+->").ReplaceAllString(l, "->"))
	}
	return out
}

var timeLine = regexp.MustCompile(`^(\d{2,}:\d\d:\d\d)([,.])(\d{3}) --> (\d{2,}:\d\d:\d\d)([,.])(\d{3})$`)

// subtitles returns the number of cues and the lines of their texts.
func subtitles(t *testing.T, file string, mark rune) (int, []string) {
	t.Helper()
	var lines []string
	blocks := strings.Split(file, "\n\n")
	for _, block := range blocks[:len(blocks)-1] {
		parts := strings.Split(block, "\n")
		if mark == ',' {
			parts = parts[1:] // the number
		}
		times := timeLine.FindStringSubmatch(parts[0])
		if times == nil || times[2] != string(mark) || times[5] != string(mark) {
			t.Fatalf("not a line with times: %q", parts[0])
		}
		from, to := times[1]+times[3], times[4]+times[6]
		if len(from) > len(to) || len(from) == len(to) && from >= to {
			t.Errorf("cue without duration: %q", parts[0])
		}
		for _, line := range parts[1:] {
			if line == "" || strings.Contains(line, "-->") {
				t.Errorf("a line of text breaks the cue: %q", line)
			}
			lines = append(lines, line)
		}
	}
	return len(blocks) - 1, lines
}

func compareTables(t *testing.T, out map[string]string, rows int, lines []string) {
	t.Helper()
	// Lines were joined and may have extra spaces, so compare words.
	want := strings.Fields(strings.Join(lines, " "))
	compare := func(name string, count int, text string) {
		t.Helper()
		if got := strings.Fields(text); count != rows || strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %d rows with %q, want %d with %q", name, count, got, rows, want)
		}
	}
	records, err := csv.NewReader(strings.NewReader(out["csv"])).ReadAll()
	if err != nil {
		t.Fatalf("csv: %v in %q", err, out["csv"])
	}
	text := ""
	for _, record := range records[1:] {
		text += " " + record[2]
	}
	compare("csv", len(records)-1, text)
	text = ""
	tsv := strings.Split(out["tsv"], "\n")
	for _, line := range tsv[1 : len(tsv)-1] {
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			t.Fatalf("tsv: %d columns in %q", len(columns), line)
		}
		text += " " + columns[2]
	}
	compare("tsv", len(tsv)-2, text)
	compare("txt", strings.Count(out["txt"], "\n"), out["txt"])
	lyrics := regexp.MustCompile(`(?m)^\[\d{2,}:\d\d\.\d\d\] `)
	compare("lrc", len(lyrics.FindAllString(out["lrc"], -1)),
		lyrics.ReplaceAllString(strings.TrimPrefix(out["lrc"], "[by:voiceflow]\n"), ""))
}
