package resume

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

func identity() Identity {
	return Identity{
		Recording: File{Size: 100, Modified: 5, Hash: "aa"},
		Run: Run{Versions: "1", Model: "base.en", Weights: File{Size: 9, Hash: "bb"}, Device: "CPU",
			Settings: map[string]string{"beam-size": "1;", "pack": "26"}},
	}
}

func result(text string) *engine.Result {
	return &engine.Result{
		Result: &whisper.Result{Language: "en", Duration: 2.5, Processing: 7 * time.Millisecond, Temperature: 0.1 + 0.2,
			Languages: map[string]float64{"en": 1.0 / 3}, Segments: []whisper.Segment{{Start: 0.1, End: 2.3, Text: text,
				TokenIDs: []int{1, 2}, AvgLogprob: -1.0 / 7, Words: []whisper.Word{{Text: text, Start: 0.1, End: 0.7}}}}},
		Model: "base.en", Device: "CPU", Uncovered: []align.Span{{Start: 1, End: 2}}, Degraded: []string{"beam -> greedy"},
	}
}

func open(t *testing.T, path string, id Identity, reuse bool) *Record {
	t.Helper()
	r, err := Open(path, id, reuse)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func add(t *testing.T, r *Record, key string, end float64, result *engine.Result) {
	t.Helper()
	if err := r.Add(key, end, result); err != nil {
		t.Fatal(err)
	}
}

func save(t *testing.T, r *Record) {
	t.Helper()
	if err := r.Save(); err != nil {
		t.Fatal(err)
	}
}

// TestKept: results come back as they were, and a second interrupted run adds to the first.
func TestKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new/talk.partial")
	first := open(t, path, identity(), false)
	save(t, first)
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written without anything to keep")
	}
	add(t, first, "one", 2, result(" one"))
	if first.Find("one") != nil {
		t.Error("a window of this run was found although nothing is to be reused")
	}
	save(t, first)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	second := open(t, path, identity(), true)
	if got := second.Find("one"); !reflect.DeepEqual(got, result(" one")) {
		t.Errorf("got %+v", got)
	}
	if second.Find("two") != nil {
		t.Error("found what was not decoded")
	}
	add(t, second, "two", 4, result(" two"))
	save(t, second)
	// A run that starts from the beginning and is stopped early keeps what there was.
	third := open(t, path, identity(), false)
	add(t, third, "one", 2, result(" one"))
	save(t, third)
	last := open(t, path, identity(), true)
	if n, end := last.Done(); n != 2 || end != 4 || last.Find("two") == nil {
		t.Errorf("%d windows up to %v s", n, end)
	}
	if err := last.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is still there")
	}
	if err := last.Remove(); err != nil {
		t.Error(err)
	}
}

// TestUnfaithful: a result that JSON would change is decoded again.
func TestUnfaithful(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "talk.partial"), identity(), true)
	bad := result(" one")
	bad.Segments[0].AvgLogprob = math.Inf(-1)
	half := result(" caf\xc3") // the second half is in the next segment
	for name, result := range map[string]*engine.Result{"infinite": bad, "half a character": half} {
		if err := r.Add(name, 1, result); err != nil || r.Find(name) != nil || r.Changed() {
			t.Errorf("%s: %v, found %v", name, err, r.Find(name))
		}
	}
}

// TestDifferent: whatever the text depends on, a difference is named and nothing is reused.
func TestDifferent(t *testing.T) {
	for want, change := range map[string]func(*Identity){
		"the recording has changed":    func(id *Identity) { id.Recording.Size++ },
		"recording has changed since":  func(id *Identity) { id.Recording.Modified++ },
		"the recording has changed s":  func(id *Identity) { id.Recording.Hash = "cc" },
		"the model base.en, not small": func(id *Identity) { id.Model = "small" },
		"base.en is another one now":   func(id *Identity) { id.Weights.Hash = "cc" },
		"on CPU, not on GPU":           func(id *Identity) { id.Device = "GPU" },
		"another version (1)":          func(id *Identity) { id.Versions = "2" },
		"settings: beam-size":          func(id *Identity) { id.Settings["beam-size"] = "5;" },
		"settings: new":                func(id *Identity) { id.Settings["new"] = "" },
		"settings: beam-size, pack":    func(id *Identity) { id.Settings = nil },
	} {
		path := filepath.Join(t.TempDir(), "talk.partial")
		first := open(t, path, identity(), false)
		add(t, first, "one", 2, result(" one"))
		save(t, first)
		id := identity()
		change(&id)
		r, err := Open(path, id, true)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("want %q, got %v", want, err)
		}
		if r.Find("one") != nil {
			t.Errorf("%s: reused", want)
		}
		add(t, r, "two", 4, result(" two"))
		save(t, r)
		if n, _ := open(t, path, id, true).Done(); n != 1 {
			t.Errorf("%s: %d windows afterwards, want the new one", want, n)
		}
	}
}

// TestSettings: every setting of decoding counts, except the number of threads. A new field
// does too.
func TestSettings(t *testing.T) {
	base := Settings(engine.Decoding{})
	var walk func(v reflect.Value, name string, d *engine.Decoding)
	walk = func(v reflect.Value, name string, d *engine.Decoding) {
		for i := range v.NumField() {
			field, name := v.Field(i), name+v.Type().Field(i).Name
			switch field.Kind() {
			case reflect.Struct:
				walk(field, name+".", d)
				continue
			case reflect.String:
				field.SetString("x")
			case reflect.Bool:
				field.SetBool(true)
			case reflect.Int:
				field.SetInt(7)
			case reflect.Float64:
				field.SetFloat(0.7)
			case reflect.Slice:
				field.Set(reflect.ValueOf([]string{"x"}))
			default:
				t.Fatalf("%s: a kind of field that this test does not know", name)
			}
			if same := reflect.DeepEqual(Settings(*d), base); same != (name == "Params.Threads") {
				t.Errorf("%s: same %t", name, same)
			}
			field.SetZero()
		}
	}
	d := &engine.Decoding{}
	walk(reflect.ValueOf(d).Elem(), "", d)
}

// TestForeign: a file that is not a record stays as it is.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"text": "my notes", "empty": "", "json": `{"format":"other"}`,
	} {
		path := filepath.Join(dir, name+".partial")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path, identity(), true)
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		add(t, r, "one", 2, result(" one"))
		if err := r.Save(); err == nil {
			t.Errorf("%s: saved", name)
		}
		if err := r.Remove(); err != nil {
			t.Error(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != content {
			t.Errorf("%s: now %q, %v", name, data, err)
		}
	}
	folder := filepath.Join(dir, "folder.partial")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(folder, identity(), true); err == nil {
		t.Error("a folder is accepted")
	}
}

// TestDamaged: a record that was cut off or changed is not used, and is replaced.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.partial")
	first := open(t, path, identity(), false)
	add(t, first, "one", 2, result(" one"))
	save(t, first)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"cut off": string(whole[:len(whole)/2]),
		"version": strings.Replace(string(whole), "partial-1", "partial-9", 1),
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path, identity(), true)
		if err == nil || !strings.Contains(err.Error(), "damaged") || r.Find("one") != nil {
			t.Errorf("%s: %v", name, err)
		}
		add(t, r, "two", 2, result(" two"))
		save(t, r)
		if n, _ := open(t, path, identity(), true).Done(); n != 1 {
			t.Errorf("%s: not replaced", name)
		}
	}
	none := strings.Replace(string(whole), `"result":{`, `"result":null,"x":{`, 1)
	if err := os.WriteFile(path, []byte(none), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := open(t, path, identity(), true); r.Find("one") != nil {
		t.Error("a window without a result was found")
	}
}

// TestEveryMinute: a run that is killed loses a minute at most.
func TestEveryMinute(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.partial")
	r := open(t, path, identity(), false)
	at := r.saved
	r.now = func() time.Time { return at }
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{30 * time.Second, 0}, {29 * time.Second, 0}, {2 * time.Second, 3}, {50 * time.Second, 3}, {20 * time.Second, 5}} {
		at = at.Add(step.after)
		n, _ := r.Done()
		add(t, r, string(rune('a'+n)), float64(n), result(" one"))
		stored := 0
		if _, err := os.Stat(path); err == nil {
			stored, _ = open(t, path, identity(), true).Done()
		}
		if stored != step.want {
			t.Errorf("after %d windows, %d are stored, want %d", n+1, stored, step.want)
		}
	}
}

// TestKey: whatever the engine is given of a window counts.
func TestKey(t *testing.T) {
	samples, voice, before := []int16{1, 2, 3}, []align.Span{{Start: 0, End: 1}}, engine.Spoken{"en": 1, "es": 2}
	key := Key(samples, voice, before)
	if again := Key([]int16{1, 2, 3}, voice, engine.Spoken{"es": 2, "en": 1}); again != key {
		t.Error("the same window has two keys")
	}
	for name, other := range map[string]string{
		"samples":  Key([]int16{1, 2, 4}, voice, before),
		"length":   Key([]int16{1, 2, 3, 0}, voice, before),
		"voice":    Key(samples, []align.Span{{Start: 0, End: 1.1}}, before),
		"no voice": Key(samples, []align.Span{}, before),
		"unknown":  Key(samples, nil, before),
		"before":   Key(samples, voice, engine.Spoken{"en": 1, "es": 2.1}),
	} {
		if other == key {
			t.Errorf("%s does not count", name)
		}
	}
}

// TestFileAt: a change at the beginning, at the end, of the size or of the time is noticed.
func TestFileAt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.wav")
	when := time.Unix(1000, 0)
	write := func(data []byte, at time.Time) File {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		f, err := FileAt(path)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	data := make([]byte, 300<<10)
	seen := map[File]string{write(data, when): "the original"}
	note := func(name string, f File) {
		if other, is := seen[f]; is {
			t.Errorf("%s is taken for %s", name, other)
		}
		seen[f] = name
	}
	note("another time", write(data, when.Add(time.Nanosecond)))
	note("a byte longer", write(append(data, 0), when))
	data[10] = 1
	note("another beginning", write(data, when))
	data[10], data[len(data)-1] = 0, 1
	note("another end", write(data, when))
	if _, err := FileAt(filepath.Dir(path)); err == nil {
		t.Error("a folder is accepted")
	}
}
