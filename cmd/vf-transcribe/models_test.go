package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/event"
)

// shelf is a store in a temporary XDG data folder, and a server with its models:
// first.en, second and large, but not absent.
type shelf struct {
	folder string
	files  map[string][]byte
	asked  []string // requests to the server
	gpu    bool
	silero bool // whether it is published
}

func newShelf(t *testing.T) *shelf {
	t.Cleanup(xdg.Reload) // runs after the environment is restored
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HF_TOKEN", "theirsecret\n")
	t.Setenv("VOICEFLOW_MODEL_TOKEN", "secret\n")
	xdg.Reload()
	s := &shelf{folder: filepath.Join(data, "voiceflow", "models"), files: map[string][]byte{
		"ggml-first.en.bin": []byte("lmgg, the first"), "ggml-second.bin": []byte("lmgg, the second"),
		"ggml-large.bin": []byte("lmgg, large"), "ggml-large-q8_0.bin": []byte("lmgg, its form"),
	}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r.URL.Path+" "+r.Header.Get("Authorization"))
		data, ok := s.files[filepath.Base(r.URL.Path)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(data)
	}))
	t.Cleanup(srv.Close)
	t.Setenv("VOICEFLOW_MODEL_URL", srv.URL+"/mirror")
	return s
}

func (s *shelf) open() models.Store {
	store := models.Default()
	hash := sha256.Sum256([]byte("lmgg, the first"))
	store.Models = []models.Model{
		{Name: "first.en", File: "ggml-first.en.bin", SHA256: hex.EncodeToString(hash[:]), Bytes: 15},
		{Name: "second", File: "ggml-second.bin", Multilingual: true},
		{Name: "large", File: "ggml-large.bin"},
		{Name: "large-q8_0", File: "ggml-large-q8_0.bin"},
		{Name: "absent", File: "ggml-absent.bin", URL: "http://models.example/ggml-absent.bin", Bytes: 148e6, Detector: true},
	}
	if s.silero {
		store.Models = append(store.Models, models.Model{Name: sileroModel, File: "ggml-" + sileroModel + ".bin", Detector: true})
	}
	return store
}

func (s *shelf) file(name string) string { return filepath.Join(s.folder, "ggml-"+name+".bin") }

// run runs vf-transcribe models with the given arguments.
func (s *shelf) run(args ...string) (code int, stdout, stderr string) {
	var out, log bytes.Buffer
	code = cmdline.Run(cmdline.Command{Name: "vf-transcribe", Subcommands: []cmdline.Command{modelCommands(s.open, func(*cmdline.Env, string) bool { return s.gpu })}},
		append([]string{"vf-transcribe", "models"}, args...), strings.NewReader(""), &out, &log)
	return code, out.String(), log.String()
}

func (s *shelf) put(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(s.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.file(name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestModelsPull(t *testing.T) {
	s := newShelf(t)
	for _, tt := range []struct {
		args   string
		code   int
		stdout string
		stderr string
		asked  string // requests to the server
	}{
		{"first.en", exitcode.OK, s.file("first.en") + "\n", "downloading first.en", "/mirror/ggml-first.en.bin Bearer secret"},
		{"first.en", exitcode.OK, s.file("first.en") + "\n", "", ""},
		{"second absent first.en", exitcode.SomeFailed, s.file("second") + "\n" + s.file("first.en") + "\n", "404 Not Found",
			"/mirror/ggml-second.bin Bearer secret,/mirror/ggml-absent.bin Bearer secret"},
		{"absent", exitcode.Model, "", "404 Not Found", "/mirror/ggml-absent.bin Bearer secret"},
		{"--model-url http:// first.en", exitcode.Model, "", "http:// or https://", ""},
		{"--model-url https://user:secret@ho|st first.en", exitcode.Model, "", "http:// or https://", ""},
		{"first.en scond", exitcode.Usage, "", "similar names: second", ""},
		{"../first.en", exitcode.Usage, "", "is a path", ""},
		{"", exitcode.Usage, "", "models list", ""},
	} {
		s.asked = nil
		code, out, log := s.run(append([]string{"pull"}, strings.Fields(tt.args)...)...)
		if code != tt.code || out != tt.stdout || !strings.Contains(log, tt.stderr) || strings.Contains(log, "secret") {
			t.Errorf("pull %s: code %d, %q, %q", tt.args, code, out, log)
		}
		if got := strings.Join(s.asked, ","); got != tt.asked {
			t.Errorf("pull %s: asked for %q", tt.args, got)
		}
	}
}

// TestModelsPullSilero: the Silero model is downloaded too, unless the user declines
// it or it is not available.
func TestModelsPullSilero(t *testing.T) {
	for _, tt := range []struct {
		name    string
		args    []string
		served  bool
		want    bool
		warning string
	}{
		{"downloaded", []string{"second"}, true, true, ""},
		{"declined", []string{"--no-vad-model", "second"}, true, false, ""},
		{"unavailable", []string{"second"}, false, false, "Silero"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf(t)
			s.silero = true
			if tt.served {
				s.files["ggml-"+sileroModel+".bin"] = []byte("lmgg, silero")
			}
			code, stdout, stderr := s.run(append([]string{"pull"}, tt.args...)...)
			if code != 0 || stdout != s.file("second")+"\n" || !strings.Contains(stderr, tt.warning) {
				t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
			}
			if _, err := os.Stat(s.file(sileroModel)); (err == nil) != tt.want {
				t.Errorf("the Silero model: %v", err)
			}
		})
	}
}

// TestModelsPullWrong: a file with the wrong hash is not installed.
func TestModelsPullWrong(t *testing.T) {
	s := newShelf(t)
	s.files["ggml-first.en.bin"] = []byte("lmgg, the worst")
	code, out, log := s.run("pull", "first.en")
	if code != exitcode.Model || out != "" || !strings.Contains(log, "SHA-256") {
		t.Errorf("code %d, %q, %q", code, out, log)
	}
	if _, err := os.Stat(s.file("first.en")); err == nil {
		t.Error("it is installed")
	}
}

func TestModelsPath(t *testing.T) {
	s := newShelf(t)
	s.put(t, "first.en", "lmgg, the first")
	for _, tt := range []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"first.en", exitcode.OK, s.file("first.en") + "\n", ""},
		{"second", exitcode.Model, "", "run vf-transcribe models pull second"},
		{"third", exitcode.Usage, "", "unknown model"},
		{"first.en second", exitcode.Usage, "", "name exactly one model"},
		{"", exitcode.Usage, "", "name exactly one model"},
	} {
		code, out, log := s.run(append([]string{"path"}, strings.Fields(tt.args)...)...)
		if code != tt.code || out != tt.stdout || !strings.Contains(log, tt.stderr) {
			t.Errorf("path %s: code %d, %q, %q", tt.args, code, out, log)
		}
	}
}

func TestModelsVerify(t *testing.T) {
	s := newShelf(t)
	verify := func(args string, code int, stdout, stderr string) {
		t.Helper()
		got, out, log := s.run(append([]string{"verify"}, strings.Fields(args)...)...)
		if got != code || !strings.Contains(out, stdout) || stdout == "" && out != "" || !strings.Contains(log, stderr) {
			t.Errorf("verify %s: code %d, %q, %q", args, got, out, log)
		}
	}
	verify("", exitcode.OK, "", "no model is installed")
	s.put(t, "first.en", "lmgg, the first")
	verify("", exitcode.OK, "first.en: right\n", "")
	verify("first.en second", exitcode.Model, "first.en: right\n", "not installed")
	verify("third", exitcode.Usage, "", "unknown model")
	s.put(t, "second", "lmgg, the second")
	verify("", exitcode.OK, "first.en: right\nsecond: not checked: ", "")
	s.run("pull", "second") // records its hash
	verify("", exitcode.OK, "first.en: right\nsecond: right\n", "")
	s.put(t, "second", "lmgg, the seventh")
	verify("", exitcode.SomeFailed, "first.en: right\nsecond: wrong: ", "")
	s.put(t, "first.en", "lmgg")
	verify("first.en absent", exitcode.SomeFailed, "first.en: wrong: ", "not installed")
}

func TestModelsList(t *testing.T) {
	s := newShelf(t)
	s.put(t, "second", "lmgg, the second")
	code, out, log := s.run("list")
	want := `name        size    languages     installed  pinned
first.en    15 B    English       no         yes
second      ?       many          yes        no
large       ?       English       no         no
large-q8_0  ?       English       no         no
absent      148 MB  finds speech  no         no
`
	if code != exitcode.OK || out != want || log != "" {
		t.Errorf("code %d, %s, %q", code, out, log)
	}
	code, out, log = s.run("list", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitcode.OK || len(lines) != 5 || log != "" {
		t.Fatalf("code %d, %q, %q", code, out, log)
	}
	r := event.NewReader(strings.NewReader(lines[1]))
	r.Scan()
	second, isModel := r.Record().(*event.Model)
	if !isModel || *second != (event.Model{Name: "second", File: "ggml-second.bin", Multilingual: true, Installed: true, Path: s.file("second")}) {
		t.Errorf("%+v", r.Record())
	}
}

// TestModelsForm: without a GPU the quantised form is downloaded.
func TestModelsForm(t *testing.T) {
	s := newShelf(t)
	for _, tt := range []struct {
		args string
		gpu  bool
		want string
	}{
		{"pull large", false, "large-q8_0"},
		{"pull --no-quantize large", false, "large"},
		{"pull large", true, "large"},
		{"pull large-q8_0", true, "large-q8_0"},
	} {
		s.gpu = tt.gpu
		if code, out, log := s.run(strings.Fields(tt.args)...); code != exitcode.OK || out != s.file(tt.want)+"\n" {
			t.Errorf("%s, GPU %t: code %d, %q, %s", tt.args, tt.gpu, code, out, log)
		}
		if err := os.Remove(s.file(tt.want)); err != nil {
			t.Error(err)
		}
	}
}

// TestModelsCommand: the real command, as far as it works without the network.
func TestModelsCommand(t *testing.T) {
	newShelf(t)
	for _, tt := range []struct {
		args   string
		code   int
		stdout string
		stderr string
	}{
		{"", exitcode.Usage, "", "missing command; see vf-transcribe models --help"},
		{"dance", exitcode.Usage, "", "unknown command"},
		{"list surplus", exitcode.Usage, "", "unexpected argument"},
		{"list", exitcode.OK, "large-v3-turbo ", ""},
		{"path base.en", exitcode.Model, "", "run vf-transcribe models pull base.en"},
		{"pull basse.en", exitcode.Usage, "", "similar names: base.en"},
		{"--help", exitcode.OK, "verify", ""},
	} {
		var out, log bytes.Buffer
		code := cmdline.Run(cmdline.Command{Name: "vf-transcribe", Subcommands: []cmdline.Command{modelsCommand()}},
			append([]string{"vf-transcribe", "models"}, strings.Fields(tt.args)...), strings.NewReader(""), &out, &log)
		if code != tt.code || !strings.Contains(out.String(), tt.stdout) || tt.stdout == "" && out.Len() > 0 || !strings.Contains(log.String(), tt.stderr) {
			t.Errorf("models %s: code %d, %q, %q", tt.args, code, &out, &log)
		}
	}
}
