package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/proc"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// link links a file into a folder under several names.
func link(t *testing.T, folder, file string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.Symlink(file, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// numbered returns n names, 000.wav and so on.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%03d.wav", i)
	}
	return names
}

// folderNames lists a folder, except for .voiceflow, which records the sources of
// transcripts.
func folderNames(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != ".voiceflow" {
			names = append(names, e.Name())
		}
	}
	return names
}

// processorTime returns the processor time that a process has used so far.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	p, err := proc.Read(pid)
	if err != nil {
		t.Fatal(err)
	}
	return p.CPU
}

// TestInterruptFinishesFile presses Ctrl-C during a long file: the file is finished
// and written in full, no other is started, and the message says how many are done.
func TestInterruptFinishesFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := filepath.Join(dir, "long.wav")
	repeat(t, long, recording("timing-rapid"), 6)
	// A single recogniser, never restarted, gives the same text for each copy of the file.
	options := []string{"-f", "txt,json", "-j", "1", "-t", "1", "--refresh-every", "0"}
	run(t, dir, "vf-transcribe", append(options, "-o", "whole", long)...)
	want := readFiles(t, []string{filepath.Join(dir, "whole/long.txt")})
	if strings.Count(want, "\n") < 12 {
		t.Fatalf("too few lines in the uninterrupted transcript: %q", want)
	}

	const files = 20
	link(t, filepath.Join(dir, "talks"), long, numbered(files)...)
	cmd := group(t, "vf-transcribe", append(options, "-o", "out", "-r", "talks")...)
	var log bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &log
	out := output(t, cmd)
	done, after := 0, 0
	for in := event.NewReader(out); in.Scan(); {
		if end, is := in.Record().(*event.End); is {
			if end.Transcripts != done || !end.Incomplete {
				t.Errorf("after %d files: %+v", done, end)
			}
			break
		}
		r, ok := in.Record().(*event.Result)
		if !ok || r.ID != done || len(r.Outputs) != 2 {
			t.Errorf("line %d: %+v", done, in.Record())
		}
		if done++; done > 1 {
			after++
			continue
		}
		begun := processorTime(t, cmd.Process.Pid)
		await.True(t, "the second file", func() bool { return processorTime(t, cmd.Process.Pid) > begun+200*time.Millisecond })
		interrupt(t, cmd, syscall.SIGINT)
	}
	if code := await.Exit(t, cmd, await.Patience); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if after == 0 || done == files {
		t.Errorf("%d files finished after the interrupt, %d in total", after, done)
	}
	if says := fmt.Sprintf("interrupted: %d of %d files are done", done, files); !strings.Contains(log.String(), says) {
		t.Errorf("the log does not contain %q: %s", says, log.String())
	}
	var names []string
	for _, name := range numbered(done) {
		stem := strings.TrimSuffix(name, ".wav")
		names = append(names, stem+".json", stem+".txt")
		if got := readFiles(t, []string{filepath.Join(dir, "out", stem+".txt")}); got != want {
			t.Errorf("%s.txt is %q, want %q", stem, got, want)
		}
	}
	if got := folderNames(t, filepath.Join(dir, "out")); !slices.Equal(got, names) {
		t.Errorf("output files %v, want %v", got, names)
	}
}

// TestSecondInterruptEndsDecoding: a second signal ends the decoding of ten minutes of
// audio in one piece immediately. The text so far is printed, and no half-written file
// is left, only what --resume goes on from.
func TestSecondInterruptEndsDecoding(t *testing.T) {
	programs := plain(t) // the race detector is slow
	dir := t.TempDir()
	repeat(t, filepath.Join(dir, "long.wav"), recording("timing-rapid"), 52)
	// The time until there is text depends on the machine.
	for used := 2 * time.Second; ; used *= 2 {
		cmd := group(t, filepath.Join(programs, "vf-transcribe"), "--no-vad", "-t", "1", "-f", "txt", "-o", "out", "long.wav")
		var out, log bytes.Buffer
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		await.True(t, "the decoder at work", func() bool { return processorTime(t, cmd.Process.Pid) > used })
		interrupt(t, cmd, syscall.SIGINT)
		interrupt(t, cmd, syscall.SIGTERM)
		signalled := time.Now()
		code := await.Exit(t, cmd, await.Patience)
		took := time.Since(signalled)
		t.Logf("vf-transcribe ended %v after the signal", took)
		if code != 130 || took > 5*time.Second {
			t.Fatalf("exit code %d after %v, want 130 within 5 s: %s", code, took, log.String())
		}
		names := slices.DeleteFunc(folderNames(t, filepath.Join(dir, "out")), func(s string) bool { return s == "long.partial" })
		if len(names) > 0 {
			t.Errorf("files left: %v", names)
		}
		in := event.NewReader(&out)
		if !in.Scan() {
			continue
		}
		tr, ok := in.Record().(*event.Transcript)
		if !ok || !tr.Incomplete || tr.File != "long.wav" || tr.Text == "" || tr.End < 5 || tr.End > 550 {
			t.Errorf("output: %+v", in.Record())
		}
		if end, is := next(in).(*event.End); !is || !end.Incomplete || in.Scan() {
			t.Errorf("after the transcript: %+v", in.Record())
		}
		return
	}
}

// next returns the next record, or nil at the end.
func next(in *event.Reader) event.Record {
	in.Scan()
	return in.Record()
}

// TestBatchMemory: a process that transcribes two hundred files does not grow.
func TestBatchMemory(t *testing.T) {
	programs := plain(t)
	dir := t.TempDir()
	for i, name := range numbered(200) {
		link(t, dir, recording(fmt.Sprintf("sentence-%02d", 1+i%10)), name)
	}
	cmd := group(t, filepath.Join(programs, "vf-transcribe"), "-t", "1", "-j", "2", "-r", dir)
	cmd.Stderr = io.Discard
	out := output(t, cmd)
	// Compare the highest of twenty samples, since a recogniser that is restarting
	// briefly takes less memory.
	done, early, late := 0, 0, 0
	for in := event.NewReader(out); in.Scan(); {
		if end, is := in.Record().(*event.End); is && end.Transcripts == done {
			break
		}
		if r, ok := in.Record().(*event.Transcript); !ok || r.ID != done || r.Text == "" {
			t.Errorf("line %d: %+v", done, in.Record())
		}
		switch done++; {
		case done >= 20 && done < 40:
			early = max(early, resident(t, cmd.Process.Pid))
		case done > 170 && done <= 190:
			late = max(late, resident(t, cmd.Process.Pid))
		}
	}
	t.Logf("%d KB after 20 files, %d KB after 190", early, late)
	// 150 leaked files would take 13 MB as files, 25 MB decoded.
	if late > early+10<<10 {
		t.Errorf("the process grew from %d to %d KB", early, late)
	}
	if code := await.Exit(t, cmd, await.Patience); code != 0 || done != 200 {
		t.Errorf("exit code %d, %d files", code, done)
	}
}

// TestTenThousandMissing: each missing file in a list is a separate error, and a long
// list takes hardly more memory than a short one.
func TestTenThousandMissing(t *testing.T) {
	programs := plain(t)
	peak := map[int]int64{} // KB
	for _, n := range []int{10, 10_000} {
		var list bytes.Buffer
		for i := range n {
			fmt.Fprintf(&list, "talks/of the year/talk number %d.wav\n", i)
		}
		cmd := group(t, filepath.Join(programs, "vf-transcribe"), "-t", "1", "--files-from", "-")
		var out, log bytes.Buffer
		cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = t.TempDir(), &list, &out, &log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if code := await.Exit(t, cmd, await.Patience); code != 1 {
			t.Errorf("exit code %d, want 1", code)
		}
		count := 0
		for in := event.NewReader(&out); in.Scan(); count++ {
			if end, is := in.Record().(*event.End); is && end.Errors == count {
				break
			}
			name := fmt.Sprintf("talks/of the year/talk number %d.wav", count)
			f, ok := in.Record().(*event.Failure)
			if !ok || f.ID != count || f.File != name || !strings.Contains(f.Error, "no such file") {
				t.Fatalf("line %d: %+v", count, in.Record())
			}
		}
		if count != n || strings.Count(log.String(), `"level":"error"`) != n {
			t.Errorf("%d errors in the output and %d in the log, want %d", count, strings.Count(log.String(), `"level":"error"`), n)
		}
		if says := fmt.Sprintf("%d files: 0 done, %d failed", n, n); !strings.Contains(log.String(), says) {
			t.Errorf("the log does not contain %q", says)
		}
		peak[n] = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	}
	t.Logf("%d KB with 10 names, %d KB with 10,000", peak[10], peak[10_000])
	if peak[10_000] > peak[10]+16<<10 {
		t.Errorf("ten thousand names take %d KB, ten %d KB", peak[10_000], peak[10])
	}
}

// TestBackPressure: while no transcripts are read, vf-transcribe stops taking in
// utterances. Once they are read, all come in order, each with its own text.
func TestBackPressure(t *testing.T) {
	t.Parallel()
	const utterances = 600 // twice as many as may be taken in before it stops
	// Use a short window and no retries, since only the order matters.
	cmd := group(t, "vf-transcribe", "--queue", "5", "-j", "2", "-t", "1", "--audio-ctx", "64", "--temperature-inc", "0")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out := output(t, cmd)
	pieces := [][]byte{words(t, "sentence-01"), words(t, "sentence-07")}
	var fed atomic.Int64
	feeder := make(chan error, 1)
	go func() {
		w := event.NewWriter(in)
		for i := range utterances {
			if err := w.Write(&event.Utterance{ID: i, Start: float64(i), End: float64(i) + 0.45, PCMStart: float64(i), PCM: pieces[i%2]}); err != nil {
				feeder <- err
				return
			}
			fed.Add(1)
		}
		feeder <- in.Close()
	}()
	// It has stopped when it neither reads nor computes.
	lastFed, lastUsed, still := int64(0), time.Duration(0), 0
	await.True(t, "a standstill", func() bool {
		n, used := fed.Load(), processorTime(t, cmd.Process.Pid)
		if still++; n == 0 || n != lastFed || used != lastUsed {
			lastFed, lastUsed, still = n, used, 0
		}
		return still == 20
	})
	// The output pipe holds about 150 transcripts, the input pipe and the program
	// about ten utterances.
	t.Logf("%d utterances were taken in", lastFed)
	if lastFed > 300 {
		t.Errorf("it took in %d utterances while no transcripts were read, want at most 300", lastFed)
	}
	var texts [2]string
	read := 0
	for r := event.NewReader(out); r.Scan(); read++ {
		if end, is := r.Record().(*event.End); is {
			if end.Transcripts != utterances || end.Incomplete {
				t.Errorf("the end is %+v", end)
			}
			break
		}
		tr, ok := r.Record().(*event.Transcript)
		if !ok || tr.ID != read || tr.Start != float64(read) {
			t.Fatalf("line %d: %+v", read, r.Record())
		}
		if read < 2 {
			texts[read] = tr.Text
		}
		if tr.Text != texts[read%2] {
			t.Fatalf("utterance %d is %q, want %q", read, tr.Text, texts[read%2])
		}
	}
	if err := <-feeder; err != nil {
		t.Error(err)
	}
	if code := await.Exit(t, cmd, await.Patience); code != 0 || read != utterances {
		t.Errorf("exit code %d, %d transcripts of %d", code, read, utterances)
	}
	if texts[0] == "" || texts[0] == texts[1] {
		t.Errorf("the texts %q are empty or equal, so this test shows nothing", texts)
	}
}

// words returns the beginning of a recording's speech as PCM.
func words(t *testing.T, name string) []byte {
	t.Helper()
	wav, err := os.ReadFile(recording(name))
	if err != nil {
		t.Fatal(err)
	}
	from, n := 44+audio.SampleRate/4*2, audio.SampleRate*9/20*2 // bytes
	return wav[from : from+n]
}

// TestJobsChangeNothing: several recognisers return the same transcripts in the same
// order as one.
func TestJobsChangeNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := filepath.Join(dir, "long.wav")
	repeat(t, long, recording("timing-rapid"), 4)
	files, err := filepath.Glob(recording("*"))
	if err != nil || len(files) < 15 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	files = slices.Insert(files, 3, long) // takes several windows
	args := slices.Concat([]string{"-t", "1", "--temperature-inc", "0", "--word-timestamps"}, files)
	var one []string
	for _, jobs := range []string{"1", "2", "3"} {
		got := withoutCost(t, run(t, dir, "vf-transcribe", append([]string{"-j", jobs}, args...)...))
		if len(got) != len(files) {
			t.Fatalf("%s jobs: %d transcripts of %d files", jobs, len(got), len(files))
		}
		if one == nil {
			one = got
		}
		for i := range got {
			if got[i] != one[i] {
				t.Errorf("%s jobs: %s\nwith one job: %s", jobs, got[i], one[i])
			}
		}
	}
}

// withoutCost returns transcripts without their processing times.
func withoutCost(t *testing.T, lines string) []string {
	t.Helper()
	var out []string
	in := bufio.NewScanner(strings.NewReader(lines))
	in.Buffer(nil, event.MaxLine)
	for in.Scan() {
		if strings.HasPrefix(in.Text(), `{"type":"end"`) {
			continue
		}
		var tr event.Transcript
		if err := json.Unmarshal(in.Bytes(), &tr); err != nil {
			t.Fatal(err)
		}
		if tr.Text == "" {
			t.Errorf("no text: %s", in.Text())
		}
		tr.ProcessingSeconds, tr.SpeedFactor = 0, 0
		line, err := json.Marshal(tr)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(line))
	}
	return out
}
