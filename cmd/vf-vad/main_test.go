package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/test/home"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// started runs the program on a recording, with the engine that needs no model.
func started(t *testing.T, stdin []byte, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	home.Private(t)
	var out, err bytes.Buffer
	code = run(append([]string{"vf-vad", "--engine", "builtin"}, args...), bytes.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

func sentence(t *testing.T) []byte {
	t.Helper()
	wav, err := os.ReadFile("../../testdata/recordings/sentence-01.wav")
	if err != nil {
		t.Fatal(err)
	}
	return wav
}

// records are the lines of an output, by type.
func records(t *testing.T, out string) (utterances []*event.Utterance, speech []*event.Speech) {
	t.Helper()
	in, ended := event.NewReader(strings.NewReader(out)), false
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Utterance:
			utterances = append(utterances, r)
		case *event.Speech:
			speech = append(speech, r)
		case *event.End:
			ended = ended || !in.Scan()
		default:
			t.Errorf("%T", r)
		}
	}
	if !ended {
		t.Errorf("the last line is no end record: %s", out[max(len(out)-200, 0):])
	}
	return utterances, speech
}

// TestSentence: a sentence is one utterance, within the recording, from WAV and from PCM.
func TestSentence(t *testing.T) {
	const header = 44
	wav := sentence(t)
	for name, stdin := range map[string][]byte{"WAV": wav, "PCM": wav[header:]} {
		code, out, log := started(t, stdin, "--events")
		utterances, speech := records(t, out)
		if code != exitcode.OK || len(utterances) != 1 || len(speech) != 2 {
			t.Fatalf("%s: code %d, %d utterances, %d events\n%s", name, code, len(utterances), len(speech), log)
		}
		u, seconds := utterances[0], float64(len(wav)-header)/2/audio.SampleRate
		if u.Start < 0 || u.End-u.Start < 1 || u.End > seconds || len(u.PCM) == 0 {
			t.Errorf("%s: %.2f-%.2f s of %.2f s", name, u.Start, u.End, seconds)
		}
		if !speech[0].Speaking || speech[1].Speaking {
			t.Errorf("%s: %+v, %+v", name, speech[0], speech[1])
		}
	}
}

// TestRaw: the PCM of --raw is that of the utterance.
func TestRaw(t *testing.T) {
	_, lines, _ := started(t, sentence(t))
	utterances, _ := records(t, lines)
	code, raw, log := started(t, sentence(t), "--raw")
	if code != exitcode.OK || len(utterances) != 1 || len(raw) != len(utterances[0].PCM) {
		t.Errorf("code %d, %d bytes, not %d\n%s", code, len(raw), len(utterances[0].PCM), log)
	}
}

func TestSilence(t *testing.T) {
	if code, out, log := started(t, make([]byte, 5*2*audio.SampleRate)); code != exitcode.OK || out != "" {
		t.Errorf("code %d, %q\n%s", code, out, log)
	}
}

func TestCalibrate(t *testing.T) {
	if code, out, log := started(t, make([]byte, 5*2*audio.SampleRate), "--calibrate"); code != exitcode.OK || !strings.HasPrefix(out, "--threshold 0.5") {
		t.Errorf("a silent room: code %d, %q\n%s", code, out, log)
	}
}

func TestWrongCommandLine(t *testing.T) {
	for _, args := range [][]string{
		{"--threshold", "2"}, {"--min-silence", "-1s"}, {"--min-silence", "short"}, {"--partial", "1ms"}, {"--engine", "ears"}, {"--channel", "-1"}, {"--raw", "--events"}, {"talk.wav"},
	} {
		if code, out, log := started(t, sentence(t), args...); code != exitcode.Usage || out != "" || log == "" {
			t.Errorf("%q: code %d, %q, %s", args, code, out, log)
		}
	}
	if code, out, log := started(t, nil); code != exitcode.Input || !strings.Contains(out+log, "standard input") {
		t.Errorf("no input: code %d, %q, %s", code, out, log)
	}
}
