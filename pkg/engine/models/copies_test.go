package models

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// floatModel writes a model file with float16 weights that is large enough to be worth a copy:
// no layers, and one large matrix of ones.
func floatModel(t *testing.T, path string) {
	t.Helper()
	var b []byte
	number := func(numbers ...uint32) {
		for _, n := range numbers {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
	}
	number(0x67676d6c, 1, 1500, 1, 1, 1, 448, 1, 1, 1, 1, 1)
	number(1, 1, 0)                        // a mel filter
	number(1, 1)                           // a word
	b = append(b, 'a')                     //
	number(2, 1, 1, 1024, minCopySize>>11) // a matrix of float16
	b = append(b, 'm')
	for range 1024 * (minCopySize >> 11) {
		b = binary.LittleEndian.AppendUint16(b, 0x3c00)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// quantised asks for the form to use on a processor and counts the copies made.
func quantised(t *testing.T, s Store, path string) (got string, made int, err error) {
	t.Helper()
	got, err = s.Quantised(context.Background(), path, func(string) { made++ })
	return got, made, err
}

func TestQuantisedOnce(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "[a-b]*", "models")} // not a pattern
	source := filepath.Join(t.TempDir(), "ggml-mine.bin")
	floatModel(t, source)
	copied, made, err := quantised(t, s, source)
	if err != nil || made != 1 || filepath.Base(copied) != "ggml-mine-q8_0.bin" || !strings.HasPrefix(copied, s.Dir) {
		t.Fatalf("%s, %d made, %v", copied, made, err)
	}
	if info, err := os.Stat(copied); err != nil || info.Size() >= minCopySize {
		t.Errorf("the copy: %v, %v", info, err)
	}
	if again, made, err := quantised(t, s, source); again != copied || made != 0 || err != nil {
		t.Errorf("again: %s, %d made, %v", again, made, err)
	}
	// A copy is not copied again.
	if same, made, err := quantised(t, s, copied); same != copied || made != 0 || err != nil {
		t.Errorf("of the copy: %s, %d made, %v", same, made, err)
	}

	list, err := s.Copies()
	if err != nil || len(list) != 1 || list[0].Name != "mine-q8_0" || list[0].Path != copied || list[0].Source != source || list[0].Size == 0 {
		t.Errorf("list %+v, %v", list, err)
	}

	// A changed file is copied again.
	if err := os.Chtimes(source, time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	if _, made, err := quantised(t, s, source); made != 1 || err != nil {
		t.Errorf("changed: %d made, %v", made, err)
	}

	removed, err := s.RemoveCopies()
	if err != nil || len(removed) != 1 {
		t.Errorf("removed %+v, %v", removed, err)
	}
	if left, err := s.Copies(); err != nil || len(left) != 0 {
		t.Errorf("left %+v, %v", left, err)
	}
	if _, err := os.Stat(source); err != nil {
		t.Errorf("the source: %v", err)
	}
}

// TestQuantisedAsItIs: a file that cannot or need not be copied is used as it is.
func TestQuantisedAsItIs(t *testing.T) {
	dir := t.TempDir()
	s := Store{Dir: filepath.Join(dir, "models")}
	for name, content := range map[string]string{"small.bin": "lmgg", "text.bin": strings.Repeat("no model ", minCopySize/8)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, made, err := quantised(t, s, path); got != path || made != 0 || err != nil {
			t.Errorf("%s: %s, %d made, %v", name, got, made, err)
		}
	}
	if got, _, err := quantised(t, s, filepath.Join(dir, "absent.bin")); filepath.Base(got) != "absent.bin" || err != nil {
		t.Errorf("absent: %s, %v", got, err)
	}
}

// TestQuantisedFailing: if a copy cannot be made, the source is used and nothing is left that
// counts as a copy.
func TestQuantisedFailing(t *testing.T) {
	source := filepath.Join(t.TempDir(), "ggml-mine.bin")
	floatModel(t, source)
	full := Store{Dir: t.TempDir(), free: func(string) (uint64, error) { return 1 << 20, nil }}
	if got, _, err := quantised(t, full, source); got != source || err == nil || !strings.Contains(err.Error(), "MB free") {
		t.Errorf("full disk: %s, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := Store{Dir: t.TempDir()}
	got, err := stopped.Quantised(ctx, source, func(string) { cancel() })
	if got != source || !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %s, %v", got, err)
	}
	if list, err := stopped.Copies(); err != nil || len(list) != 0 {
		t.Errorf("stopped: %+v, %v", list, err)
	}
	if err := os.Truncate(source, minCopySize+100); err != nil {
		t.Fatal(err)
	}
	broken := Store{Dir: t.TempDir()}
	if got, _, err := quantised(t, broken, source); got != source || err == nil {
		t.Errorf("broken: %s, %v", got, err)
	}
	if list, err := broken.Copies(); err != nil || len(list) != 0 {
		t.Errorf("broken: %+v, %v", list, err)
	}
}

// TestUsable: a name also stands for its quantised form, and the published form in the store is
// preferred to making a copy.
func TestUsable(t *testing.T) {
	s := Store{Dir: t.TempDir(), Models: []Model{{Name: "a", File: "ggml-a.bin"}, {Name: "a-q8_0", File: "ggml-a-q8_0.bin"}, {Name: "b", File: "ggml-b.bin"}}}
	if _, err := s.Usable("a"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("nothing installed: %v", err)
	}
	form := filepath.Join(s.Dir, "ggml-a-q8_0.bin")
	if err := os.WriteFile(form, []byte("lmgg"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Usable("a"); got != form || err != nil {
		t.Errorf("only the form: %s, %v", got, err)
	}
	if _, err := s.Usable("b"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("another: %v", err)
	}
	float := filepath.Join(s.Dir, "ggml-a.bin")
	floatModel(t, float)
	if got, err := s.Usable("a"); got != float || err != nil {
		t.Errorf("both: %s, %v", got, err)
	}
	if got, made, err := quantised(t, s, float); got != form || made != 0 || err != nil {
		t.Errorf("both, on a processor: %s, %d made, %v", got, made, err)
	}
}
