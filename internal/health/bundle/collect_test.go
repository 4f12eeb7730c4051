package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/peer"
)

var now = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

func write(t *testing.T, path, content string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

const plantedLog = `{"level":"info","tool":"vf-transcribe","pid":7,"time":"2026-11-24T10:00:00.000Z","event":"utterance","message":"transcribed","id":3,"file":"/home/ann/plantedname.wav","audio_seconds":1.5,"text":"planted words","model":"/home/ann/ggml-base.en.bin","device":"CPU","degraded":["gpu -> cpu"],"segments":[{"text":"planted"}]}
{"level":"error","tool":"vf-transcribe","pid":7,"time":"2026-11-24T10:01:00.000Z","event":"failure","message":"/home/ann/plantedname.wav: not a WAV file","file":"/home/ann/plantedname.wav"}
{"level":"error","tool":"vf-transcribe","pid":7,"time":"2026-11-24T10:02:00.000Z","message":"got https://ann:plantedpw@example.org/x and \"planted words\"","token":"plantedtoken"}
{"level":"info","tool":"planted words with spaces","pid":"planted","time":"2026-11-24T10:03:00.000Z"}
{"level":"info","time":"2026-11-01T10:03:00.000Z","message":"planted, old"}
{"level":"info","time":"planted","message":"planted"}
planted, no JSON
["planted"]
`

// plantedMachine returns the options for a machine with a secret in every place that
// a bundle collects from.
func plantedMachine(t *testing.T) (Options, string) {
	dir := t.TempDir()
	home := filepath.Join(dir, "ann")
	for _, name := range []string{"vf-record", "vf-vad", "vf-paste"} {
		write(t, filepath.Join(dir, "bin", name), "#!/bin/sh\necho "+name+" version 9.9\n", 0o700)
	}
	write(t, filepath.Join(dir, "bin/vf-transcribe"), `#!/bin/sh
case "$*" in
"--config /dev/null --settings") echo '{"type":"setting","key":"beam-size","kind":"whole number"}' ;;
--settings) echo '{"type":"configuration","used":"last-good","file":"/planted/config.toml"}
{"type":"warning","error":"planted: beam-size","key":"beam-size","file":"/planted/config.toml","line":4,"column":1}
{"type":"error","error":"planted","key":"planted","file":"/planted/planted.toml","line":5,"column":2}
{"type":"configuration","used":"planted"}
{"type":"setting","key":"prompt","value":"planted"}' ;;
--version) echo vf-transcribe version 9.9 ;;
devices*) echo '{"type":"device","name":"CPU","gpu":false}' ;;
esac
`, 0o700)
	write(t, filepath.Join(dir, "bin/vf-health"), `#!/bin/sh
case "$1" in
--version) echo vf-health version 9.9 ;;
preflight) echo '{"status":"critical","found":"`+home+`/models, token=planted"}'; exit 2 ;;
esac
`, 0o700)
	write(t, filepath.Join(home, ".config/voiceflow/config.toml"), planted, 0o600)
	write(t, filepath.Join(home, ".config/voiceflow/config.production.toml"), planted+"\nbroken = = planted\n", 0o600)
	write(t, filepath.Join(home, ".config/voiceflow/replacements.toml"), `a = "planted"`, 0o600)
	write(t, filepath.Join(home, "log/vf-transcribe.log"), strings.ReplaceAll(plantedLog, "/home/ann", home), 0o600)
	write(t, filepath.Join(home, "log/vf-transcribe-2026-11-24T03-00-00.000.log"), plantedLog, 0o600)
	write(t, filepath.Join(home, "history/checks.jsonl"), `{"time":"2026-11-24T10:00:00Z","status":"WARNING","model":"m.bin","seconds":3,"findings":[{"suite":"timing","check":"words","what":"begins with \"planted\"","subject":"plantedtalk.wav","words":"planted","limit":{"Warning":2}}],"cases":[{"text":"planted"}]}`+"\n", 0o600)
	// What vf-paste keeps for the user, next to the logs and the history of checks.
	write(t, filepath.Join(home, "dictations/texts.jsonl"), `{"time":"2026-11-24T10:00:00Z","text":"planted words"}`+"\n", 0o600)
	write(t, filepath.Join(home, "undelivered/2026-11-24T10-00-00-1.txt"), "planted words\n", 0o600)
	return Options{Programs: filepath.Join(dir, "bin"), ConfigFolder: filepath.Join(home, ".config/voiceflow"),
		Logs: filepath.Join(home, "log"), History: filepath.Join(home, "history"), Since: now.Add(-72 * time.Hour), Home: home, Now: now,
		Environ: []string{"VOICEFLOW_TRANSCRIBE_PROMPT=planted", "XDG_CONFIG_HOME=" + home + "/.config", "PASSWORD=planted"}}, dir
}

// open reads the archive as its recipient would.
func open(t *testing.T, archive io.Reader) map[string]string {
	t.Helper()
	zip, err := gzip.NewReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	in := tar.NewReader(zip)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(h.Name, "voiceflow-bundle/")] = string(data)
	}
}

func TestNothingPlantedComesOut(t *testing.T) {
	o, dir := plantedMachine(t)
	path := filepath.Join(dir, "b.tar.gz")
	if err := Collect(t.Context(), o).WriteFile(path, false); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := open(t, bytes.NewReader(data))
	for name, content := range files {
		for _, bad := range []string{"planted", o.Home, "curl"} {
			if strings.Contains(content, bad) {
				t.Errorf("%s has %q:\n%s", name, bad, content)
			}
		}
	}
	for name, want := range map[string]string{
		"versions.txt":                  "vf-paste version 9.9",
		"system.txt":                    "cores",
		"devices.jsonl":                 `"name":"CPU"`,
		"preflight.json":                `"status":"critical"`,
		"environment.txt":               "XDG_CONFIG_HOME=~/.config",
		"config/config.toml":            "beam-size = 5",
		"config/config.production.toml": "cannot be read",
		"logs/vf-transcribe.log":        `"audio_seconds":1.5`,
		"logs/vf-transcribe-2026-11-24T03-00-00.000.log": "gpu -\\u003e cpu",
		"history/checks.jsonl":                           `"status":"WARNING"`,
		"configuration.jsonl":                            `{"program":"vf-transcribe","type":"warning","key":"beam-size","file":"config.toml","line":4,"column":1,"message":"message-`,
		"notes.txt":                                      "vf-transcribe.log: 1 line left out: older",
		"contents.txt":                                   "config/config.toml",
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s has no %q:\n%s", name, want, files[name])
		}
	}
	if got := files["configuration.jsonl"]; !strings.Contains(got, `"used":"last-good"`) || strings.Count(got, "\n") != 4 {
		t.Errorf("%s", got)
	}
	if len(files) != 13 {
		t.Errorf("%d files", len(files))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// Names are kept on request, but texts still stay out.
func TestWithNames(t *testing.T) {
	o, _ := plantedMachine(t)
	o.Names = true
	var b bytes.Buffer
	if err := Collect(t.Context(), o).Write(&b); err != nil {
		t.Fatal(err)
	}
	log := open(t, &b)["logs/vf-transcribe.log"]
	if !strings.Contains(log, `"file":"plantedname.wav"`) || strings.Contains(log, "planted words") || strings.Contains(log, "plantedpw") {
		t.Errorf("%s", log)
	}
}

func TestEmptyMachine(t *testing.T) {
	dir := t.TempDir()
	b := Collect(t.Context(), Options{Programs: dir, ConfigFolder: dir, Logs: dir, History: dir, Home: dir, Now: now})
	var notes string
	for _, e := range b.Entries {
		if e.Name == "notes.txt" {
			notes = string(e.Data)
		}
	}
	for _, want := range []string{"vf-paste: cannot be run", "no configuration file", "no logs", "no records of checks", "vf-health preflight"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %q in %s", want, notes)
		}
	}
}

// Folders may have names that are special in patterns, and logs may have been
// rotated by logrotate.
func TestNamesOfFolders(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h[1]*")
	line := `{"level":"info","time":"2026-11-24T10:00:00Z","event":"started"}` + "\n"
	write(t, filepath.Join(home, "log/vf-vad.log"), line, 0o600)
	write(t, filepath.Join(home, "log/vf-vad.log.1"), line, 0o600)
	write(t, filepath.Join(home, "log/vf-vad.log.2.gz"), "zip", 0o600)
	write(t, filepath.Join(home, "config/config.toml"), "", 0o600)
	write(t, filepath.Join(home, "history/checks.jsonl"), line, 0o600)
	var b bytes.Buffer
	o := Options{ConfigFolder: filepath.Join(home, "config"), Logs: filepath.Join(home, "log"), History: filepath.Join(home, "history"), Home: home, Now: now}
	if err := Collect(t.Context(), o).Write(&b); err != nil {
		t.Fatal(err)
	}
	files := open(t, &b)
	for _, want := range []string{"logs/vf-vad.log", "logs/vf-vad.log.1", "config/config.toml", "history/checks.jsonl"} {
		if _, ok := files[want]; !ok {
			t.Errorf("no %s", want)
		}
	}
	if _, ok := files["logs/vf-vad.log.2.gz"]; ok {
		t.Error("a compressed log is included")
	}
}

// The report about the machine contains no values that the programs did not
// understand.
func TestPreflightReport(t *testing.T) {
	c := &collector{redactor: newRedactor("/home/ann", false)}
	got := c.preflight(`{"status":"CRITICAL","checks":[` +
		`{"name":"configuration","status":"CRITICAL","found":"vf-paste: configuration: /home/ann/x.toml: line 2, column 1: key \"notify\": \"planted\" is not true or false; [planted]: a section","remedy":"vf-health config validate"},` +
		`{"name":"models","status":"OK","found":"/home/ann/models/ggml-base.en.bin, as configured \u201eplanted\u201c"}]}`)
	for _, want := range []string{`"status":"CRITICAL"`, `"found":"message-`, "vf-health config validate", "~/models/ggml-base.en.bin, as configured"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if strings.Contains(got, "planted") || strings.Contains(got, "ann/") {
		t.Errorf("%s", got)
	}
	if got := c.preflight("planted"); got != "" || len(c.notes) != 1 {
		t.Errorf("%s, %v", got, c.notes)
	}
}

func TestProgramThatHangs(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "vf-vad"), "#!/bin/sh\nsleep 100\n", 0o700)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	c := &collector{Options: Options{Programs: dir}}
	if _, err := c.ask(ctx, time.Hour, "vf-vad"); err == nil || !strings.Contains(err.Error(), "no answer") {
		t.Errorf("%v", err)
	}
}

func TestProgramThatSaysTooMuch(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "vf-vad"), "#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x\n", 0o700)
	c := &collector{Options: Options{Programs: dir}}
	out, err := c.ask(t.Context(), time.Minute, "vf-vad")
	if err != nil || len(out.Stdout) != peer.MaxOutput {
		t.Errorf("%d bytes, %v", len(out.Stdout), err)
	}
}

// If there are too many lines, the newest are kept.
func TestLongLog(t *testing.T) {
	line := `{"time":"2026-11-24T10:00:00Z","id":%,"message":"` + strings.Repeat("x ", 100) + `"}` + "\n"
	var log strings.Builder
	for i := range 1000 {
		log.WriteString(strings.Replace(line, "%", string('0'+rune(i/100)), 1))
	}
	log.WriteString(`{"text":"` + strings.Repeat("y", maxLine+10) + `"}` + "\n")
	path := write(t, filepath.Join(t.TempDir(), "a.log"), log.String(), 0o600)
	out, err := newRedactor("", false).lines(path, logFields(), time.Time{}, 10000)
	if err != nil || len(out.data) > 10000 || out.passed+out.tooMany != 1000 || out.foreign != 1 {
		t.Errorf("%d bytes, %d, %d, %d, %v", len(out.data), out.passed, out.tooMany, out.foreign, err)
	}
	if !bytes.Contains(out.data, []byte(`"id":9`)) || bytes.Contains(out.data, []byte(`"id":0`)) {
		t.Error("not the newest lines")
	}
}

func TestArchiveIsTheSame(t *testing.T) {
	b := &Bundle{Entries: []Entry{{"a.txt", "a", []byte("1")}, {"b.txt", "b", []byte("2")}}, made: now}
	var first, second bytes.Buffer
	if err := errors.Join(b.Write(&first), b.Write(&second)); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two archives of one bundle differ")
	}
}

func TestForce(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "b.tar.gz"), "mine", 0o600)
	b := &Bundle{made: now}
	if err := b.WriteFile(path, false); !errors.Is(err, ErrExists) {
		t.Errorf("%v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Error("the file was replaced")
	}
	if err := b.WriteFile(path, true); err != nil {
		t.Error(err)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
}
