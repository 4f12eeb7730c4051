package format_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// say returns a segment whose words follow each other from start on, with durations
// according to their length. A number in brackets is a pause in seconds:
// say(0, "one [0.5] two").
func say(start float64, text string) event.Segment {
	s := event.Segment{Start: start}
	at := start
	for _, word := range strings.Fields(text) {
		if pause, err := strconv.ParseFloat(strings.Trim(word, "[]"), 64); err == nil && word[0] == '[' {
			at += pause
			continue
		}
		end := at + 0.1 + 0.05*float64(utf8.RuneCountInString(word))
		s.Spoken = append(s.Spoken, event.Word{Word: word, Start: at, End: end})
		s.Text += " " + word
		at = end
	}
	s.End = at
	return s
}

func written(t *testing.T, name string, segments ...event.Segment) string {
	t.Helper()
	var out bytes.Buffer
	if err := format.Write(&out, name, &event.Transcript{Segments: segments}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestLayout checks the text of each subtitle, without its number and times.
func TestLayout(t *testing.T) {
	cjk := event.Segment{Text: "今天天气很好。我们去公园散步吧。"}
	for i, r := range []rune("今天天气很好。我们去公园散步吧。") {
		cjk.Spoken = append(cjk.Spoken, event.Word{Word: string(r), Start: 0.3 * float64(i), End: 0.3*float64(i) + 0.3})
	}
	for name, tt := range map[string]struct {
		segments []event.Segment
		want     string
	}{
		"one line": {[]event.Segment{say(0, "My brother will call you tomorrow.")}, "My brother will call you tomorrow."},
		"two lines, broken at the comma": {
			[]event.Segment{say(0, "If you see my brother, tell him that I called.")},
			"If you see my brother,\ntell him that I called.",
		},
		"two lines, broken before a clause": {
			[]event.Segment{say(0, "The children walked home from school because it was raining")},
			"The children walked home from school\nbecause it was raining",
		},
		"not after a word that leans on the next": {
			[]event.Segment{say(0, "Everybody carried wooden boxes through the garden gate yesterday")},
			"Everybody carried wooden boxes\nthrough the garden gate yesterday",
		},
		"breaks at the ends of sentences": {
			[]event.Segment{say(0, "My brother will call you tomorrow. Our old house was under that tree. Write another letter and bring it home.")},
			"My brother will call you tomorrow.\nOur old house was under that tree.\n\nWrite another letter and bring it home.",
		},
		"at a pause, where nothing is written": {
			[]event.Segment{say(0, "turn the music off [0.8] twelve people wait with the red box")},
			"turn the music off\n\ntwelve people wait with the red box",
		},
		"a sentence over segments is one": {
			[]event.Segment{say(0, "My brother will"), say(0.9, "call you tomorrow.")},
			"My brother will call you tomorrow.",
		},
		"a long sentence": {
			[]event.Segment{say(0, "When the committee had finished its report on the state of the old bridges, the mayor of the town, who had waited for it since the summer, asked the engineers to begin the repairs before the winter came.")},
			"When the committee had finished its report\non the state of the old bridges,\n\nthe mayor of the town,\nwho had waited for it since the summer,\n\nasked the engineers to begin\nthe repairs before the winter came.",
		},
		"a word longer than a line stays whole": {
			[]event.Segment{say(0, "See https://example.org/a/very/long/address/that/nobody/can/read there")},
			"See\n\nhttps://example.org/a/very/long/address/that/nobody/can/read\n\nthere",
		},
		"Chinese": {[]event.Segment{cjk}, "今天天气很好。我们去公园散步吧。"},
		"marks":   {[]event.Segment{say(0, "a --> b")}, "a -> b"},
		"a segment whose words have no times": {
			[]event.Segment{say(0, "Hello there."), {Start: 4, End: 5, Text: " Who is it?"}},
			"Hello there.\n\nWho is it?",
		},
	} {
		got := regexp.MustCompile(`(?m)^\d+\n\d\d:.*\n`).ReplaceAllString(written(t, "srt", tt.segments...), "")
		if got = strings.TrimSpace(got); got != tt.want {
			t.Errorf("%s:\n%s\n\nnot\n\n%s", name, got, tt.want)
		}
	}
}

func TestLayoutTimes(t *testing.T) {
	short := say(1, "Yes.")
	for name, tt := range map[string]struct {
		transcript event.Transcript
		want       string
	}{
		"a short one is seen for a second": {event.Transcript{Segments: []event.Segment{short}}, "00:00:01,000 --> 00:00:02,000"},
		"until the next":                   {event.Transcript{Segments: []event.Segment{short, say(1.9, "No.")}}, "00:00:01,000 --> 00:00:01,900\n00:00:01,900 --> 00:00:02,900"},
		"until the end of the recording":   {event.Transcript{Duration: 1.5, Segments: []event.Segment{short}}, "00:00:01,000 --> 00:00:01,500"},
		"a fast one until it can be read": {
			event.Transcript{Segments: []event.Segment{{Text: " Incomprehensibilities, unquestionably.", Spoken: []event.Word{
				{Word: "Incomprehensibilities,", Start: 0, End: 0.5}, {Word: "unquestionably.", Start: 0.5, End: 1},
			}}}},
			"00:00:00,000 --> 00:00:01,900",
		},
	} {
		var out bytes.Buffer
		if err := format.Write(&out, "srt", &tt.transcript); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(regexp.MustCompile(`(?m)^.*-->.*$`).FindAllString(out.String(), -1), "\n")
		if got != tt.want {
			t.Errorf("%s: %s, not %s", name, got, tt.want)
		}
	}
}

func TestLyrics(t *testing.T) {
	want := "[by:voiceflow]\n[00:01.00] <00:01.00>My <00:01.20>brother <00:01.65>will <00:01.95>call. <00:02.30>\n"
	if got := written(t, "lrc", say(1, "My brother will call.")); got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

// TestLayoutRules checks that for any speech, subtitles contain all words in order, in
// at most two lines of 42 characters, for 1 to 7 s if the speech allows, and do not
// overlap.
func TestLayoutRules(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		text := ""
		for range 5 + random.IntN(150) {
			text += " " + strings.Repeat("x", 1+random.IntN(14)) + []string{"", "", "", "", "", ",", "."}[random.IntN(7)]
			if random.IntN(15) == 0 {
				text += " [" + strconv.FormatFloat(2*random.Float64(), 'f', 2, 64) + "]"
			}
		}
		s := say(3*random.Float64(), text)
		out := written(t, "vtt", s)
		var words []string
		last, length := 0.0, 0
		cues := strings.Split(strings.TrimSuffix(strings.TrimPrefix(out, "WEBVTT\n\n"), "\n\n"), "\n\n")
		for i, cue := range cues {
			part := strings.Split(cue, "\n")
			start, end := seconds(part[0][:12]), seconds(part[0][17:])
			if start < last-1e-9 || end <= start || end-start > 7.0001 || len(part) > 3 {
				t.Fatalf("after %v: %q", last, cue)
			}
			last, length = end, length+len(strings.Join(part[1:], " "))
			for _, line := range part[1:] {
				if len(line) > 42 {
					t.Fatalf("line of %d characters: %q", len(line), cue)
				}
				words = append(words, strings.Fields(line)...)
			}
			if i+1 < len(cues) && end-start < 0.999 && seconds(strings.Split(cues[i+1], " ")[0])-end > 0.001 {
				t.Fatalf("%q is visible too briefly", cue)
			}
		}
		if got := strings.Join(words, " "); got != strings.TrimSpace(s.Text) {
			t.Fatalf("%q became %q", s.Text, got)
		}
	}
}

// seconds parses hh:mm:ss.mmm.
func seconds(clock string) float64 {
	sum := 0.0
	for part := range strings.SplitSeq(clock, ":") {
		n, _ := strconv.ParseFloat(part, 64)
		sum = 60*sum + n
	}
	return sum
}
