package logrecord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// line returns a log line written n seconds after noon.
func line(n int, event, message string) string {
	return fmt.Sprintf(`{"level":"info","tool":"vf-transcribe","pid":7,"event":%q,"time":%q,"message":%q}`+"\n",
		event, noon.Add(time.Duration(n)*time.Second).Format(time.RFC3339Nano), message)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreMergedByTime(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.log"), filepath.Join(dir, "b.log")
	write(t, a, line(1, "started", "1")+line(4, "stopped", "4")+"{broken\n"+line(5, "stopped", "5"))
	write(t, b, line(2, "started", "2")+`{"level":"info","message":"no reading"}`+"\n"+line(3, "utterance", "3")+
		strings.Repeat("x", maxLine+10)+"\n"+`{"level":"info","event":"utterance","message":"cut off`)
	var got, problems []string
	for r, err := range Files(a, b, filepath.Join(dir, "none.log"))(context.Background()) {
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		got = append(got, r.Message)
	}
	if want := []string{"1", "2", "3", "4", "5"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	all := strings.Join(problems, "\n")
	for _, want := range []string{"none.log", "a.log, line 3", "b.log, line 4: longer", "b.log, line 5: not a log line"} {
		if !strings.Contains(all, want) {
			t.Errorf("the errors lack %q:\n%s", want, all)
		}
	}
	if len(problems) != 4 {
		t.Errorf("errors: %q", problems)
	}
}

// Lines that are added while following, in pieces, in new files and across a
// rotation, are each read once.
func TestFollow(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "vf-transcribe.log")
	write(t, live, line(-10, "utterance", "too old")+line(1, "utterance", "1"))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	steps := map[string]func(){
		"1": func() {
			half := line(2, "utterance", "2")
			write(t, live, half[:30])
			write(t, live, half[30:])
		},
		"2": func() { // the last line before a rotation
			write(t, live, line(3, "utterance", "3"))
			if err := os.Rename(live, filepath.Join(dir, "vf-transcribe-2026-11-24T12-00-03.000.log")); err != nil {
				t.Error(err)
			}
			write(t, live, line(4, "no reading", "")+line(4, "utterance", "4"))
		},
		"4": func() { write(t, filepath.Join(dir, "vf-vad.log"), line(5, "utterance", "5")) },
		"5": func() { // truncated, as by logrotate's copytruncate
			if err := os.Truncate(live, 0); err != nil {
				t.Error(err)
			}
			write(t, live, line(6, "utterance", "6"))
		},
		"6": cancel,
	}
	var got []string
	for r, err := range Follow(dir, noon)(ctx) {
		if err != nil {
			t.Error(err)
			continue
		}
		got = append(got, r.Message)
		if step := steps[r.Message]; step != nil {
			step()
		}
	}
	if want := []string{"1", "2", "3", "4", "5", "6"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

// A missing folder is reported once and read once it appears.
func TestFollowWaitsForTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	problems := 0
	for r, err := range Follow(dir, noon)(ctx) {
		if err != nil {
			problems++
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "vf-vad.log"), line(1, "started", "1"))
			continue
		}
		if r.Message != "1" {
			t.Errorf("%+v", r)
		}
		cancel()
	}
	if problems != 1 {
		t.Errorf("%d errors", problems)
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		line string
		want Event // empty: not a record
	}{
		{`{"level":"info","event":"utterance","time":"2026-11-24T12:00:00Z"}`, Utterance},
		{`{"level":"warn","message":"x","time":"2026-11-24T12:00:00Z"}`, Problem},
		{`{"level":"error","message":"load_backend: failed to initialize backend from /x/libggml-vulkan.so: ggml_backend_init returned NULL","time":"2026-11-24T12:00:00Z"}`, ""},
		{`{"level":"error","message":"load_backend: failed to load /x/libggml-cpu.so","time":"2026-11-24T12:00:00Z"}`, Problem},
		{`{"level":"info","message":"x"}`, ""},
		{`{"level":"info","event":"something new"}`, ""},
		{`{"level":"error","event":"device_lost","message":"x","time":"2026-11-24T12:00:00Z"}`, Problem},
		{`{"level":"error","event":"failure","message":"x","time":"2026-11-24T12:00:00Z"}`, Failure},
	} {
		r, ok, err := Parse([]byte(tt.line))
		if err != nil || ok != (tt.want != "") || r.Event != tt.want {
			t.Errorf("%s: %q, %v, %v", tt.line, r.Event, ok, err)
		}
	}
	r, _, _ := Parse([]byte(`{"level":"error","time":"2026-11-24T12:00:00Z","message":"a\u001b[2Jb\n\u202ec` + strings.Repeat("é", 600) + `"}`))
	if !strings.HasPrefix(r.Message, "a [2Jb  cé") || len(r.Message) > maxMessage+3 {
		t.Errorf("%q", r.Message)
	}
}

// Both parsers reject lines that no program writes, with a short error.
func TestParseRejects(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`{"level":"error","message":"no time"}`, "no time"},
		{`{"level":"error","message":"a\tb"}`, "no time"},
		{`{"event":"utterance","time":"2026-11-24T12:00:00Z","memory_mb":1e306}`, "1e+306"},
		{`{"event":"utterance","time":"2026-11-24T12:00:00Z","memory_mb":` + strings.Repeat("9", 300) + `}`, "1e+300"},
		{`{"event":"utterance","time":"2026-11-24T12:00:00Z","growth_mb":-2e9}`, "-2e+09"},
		{`{"event":"utterance","time":"2026-11-24T12:00:00Z","refreshes":9000000000000000000}`, "9e+18"},
		{`{"event":"stopped","time":"2026-11-24T12:00:00Z","pid":` + strings.Repeat("1", 900_000) + `}`, "cannot unmarshal number"},
	} {
		_, ok, err := Parse([]byte(tt.line))
		if ok || err == nil || !strings.Contains(err.Error(), tt.want) || len(err.Error()) > maxMessage+50 {
			t.Errorf("%.100s: %v, %.600v", tt.line, ok, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(line(1, "utterance", "x")))
	f.Add([]byte(`{"level":"warn","time":"now"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, ok, err := Parse(data)
		if ok && (err != nil || r.Event == "") {
			t.Errorf("%+v, %v", r, err)
		}
		if strings.ContainsAny(r.Message+r.Program+r.File, "\x1b\n\x00\u009b") {
			t.Errorf("%q", r.Message)
		}
		if ok {
			if _, err := json.Marshal(r); err != nil {
				t.Error(err)
			}
		}
	})
}

// Files that are not logs or cannot be read do not prevent reading the others.
func TestUnreadableLogHidesNoOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs [old]*?")
	if err := os.MkdirAll(filepath.Join(dir, "aaa.log"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "aaa.log"), filepath.Join(dir, "link to a folder.log")); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "x")
	write(t, elsewhere, line(1, "utterance", "1"))
	if err := os.Symlink(elsewhere, filepath.Join(dir, "link.log")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "zzz.log"), line(2, "utterance", "2")+"{broken\n")
	write(t, filepath.Join(dir, "notes.txt"), line(3, "utterance", "3"))
	if err := os.Symlink(filepath.Join(dir, "zzz.log"), filepath.Join(dir, "zzz again.log")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var got, whole, lines []string
	for r, err := range Watch(dir, noon, cancel)(ctx) {
		switch {
		case err == nil:
			got = append(got, r.Message)
		case errors.As(err, new(*LineError)):
			lines = append(lines, err.Error())
		default:
			whole = append(whole, err.Error())
		}
	}
	if want := []string{"1", "2"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if len(whole) != 1 || !strings.Contains(whole[0], "link to a folder.log: not a file") || len(lines) != 1 {
		t.Errorf("unreadable logs: %q, unreadable lines: %q", whole, lines)
	}
}

func TestFolderThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	if _, err := os.ReadDir(dir); err == nil {
		t.Skip("this user may read every folder")
	}
	if logs, err := Find(dir); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%q, %v", logs, err)
	}
}

// The last line may lack a newline if the log is complete. In a growing log, such a
// line may still be incomplete.
func TestLastLineWithoutNewline(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log")
	write(t, path, line(1, "utterance", "1")+strings.TrimSuffix(line(2, "utterance", "2"), "\n"))
	for _, complete := range []bool{true, false} {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		source, want := Watch(dir, noon, cancel), []string{"1"}
		if complete {
			source, want = Files(path), []string{"1", "2"}
		}
		var got []string
		for r, err := range source(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Message)
		}
		if !slices.Equal(got, want) {
			t.Errorf("complete %v: %q, not %q", complete, got, want)
		}
	}
}
