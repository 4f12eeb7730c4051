package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// recorded is what vf-record --output-format jsonl writes about a recording, with a mark
// at its end.
func recorded(t *testing.T, samples []byte, end event.MarkKind) []byte {
	t.Helper()
	var b bytes.Buffer
	w := event.NewWriter(&b)
	write := func(r event.Record) {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	write(&event.Mark{Mark: event.MarkBegin})
	at := int64(0)
	for part := range slices.Chunk(samples, 3200) {
		write(&event.Audio{At: at, PCM: part})
		at += int64(len(part) / 2)
	}
	write(&event.Mark{Mark: end, At: at})
	return b.Bytes()
}

// kinds are the lines of an output, in short.
func kinds(t *testing.T, out string) (all []string) {
	t.Helper()
	in, ended := event.NewReader(strings.NewReader(out)), false
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Utterance:
			all = append(all, "utterance")
		case *event.Tentative:
			all = append(all, "tentative")
		case *event.Mark:
			all = append(all, string(r.Mark))
		case *event.Failure:
			all = append(all, r.Error)
		case *event.Unknown:
			all = append(all, r.Type)
		case *event.End:
			ended = ended || !in.Scan()
		default:
			t.Errorf("%T", r)
		}
	}
	if !ended {
		t.Errorf("the last line is no end record: %s", out[max(len(out)-200, 0):])
	}
	return all
}

// TestMarks: a mark ends the utterance at once, and comes after it; a cancelled one is
// dropped.
func TestMarks(t *testing.T) {
	sound := sentence(t)[44:]
	words := sound[:len(sound)*9/10&^1] // ends while somebody speaks
	for end, want := range map[event.MarkKind][]string{
		event.MarkEnd:    {"begin", "utterance", "end"},
		event.MarkPause:  {"begin", "utterance", "pause"},
		event.MarkCancel: {"begin", "cancel"},
		event.MarkGap:    {"begin", "gap", "utterance"},
	} {
		code, out, log := started(t, recorded(t, words, end), "--no-early")
		if got := kinds(t, out); code != exitcode.OK || log != "" || !slices.Equal(got, want) {
			t.Errorf("%s: code %d, lines %v, want %v\n%s", end, code, got, want, log)
		}
	}
}

// TestLinesAreAudio: the utterance from lines is the one from PCM.
func TestLinesAreAudio(t *testing.T) {
	sound := sentence(t)[44:]
	_, fromPCM, _ := started(t, sound)
	_, fromLines, _ := started(t, recorded(t, sound, event.MarkEnd), "--no-early")
	want, _ := records(t, fromPCM)
	var got []*event.Utterance
	in := event.NewReader(strings.NewReader(fromLines))
	for in.Scan() {
		if u, ok := in.Record().(*event.Utterance); ok {
			got = append(got, u)
		}
	}
	if len(got) != 1 || len(want) != 1 || !bytes.Equal(got[0].PCM, want[0].PCM) || got[0].Start != want[0].Start {
		t.Errorf("%d and %d utterances, which differ", len(got), len(want))
	}
}

// TestOtherLines: failures of vf-record reach the next program, and a line that makes no
// sense is reported without losing the others.
func TestOtherLines(t *testing.T) {
	lines := append(recorded(t, sentence(t)[44:], event.MarkEnd), `{"type":"audio","at":0}
{"type":"error","id":0,"error":"no microphone"}
{"type":"level"}
`...)
	code, out, _ := started(t, lines, "--no-early")
	got := kinds(t, out)
	if code != exitcode.OK || len(got) != 6 || !strings.Contains(got[3], "field pcm is missing") ||
		!slices.Equal(got[4:], []string{"no microphone", "level"}) {
		t.Errorf("code %d, lines %v", code, got)
	}
}

// TestEarlyLines: during the pause, the utterance is already written as it will be, and
// with --partial also while it goes on.
func TestEarlyLines(t *testing.T) {
	sound := append(sentence(t)[44:], make([]byte, 2*audio.SampleRate)...)
	_, out, _ := started(t, recorded(t, sound, event.MarkEnd), "--partial", "500ms", "--min-silence", "auto")
	var last *event.Tentative
	lengths := []int{}
	in := event.NewReader(strings.NewReader(out))
	ended := false
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Tentative:
			last = r
			lengths = append(lengths, len(r.PCM)/2)
		case *event.Utterance:
			ended = true
			if last == nil || !last.Paused || !last.MayEnd || !bytes.Equal(last.PCM, r.PCM) || last.ID != r.ID || last.Start != r.Start {
				t.Errorf("the line during the pause is not the utterance")
			}
		}
	}
	if !ended || len(lengths) < 4 || !slices.IsSorted(lengths) {
		t.Errorf("lengths %v, ended %v", lengths, ended)
	}
}
