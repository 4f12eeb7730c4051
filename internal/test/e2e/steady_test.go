package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/proc"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// TestSameWordsHundredTimes sends one WAV through the four programs a hundred
// times.
func TestSameWordsHundredTimes(t *testing.T) {
	t.Parallel()
	programs := plain(t)
	for i := range 100 {
		cmd := exec.Command("sh", "-c", `set -e; PATH="$1:$PATH"
			vf-record --input "$2" | vf-vad | vf-transcribe -f text | vf-paste --input text --method stdout`, "sh", programs, recording("sentence-07"))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		if got := string(out); got != "turn the music off and keep quiet\n" {
			t.Fatalf("run %d: %q", i, got)
		}
	}
}

// TestSteadyMemory plays the same speech three hundred times through one pipeline:
// the words stay the same, and no program grows.
func TestSteadyMemory(t *testing.T) {
	programs := plain(t)
	const times = 300
	long := filepath.Join(t.TempDir(), "long.wav")
	repeat(t, long, recording("sentence-07"), times)

	record := exec.Command(filepath.Join(programs, "vf-record"), "--input", long)
	vad := exec.Command(filepath.Join(programs, "vf-vad"))
	transcribe := exec.Command(filepath.Join(programs, "vf-transcribe"))
	paste := exec.Command(filepath.Join(programs, "vf-paste"), "--method", "stdout")
	stages := []*exec.Cmd{record, vad, transcribe, paste}
	var err error
	if vad.Stdin, err = record.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if transcribe.Stdin, err = vad.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	transcripts, err := transcribe.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	handOn, err := paste.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var words bytes.Buffer
	paste.Stdout = &words
	for _, s := range stages {
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
	}
	// The garbage collector and the recogniser take and return megabytes with each
	// utterance, so compare the mean over many utterances.
	const first, later, inARow = 20, 160, 40 // the early stages end some time after these
	early, late := map[string]int{}, map[string]int{}
	in, out := event.NewReader(transcripts), event.NewWriter(handOn)
	for n := 1; in.Scan(); n++ {
		if err := out.Write(in.Record()); err != nil {
			t.Fatal(err)
		}
		for _, s := range stages[1:] {
			switch {
			case n >= first && n < first+inARow:
				early[filepath.Base(s.Path)] += resident(t, s.Process.Pid)
			case n >= later && n < later+inARow:
				late[filepath.Base(s.Path)] += resident(t, s.Process.Pid)
			}
		}
	}
	for name, sum := range late {
		before, after := early[name]/inARow, sum/inARow
		t.Logf("%s from %d on: %d KB, from %d on: %d KB", name, first, before, later, after)
		// A leaked utterance is 90 KB of PCM; 140 of them would be 12 MB.
		if after > before+8<<10 {
			t.Errorf("%s grew from %d to %d KB", name, before, after)
		}
	}
	if len(late) != len(stages)-1 {
		t.Errorf("measured the memory of %d programs, want %d", len(late), len(stages)-1)
	}
	handOn.Close()
	for _, s := range stages {
		if err := s.Wait(); err != nil {
			t.Errorf("%s: %v", s.Path, err)
		}
	}
	if want := strings.Repeat("turn the music off and keep quiet\n", times); words.String() != want {
		t.Errorf("the words changed: %q", words.String())
	}
}

// repeat writes a WAV file that repeats another one n times.
func repeat(t *testing.T, to, from string, n int) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	speech := audio.DecodePCM(nil, data[44:])
	// Make the period a multiple of the recogniser's frames of 10 ms: at another
	// offset in a frame, the same sentence is a different sound to it.
	silence := make([]int16, audio.SampleRate/2+160-len(speech)%160)
	f, err := audio.CreateWAV(to)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		for _, part := range [][]int16{speech, silence} {
			if err := f.Write(part); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// resident returns a process's resident memory in KB.
func resident(t *testing.T, pid int) int {
	t.Helper()
	kb, err := proc.Status(pid, "VmRSS")
	if err != nil {
		t.Fatal(err)
	}
	return kb
}
