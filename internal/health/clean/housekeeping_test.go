package clean

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/bundle"
	"voiceflow/internal/health/preflight"
	"voiceflow/internal/health/replay"
	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/paste"
	"voiceflow/pkg/paste/wayland"
)

var now = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

const rotated = "vf-transcribe-2026-11-20T03-00-00.000.log"

// put creates a file of the given size and age.
func put(t *testing.T, dir, name string, bytes int, age time.Duration) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, bytes), 0o600); err != nil {
		t.Fatal(err)
	}
	touch(t, path, age)
	return path
}

func touch(t *testing.T, path string, age time.Duration) {
	t.Helper()
	if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
		t.Fatal(err)
	}
}

// clean runs p.Clean and returns the names removed, after checking that a dry run
// lists the same and that they are gone.
func clean(t *testing.T, p Place) []string {
	t.Helper()
	listed, err := p.Clean(now, true)
	if err != nil {
		t.Fatal(err)
	}
	removed, err := p.Clean(now, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(listed, removed) {
		t.Errorf("the dry run listed %v, but %v were removed", listed, removed)
	}
	var names []string
	for _, r := range removed {
		names = append(names, filepath.Base(r.Path))
		if _, err := os.Lstat(r.Path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s still exists: %v", r.Path, err)
		}
	}
	return names
}

func TestNames(t *testing.T) {
	const old = 10000 * time.Hour
	for _, tt := range []struct {
		place func(string) Place
		goes  []string
		stays []string
	}{
		{func(d string) Place { return Logs(d, day, 0) },
			[]string{rotated, "vf-record-2026-01-01T00-00-00.123.log.gz", "vf-paste.log.1", "vf-vad.log.2.gz", "vf-health.log-20261101", "vf-health.log-20261101.gz"},
			[]string{"vf-transcribe.log", "vf-other-2026-11-20T03-00-00.000.log", "notes.log", "vf-paste.log.old", "vf-paste.log.1.txt",
				"my-vf-paste.log.1", "vf-transcribe-2026-11-20.log", rotated + ".bak"}},
		{func(d string) Place { return History(d, day) },
			[]string{"check-2026-11-20T03-00-00.000.jsonl", "check-2026-11-20T03-00-00.000.jsonl.gz", "check.jsonl.3"},
			[]string{"check.jsonl", "baseline.json", "check-2026-11-20T03-00-00.000.json"}},
		{Temporary,
			[]string{"voiceflow-paste-123", "voiceflow-screen-9", "voiceflow-keymap-1", "voiceflow-config-12.toml", ".vf-preflight-77"},
			[]string{"voiceflow-0", "voiceflow-paste-", "voiceflow-paste-12a", "voiceflow-paste-1.txt", "x-voiceflow-paste-1"}},
		{Unfinished,
			[]string{".vf-preflight-1", ".config.toml22", ".config.production.toml3", ".baseline.json33", ".voiceflow-44"},
			[]string{"baseline.json", "config-22", ".config.toml", ".config.tomlx", ".other.json33", "config.toml"}},
		{func(d string) Place { return Downloads(d, day) },
			[]string{"ggml-base.en.bin.part", "ggml-base.en.bin.part.json"},
			[]string{"ggml-base.en.bin", "other.bin.part", "ggml-base.en.bin.partial"}},
		{func(d string) Place { return Outputs(d, day) },
			[]string{".vf-ABCDEFGHIJKLMNOPQRSTUVWXYZ.wav", ".voiceflow-bundle-1", ".voiceflow-2", "talk.srt.4711.part", "talk.wav.json.1.part"},
			[]string{".vf-short.wav", ".voiceflow-bundle", "voiceflow-2", "talk.wav", "talk.srt", "talk.srt.part", "film.mkv.12.part"}},
	} {
		dir := t.TempDir()
		for _, name := range slices.Concat(tt.goes, tt.stays) {
			put(t, dir, name, 1, old)
		}
		got := clean(t, tt.place(dir))
		slices.Sort(got)
		slices.Sort(tt.goes)
		if !slices.Equal(got, tt.goes) {
			t.Errorf("removed %v, want %v", got, tt.goes)
		}
		for _, name := range tt.stays {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestAgeAndSize checks that the live log counts but stays, and that the oldest
// logs are removed first.
func TestAgeAndSize(t *testing.T) {
	for _, tt := range []struct {
		name  string
		age   time.Duration
		bytes int64
		want  []string
	}{
		{"nothing", 100 * day, 0, nil},
		{"by age", 5 * day, 0, []string{"vf-vad.log.3", "vf-vad.log.2"}},
		{"by size", 100 * day, 250, []string{"vf-vad.log.3", "vf-vad.log.2"}},
		{"just enough", 100 * day, 450, nil},
		{"one byte too many", 100 * day, 449, []string{"vf-vad.log.3"}},
		{"by both", 8 * day, 250, []string{"vf-vad.log.3", "vf-vad.log.2"}},
		{"all removable", 100 * day, 1, []string{"vf-vad.log.3", "vf-vad.log.2", "vf-vad.log.1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "vf-vad.log", 150, 30*day)
			put(t, dir, "vf-vad.log.1", 100, 3*day)
			put(t, dir, "vf-vad.log.2", 100, 6*day)
			put(t, dir, "vf-vad.log.3", 100, 9*day)
			put(t, dir, "big.log", 1e6, 90*day)
			if got := clean(t, Logs(dir, tt.age, tt.bytes)); !slices.Equal(got, tt.want) {
				t.Errorf("removed %v, want %v", got, tt.want)
			}
		})
	}
}

// TestLinks checks that neither links nor their targets are removed, but that the
// folder itself may be a link.
func TestLinks(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	target := put(t, outside, rotated, 5, 90*day)
	if err := os.Symlink(target, filepath.Join(dir, rotated)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "vf-vad.log.1")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "vf-vad.log.2"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := clean(t, Logs(dir, day, 1)); got != nil {
		t.Errorf("removed %v", got)
	}
	if _, err := os.Stat(target); err != nil {
		t.Error(err)
	}
	link := filepath.Join(t.TempDir(), "log")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	if got := clean(t, Logs(link, day, 0)); !slices.Equal(got, []string{rotated}) {
		t.Errorf("%v", got)
	}
}

// TestCheckFolders checks that links in a removed folder are not followed.
func TestCheckFolders(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	target := put(t, outside, "recording.wav", 5, 0)
	put(t, dir, "voiceflow-check-123/a/b.wav", 7, 0)
	if err := os.Symlink(outside, filepath.Join(dir, "voiceflow-check-123/link")); err != nil {
		t.Fatal(err)
	}
	touch(t, filepath.Join(dir, "voiceflow-check-123"), 2*day)
	put(t, dir, "voiceflow-check-5/c.wav", 7, 0)
	touch(t, filepath.Join(dir, "voiceflow-check-5"), time.Hour)
	put(t, dir, "voiceflow-check-9", 7, 3*day) // a file
	gone, err := CheckFolders(dir).Clean(now, true)
	if err != nil || len(gone) != 1 || gone[0].Bytes != 7 {
		t.Errorf("%v, %v", gone, err)
	}
	if got := clean(t, CheckFolders(dir)); !slices.Equal(got, []string{"voiceflow-check-123"}) {
		t.Errorf("%v", got)
	}
	if _, err := os.Stat(target); err != nil {
		t.Error(err)
	}
}

// TestHeldOpen checks that open files stay until they are closed.
func TestHeldOpen(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("this system does not show which files are open")
	}
	dir := t.TempDir()
	file, err := os.Open(put(t, dir, rotated, 5, 90*day))
	if err != nil {
		t.Fatal(err)
	}
	if got := clean(t, Logs(dir, day, 1)); got != nil {
		t.Errorf("removed %v", got)
	}
	// A file that only another process has open stays, too.
	other := exec.Command("sleep", "60")
	other.ExtraFiles = []*os.File{file}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	if got := clean(t, Logs(dir, day, 1)); got != nil {
		t.Errorf("removed %v", got)
	}
	_ = other.Process.Kill()
	_ = other.Wait()
	if got := clean(t, Logs(dir, day, 1)); !slices.Equal(got, []string{rotated}) {
		t.Errorf("%v", got)
	}
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	if gone, err := Logs(filepath.Join(dir, "none"), day, 1).Clean(now, false); gone != nil || err != nil {
		t.Errorf("%v, %v", gone, err)
	}
	file := put(t, dir, "file", 1, 0)
	if _, err := Logs(file, day, 1).Clean(now, false); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("%v", err)
	}
	if os.Getuid() == 0 {
		t.Skip("root can read and write everywhere; the end-to-end tests cover this as another user")
	}
	locked := filepath.Join(dir, "locked")
	put(t, locked, rotated, 5, 90*day)
	if err := os.Chmod(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	if gone, err := Logs(locked, day, 1).Clean(now, false); gone != nil || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, %v", gone, err)
	}
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	if gone, err := Logs(locked, day, 1).Clean(now, false); gone != nil || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, %v", gone, err)
	}
	_ = os.Chmod(locked, 0o700) // so that it can be removed
}

// TestSharedFolder checks that other users' files in a shared folder stay.
func TestSharedFolder(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can create files of other users")
	}
	for mode, want := range map[os.FileMode][]string{
		0o777 | os.ModeSticky: {"voiceflow-screen-1"}, 0o775: {"voiceflow-screen-1"}, 0o755: {"voiceflow-screen-1", "voiceflow-screen-2"},
	} {
		dir := t.TempDir()
		put(t, dir, "voiceflow-screen-1", 5, day)
		if err := os.Chown(put(t, dir, "voiceflow-screen-2", 5, day), 65534, 65534); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if got := clean(t, Temporary(dir)); !slices.Equal(got, want) {
			t.Errorf("%o: %v", mode, got)
		}
	}
}

// TestWriters checks that the names that the programs actually use are matched.
func TestWriters(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		pattern string
		place   Place
	}{
		{paste.ToolFile, Temporary(dir)}, {paste.ScreenFile, Temporary(dir)}, {wayland.KeymapFile, Temporary(dir)}, {EmptyConfig, Temporary(dir)},
		{preflight.TrialFile, Temporary(dir)}, {preflight.TrialFile, Unfinished(dir)}, {replay.TempFolder, CheckFolders(dir)},
		{endpoint.UploadFile, Uploads(dir)},
		{wholefile.Unfinished, Unfinished(dir)}, {wholefile.Unfinished, Outputs(dir, 0)}, {bundle.Unfinished, Outputs(dir, 0)},
	} {
		f, err := os.CreateTemp(dir, tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if name := filepath.Base(f.Name()); !tt.place.Names(name) {
			t.Errorf("%s is not matched", name)
		}
	}
	sound := t.TempDir()
	w, err := audio.CreateWAV(filepath.Join(sound, "talk.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	entries, err := os.ReadDir(sound)
	if err != nil || len(entries) != 1 || !Outputs(sound, 0).Names(entries[0].Name()) {
		t.Errorf("an unfinished recording is not matched: %v, %v", entries, err)
	}
}
