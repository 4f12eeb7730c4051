package check

import (
	"strings"
	"testing"

	"voiceflow/internal/health/verdict"
)

// rapid has the words of the timing pattern of rapid utterances.
var rapid = []string{
	"turn the music off and keep quiet",
	"the children walk from the river in summer",
	"twelve people wait with the red box",
	"stop this before the night is over",
}

func TestFlaws(t *testing.T) {
	for _, tt := range []struct {
		name          string
		spoken, heard string // utterances with | between them; empty: all four
		want          string // checks, in order
	}{
		{"all correct", "", strings.Join(rapid, "|"), ""},
		{"case and punctuation", "stop this", "Stop this!", ""},
		{"a misheard word", "", "turn the music of and keep quiet|" + strings.Join(rapid[1:], "|"), ""},
		{"split", "my brother will call you tomorrow", "my brother will|call you tomorrow", Split},
		{"split, with errors", "my brother will call you tomorrow", "my brother with|all you tomorrow", Split},
		{"in three", "my brother will call you tomorrow", "my brother|will call|you tomorrow", Split},
		{"one of four split", "", rapid[0] + "|the children walk|from the river in summer|" + strings.Join(rapid[2:], "|"), Split},
		{"merged", "", rapid[0] + " " + rapid[1] + "|" + rapid[2] + "|" + rapid[3], Merged},
		{"lost", "", rapid[0] + "|" + rapid[2] + "|" + rapid[3], Lost},
		{"lost, empty text", "", rapid[0] + "||" + rapid[2] + "|" + rapid[3], Lost},
		{"nothing", "turn it off", "-", Lost},
		{"repeated", "", rapid[0] + "|" + rapid[0] + "|" + strings.Join(rapid[1:], "|"), Repeated},
		{"never spoken", "", rapid[0] + "|thank you for watching|" + strings.Join(rapid[1:], "|"), Extra},
		{"words of the previous one at the start", "", rapid[0] + "|and keep quiet " + strings.Join(rapid[1:], "|"), Contamination},
		{"its last word at the start", "", rapid[0] + "|quiet " + strings.Join(rapid[1:], "|"), Contamination},
		{"its words at the end", "", rapid[0] + "|" + rapid[1] + " keep quiet|" + rapid[2] + "|" + rapid[3], Contamination},
		{"the previous one instead", "", rapid[0] + "|" + rapid[0] + "|" + rapid[2] + "|" + rapid[3], Contamination},
		{"all of it at the start", "", rapid[0] + "|" + rapid[0] + " " + strings.Join(rapid[1:], "|"), Contamination},
		{"a single common word", "", rapid[0] + "|the children walk from the river in the summer|" + rapid[2] + "|" + rapid[3], ""},
		{"first word missing", "my brother will call you", "brother will call you", ClippedStart},
		{"first word damaged", "my brother will call you", "I brother will call you", ClippedStart},
		{"first word became two", "my brother will call you", "am I brother will call you", ClippedStart},
		{"all wrong", "my brother will call you", "nobody said that", FirstWord},
		{"all four clipped", "", "the music off and keep quiet|children walk from the river in summer|people wait with the red box|this before the night is over",
			strings.Join([]string{ClippedStart, ClippedStart, ClippedStart, ClippedStart}, " ")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			truth, heard := rapid, strings.Split(tt.heard, "|")
			if tt.spoken != "" {
				truth = strings.Split(tt.spoken, "|")
			}
			if tt.heard == "-" {
				heard = nil
			}
			var got []string
			for _, f := range findFlaws(truth, heard) {
				got = append(got, f.check)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestUtteranceFindings(t *testing.T) {
	clipped := flaw{ClippedStart, "clipped", "secret words"}
	for _, tt := range []struct {
		n    int
		want verdict.Status
	}{{1, verdict.Warning}, {2, verdict.Critical}, {4, verdict.Critical}} {
		var found []flaw
		for range tt.n {
			found = append(found, clipped)
		}
		got := utteranceFindings(Timing, "rapid", rapid, rapid, found)
		if len(got) != 1 || got[0].Status != tt.want || strings.Contains(got[0].What, "secret") {
			t.Errorf("%d of four: %+v", tt.n, got)
		}
	}
	got := utteranceFindings(Timing, "rapid", rapid, make([]string, 8), []flaw{{Split, "utterance 1 was recognised as 2", ""}, {Split, "", ""}})
	if len(got) != 1 || got[0].What != "split: 8 utterances instead of 4 (utterance 1 was recognised as 2), and 1 more" {
		t.Errorf("%+v", got)
	}
}

// TestPairLongSession aligns many utterances, some of them missing.
func TestPairLongSession(t *testing.T) {
	var long, heard []string
	for i := range 100 {
		long = append(long, rapid[i%4]+" "+strings.Repeat("x", i%7))
		if i%10 != 3 {
			heard = append(heard, long[i])
		}
	}
	lost := 0
	for _, f := range findFlaws(long, heard) {
		if f.check != Lost {
			t.Errorf("%+v", f)
		}
		lost++
	}
	if lost != 10 {
		t.Errorf("%d lost, want 10", lost)
	}
}
