package bundle

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"voiceflow/internal/config"
	"voiceflow/internal/health/peer"
)

func TestText(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for in, want := range map[string]string{
		"model in /home/ann/models":                        "model in ~/models",
		"/home/ann":                                        "~",
		"home=/home/ann; more":                             "home=~; more",
		"PATH=/home/ann:/home/ann/bin:/x/home/ann":         "PATH=~:~/bin:/x/home/USER",
		"/home/annabel/x":                                  "/home/USER/x",
		"/media/ann/stick":                                 "/media/USER/stick",
		"get https://ann:pw@example.org:8/a?b=c now":       "get https://example.org:8/... now",
		"get https://ann:p/w@example.org/a":                "get https://(removed)/...",
		"https://example.org":                              "https://example.org",
		"HF_TOKEN=abc other":                               "HF_TOKEN=(removed) other",
		"Authorization: Bearer abc.def":                    "Authorization: (removed)",
		`"api_key": "abc def"`:                             `"api_key": (removed)`,
		"password hunter2":                                 "password (removed)",
		"hash 0123456789abcdef0123456789abcdef0123 failed": "hash (removed) failed",
		"a\x1b[2Jb":                                        "a [2Jb",
		"vf-transcribe version 0.1.0":                      "vf-transcribe version 0.1.0",
	} {
		if got := r.text(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// A stand-in for a message reveals nothing but whether two messages are equal.
func TestMessage(t *testing.T) {
	r := newRedactor("/home/ann", false)
	form := regexp.MustCompile(`^message-[a-p]{8}, [0-9]+ characters$`)
	for _, s := range []string{"decoding failed: code 7", "/home/ann/Dr. Who.wav: not a WAV file", "meier", "", "\xff\n"} {
		if got := r.message(s, ""); !form.MatchString(got) {
			t.Errorf("%q became %q", s, got)
		}
	}
	for _, same := range [][2]string{
		{"read line 7: no object", "read line 12: no object"},
		{r.message("a.wav: not a WAV file", "a.wav"), r.message("talk to Bob.wav: not a WAV file", "talk to Bob.wav")},
	} {
		if r.message(same[0], "") != r.message(same[1], "") {
			t.Errorf("%q and %q cannot be counted together", same[0], same[1])
		}
	}
	if r.message("a failed", "") == r.message("b failed", "") || r.message("a", "") == newRedactor("", false).message("a", "") {
		t.Error("stand-ins do not depend on the message and the bundle alone")
	}
}

// Redacted messages and error reasons contain no names, wherever in the message the names
// were.
func TestNamesInMessages(t *testing.T) {
	names := []string{"Frau Meier Scheidung.amr", "Frau Meier Kuendigung", "Frau Meier.3gp", "Meier Liste", "meier 2019",
		"Brief an meier (alt)", "meier, liste", "./meier", "-meier", "meier: alt", "meier's", "Sitzung_meier-3", "„meier“"}
	for _, named := range []bool{false, true} {
		r := newRedactor("/home/ann", named)
		for _, name := range names {
			for _, form := range []string{"open %s: no such file or directory", "%s", "what was said is in %s; it is long", "%q: not a WAV file"} {
				for _, out := range []string{
					r.message(fmt.Sprintf(form, name), ""), r.message(fmt.Sprintf(form, name), name), r.reason(fmt.Errorf(form, name)),
					r.reason(&fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}),
					r.reason(&exec.Error{Name: name, Err: exec.ErrNotFound}),
				} {
					if out = strings.ToLower(out); strings.Contains(out, "meier") || strings.Contains(out, "kuendigung") {
						t.Errorf("%q, %q became %q", form, name, out)
					}
				}
			}
		}
	}
}

// Errors of known types stay readable.
func TestReason(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for want, err := range map[string]error{
		"permission denied":         &fs.PathError{Op: "open", Path: "/home/ann/planted", Err: syscall.EACCES},
		"no such file or directory": fmt.Errorf("planted: %w", syscall.ENOENT),
		"no such program":           &exec.Error{Name: "planted", Err: exec.ErrNotFound},
		"no answer in time":         fmt.Errorf("planted %w", peer.ErrTime),
		"exit code 4":               fmt.Errorf("planted: %w", codeError(4)),
		"interrupted":               fmt.Errorf("planted: %w", context.Canceled),
	} {
		if got := r.reason(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Fields with a value of the wrong type are left out.
func TestFields(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for in, want := range map[string]string{
		`{"level":"info","tool":"vf-vad","event":"started","version":"0.1.0","message":"planted"}`:                    `{"event":"started","level":"info","tool":"vf-vad","version":"0.1.0"}`,
		`{"level":"planted","tool":"planted","event":"planted words","version":"a b","pid":"7"}`:                      `{}`,
		`{"level":"info","tool":"vf-planted words","method":"x11","message":""}`:                                      `{"level":"info","message":"M","method":"x11"}`,
		`{"seconds":1.5,"replayed":true,"exit_code":4,"rate":"planted","pid":{"planted":1}}`:                          `{"exit_code":4,"replayed":true,"seconds":1.5}`,
		`{"device":"Vulkan0","degraded":["gpu -> cpu","planted: \u00e4"],"model":"/planted/ggml-base.en-q5_1.bin"}`:   `{"degraded":["gpu -\u003e cpu"],"device":"Vulkan0","model":"ggml-base.en-q5_1.bin"}`,
		`{"model":"large-v3-turbo-q5_0","planted":"x","text":"planted","transcript":"planted","message":["planted"]}`: `{"model":"large-v3-turbo-q5_0"}`,
		`{"event":"planted.wav","method":"planted.txt","version":"planted","degraded":["planted.wav -> x"]}`:          `{"degraded":null}`,
		`{"version":"0.1.0-12-g1a2b3c4"}`:                         `{"version":"0.1.0-12-g1a2b3c4"}`,
		`{"level":"error","event":"failure","message":"planted"}`: `{"event":"failure","level":"error","message":"M"}`,
	} {
		var object map[string]any
		dec := json.NewDecoder(strings.NewReader(in))
		dec.UseNumber()
		if err := dec.Decode(&object); err != nil {
			t.Fatal(err)
		}
		safe, err := json.Marshal(r.fields(object, logFields()))
		got := regexp.MustCompile(`message-[a-p]{8}, [0-9]+ characters`).ReplaceAllString(string(safe), "M")
		if err != nil || got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", in, got, want)
		}
	}
}

// A record of a check keeps its figures and names, but not its sentences.
func TestCheckFields(t *testing.T) {
	r := newRedactor("/home/ann", false)
	object := map[string]any{"status": "WARNING", "summary": "planted", "findings": []any{map[string]any{
		"suite": "timing", "check": "words", "what": "planted", "measured": "31.5%", "limit": "15%", "remedy": "planted", "subject": "planted.wav"}},
		"measures": []any{map[string]any{"name": "wer", "unit": "%", "value": json.Number("2"), "subject": "vf-vad",
			"limit": map[string]any{"warning": json.Number("15"), "critical": json.Number("30"), "planted": "planted"}},
			map[string]any{"measured": "planted 3", "limit": "planted", "unit": "planted", "name": "planted, this"}}}
	safe, err := json.Marshal(r.fields(object, checkFields()))
	if err != nil || strings.Contains(string(safe), "planted") {
		t.Errorf("%s, %v", safe, err)
	}
	for _, want := range []string{`"measured":"31.5%"`, `"limit":"15%"`, `"critical":30`, `"unit":"%"`, `"subject":"vf-vad"`, `"what":"message-`} {
		if !strings.Contains(string(safe), want) {
			t.Errorf("no %s in %s", want, safe)
		}
	}
}

func TestFile(t *testing.T) {
	r := newRedactor("", false)
	if a, b := r.file("/x/secret talk.wav"), r.file("secret talk.wav"); a != b || strings.Contains(a, "secret") || !strings.HasSuffix(a, ".wav") {
		t.Errorf("%q, %q", a, b)
	}
	if r.file("a.wav") == r.file("b.wav") || r.file("a.wav") == newRedactor("", false).file("a.wav") {
		t.Error("stand-ins do not depend on the name and the bundle alone")
	}
	if got := r.file("x.a whole sentence"); strings.Contains(got, "sentence") {
		t.Errorf("%q", got)
	}
}

const planted = `
# the password is plantedcomment
log-level = "minimal"
[transcribe]
model = "/home/ann/models/ggml-base.en.bin"
prompt = "plantedprompt one"
beam-size = 5
model-url = "https://ann:plantedpw@example.org/x?token=plantedquery"
hf-token = "plantedtoken"
[record]
exec = "curl -u plantedexec"
device = "Yeti"
[other]
api_key = ["plantedlist"]
`

// someKeys returns a few of the programs' settings.
func someKeys() knownSettings {
	return knownSettings{
		keys: map[string][]config.Kind{
			".log-level": {"text"}, "transcribe.model": {"text"}, "transcribe.prompt": {"text"}, "transcribe.beam-size": {"whole number"},
			"transcribe.model-url": {"text"}, "record.device": {"text"}, "record.exec": {"text"}, "record.max-duration": {"duration"},
			"vad.threshold": {"number"}, "paste.method": {"text"}, "paste.notify": {"switch"}, "paste.after": {"number"}, "paste.device": {"text"},
			"health.since": {"duration", "text"}, "transcribe.files": {"list"},
		},
		texts: map[string]texts{".log-level": {words: map[string]bool{"verbose": true, "minimal": true}},
			"transcribe.model": {path: true}, "VOICEFLOW_MODEL": {path: true}, "vad.threshold": {figures: true},
			"VOICEFLOW_VAD_THRESHOLD": {figures: true}, "record.max-duration": {figures: true},
			"health.since": {figures: true}, "transcribe.files": {figures: true}},
		variables: map[string][]config.Kind{"VOICEFLOW_MODEL": {"text"}, "VOICEFLOW_VAD_THRESHOLD": {"number"}, "VOICEFLOW_TRANSCRIBE_BEAM_SIZE": {"whole number"}},
	}
}

// Values are shown only if the key is known and takes them.
func TestConfigValues(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for in, want := range map[string]string{
		"[vad]\nthreshold = 0.5":                                        "\n[vad]\nthreshold = 0.5\n",
		"vad.threshold = 0.5":                                           "\n[vad]\nthreshold = 0.5\n",
		"[vad]\nthreshold = \"0.5\"":                                    "\n[vad]\nthreshold = '0.5'\n",
		"[vad]\nthreshold = \"Frau Schulze\"":                           "\n[vad]\nthreshold = \"...\" # must be a number\n",
		"[vad]\nthreshold = [1, 2]":                                     "\n[vad]\nthreshold = \"...\" # must be a number\n",
		"[vad]\nthreshold = 2026-11-25":                                 "\n[vad]\nthreshold = \"...\" # must be a number\n",
		"[vad]\nthreshold = {a = \"Schulze\"}":                          "\n[vad]\nthreshold = \"...\" # must be a number\n",
		"[transcribe]\npromt = \"Frau Schulze, Diagnose F32\"":          "\n[transcribe]\npromt = \"...\" # not a known key\n",
		"[transcribe]\nprompt = \"Frau Schulze\"":                       "\n[transcribe]\nprompt = \"(removed)\"\n",
		"[transcribe]\nfiles = [\"en\", \"2s\"]":                        "\n[transcribe]\nfiles = ['en', '2s']\n",
		"[transcribe]\nbeam-size = true":                                "\n[transcribe]\nbeam-size = \"...\" # must be a whole number\n",
		"[paste]\nnotify = true":                                        "\n[paste]\nnotify = true\n",
		"[paste]\nnotify = \"Patient Meier hat Krebs\"":                 "\n[paste]\nnotify = \"...\" # must be a switch\n",
		"[record]\nmax-duration = \"5m\"":                               "\n[record]\nmax-duration = '5m'\n",
		"[record]\nmax-duration = 5":                                    "\n[record]\nmax-duration = \"...\" # must be a duration\n",
		"[health]\nsince = \"2026-11-01\"":                              "\n[health]\nsince = '2026-11-01'\n",
		"[vad]\n\"Frau Schulze\" = 3":                                   "\n[vad]\n# (line removed)\n",
		"[\"Frau Schulze\"]\na = 3":                                     "\n# (section removed)\n",
		"log-level = \"verbose\"\nnote = \"Frau Schulze\"\nlist = [{}]": "list = \"...\" # not a known key\nlog-level = 'verbose'\nnote = \"...\" # not a known key\n",
	} {
		if got := string(r.config([]byte(in), someKeys())); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestConfig(t *testing.T) {
	r := newRedactor("/home/ann", false)
	out := r.config([]byte(planted), someKeys())
	if s := string(out); strings.Contains(s, "planted") || strings.Contains(s, "/ann") {
		t.Errorf("%s", s)
	}
	var file struct {
		Transcribe struct {
			Model    string
			BeamSize int `toml:"beam-size"`
		}
		Record struct{ Device string }
	}
	if err := toml.Unmarshal(out, &file); err != nil || file.Transcribe.Model != "~/models/ggml-base.en.bin" ||
		file.Transcribe.BeamSize != 5 || !strings.HasPrefix(file.Record.Device, "text-") {
		t.Errorf("%v: %+v", err, file)
	}
}

// A broken file keeps its mistakes, and nothing private.
func TestBrokenConfig(t *testing.T) {
	r := newRedactor("/home/ann", false)
	out := string(r.config([]byte(planted+`
[paste]
method = = "type"
password "plantednoequals"
prompt = """
first plantedline
device = "plantedinside"
"""
words = [
  "plantedword",
]
inline = { token = "plantedinline" }
after = 3 # plantedend
notify = "plantedtext"
[transcribe]
promt = "plantedmisspelt"
"planted key" = 3
[planted section]
`), someKeys()))
	if strings.Contains(out, "planted") || strings.Contains(out, "/ann") {
		t.Errorf("%s", out)
	}
	for _, want := range []string{`method = = "..."`, `notify = "..." # must be a switch`, `promt = "..."`, "[transcribe]", "beam-size = 5", "after = 3", `device = 'text-`, "cannot be read"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

func TestVariables(t *testing.T) {
	r := newRedactor("/home/ann", false)
	got := string(r.variables([]string{"DISPLAY=:0", "HOME=/home/ann", "OMP_NUM_THREADS=4", "PULSE_COOKIE=/planted", "SECRET=planted",
		"VOICEFLOW_HF_TOKEN=planted", "VOICEFLOW_MODEL=/home/ann/ggml-tiny.bin", "VOICEFLOW_TRANSCRIBE_PROMPT=planted", "XDG_STATE_HOME=/home/ann/.state",
		"VOICEFLOW_TRANSCRIBE_BEAM_SIZE=planted", "VOICEFLOW_VAD_THRESHOLD=0.5", "VOICEFLOW_PROMT=planted"}, someKeys()))
	want := "DISPLAY=:0\nOMP_NUM_THREADS=4\nPULSE_COOKIE=(removed)\nVOICEFLOW_HF_TOKEN=(removed)\nVOICEFLOW_MODEL=~/ggml-tiny.bin\n" +
		"VOICEFLOW_TRANSCRIBE_PROMPT=(removed)\nXDG_STATE_HOME=~/.state\n" +
		"VOICEFLOW_TRANSCRIBE_BEAM_SIZE=...\nVOICEFLOW_VAD_THRESHOLD=0.5\nVOICEFLOW_PROMT=...\n"
	if got != want {
		t.Errorf("%s", got)
	}
}

// The time for long texts does not grow quadratically.
func TestLongMessage(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for _, part := range []string{"a:/b ", "\"", "meier ", "ann.wav ", "(removed", "://", "token "} {
		began := time.Now()
		r.unquoted(strings.Repeat(part, 100000/len(part)))
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%q: %v", part, took)
		}
	}
}

// FuzzMessage checks that nothing from a message gets through, nor anything quoted in
// findings about the machine.
func FuzzMessage(f *testing.F) {
	f.Add("a ", " b", "/home/ann/x")
	f.Add("'", "\"", "")
	f.Add("/usr/lib/x to ", ": ", "y.wav")
	f.Fuzz(func(t *testing.T, before, after, file string) {
		if strings.ContainsAny(before, "\"`“”«»") || strings.Contains(before+after+file, "planted") {
			return
		}
		r := newRedactor("/home/ann", false)
		for _, s := range []string{before + ` "planted" ` + after, before + " https://ann:planted@example.org " + after,
			before + " /data/planted/planted.wav: " + after, before + " token=planted " + after} {
			if got := r.message(s, file); strings.Contains(got, "planted") {
				t.Errorf("%q became %q", s, got)
			}
		}
		if got := r.unquoted(before + ` "planted" ` + after); strings.Contains(got, "planted") {
			t.Errorf("%q", got)
		}
	})
}

func FuzzConfig(f *testing.F) {
	f.Add("[a]\n", "\n")
	f.Add("a = '''", "'''")
	f.Add("x = [", "]")
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, "planted") {
			return
		}
		r := newRedactor("/home/ann", false)
		got := string(r.config([]byte(before+"\ntoken = \"planted\"\nprompt = \"\"\"\nx\ny = \"planted\"\n\"\"\"\n"+after), someKeys()))
		if strings.Contains(got, "planted") && !strings.Contains(before, "'''") && !strings.Contains(before, `"""`) {
			t.Errorf("%q, %q: %s", before, after, got)
		}
	})
}

// Values that only the programs' own words can express are kept; names become stand-ins.
func TestKnown(t *testing.T) {
	r := newRedactor("/home/ann", false)
	setting := config.Effective{Usage: "how: type, paste or auto; CUDA too; 10ms", Default: "off", Otherwise: "the system's default"}
	for value, kept := range map[string]bool{
		"": true, "type": true, "AUTO": true, "off": true, "type,paste": true, "15%:30%": true, "2:1": true, "0.25MB:0.75MB": true,
		"500ms": true, "2/8": true, "2026-11-01": true, "en,de": true, "German": true, "base.en-q5_1": true, "Vulkan0": true,
		"cpu": true, "127.0.0.1:8179": true, "localhost": true, "[::1]:80": true, "0.0.0.0:1": true,
		"Yeti": false, "type,Ann": false, "192.168.1.7": false, "10.0.0.1:80": false, "ann.example:80": false, "meeting.wav": false,
		"type;ann": false, "-ann": false, "ann15%": false, "15%ann": false, "127.0.0.1.ann": false, "localhost.ann": false,
		"https://example.org/ann": false, "unix:/run/ann": false, "~/ann": false, "1h2m": true,
	} {
		got := r.known(textsOf(setting), value)
		if kept && got != value || !kept && (got == value || strings.Contains(got, "ann")) {
			t.Errorf("%q became %q", value, got)
		}
	}
}

// Where the program speaks of no figures, a number may be a telephone number or a birthday.
func TestKnownFigures(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for value, kept := range map[string]bool{
		"5": true, "1990": true, "0151-2345678": false, "01512345678": false, "1990-01-15": false, "15.01.1990": false,
		"49151": false, "12/3": false, "3kB": false,
	} {
		for name, setting := range map[string]config.Effective{"a text": {Usage: "text to begin with", Default: "none"}, "unknown": {}} {
			if got := r.known(textsOf(setting), value); (got == value) != kept {
				t.Errorf("%s: %q became %q", name, value, got)
			}
		}
	}
}

func TestPath(t *testing.T) {
	r := newRedactor("/home/ann", false)
	form := regexp.MustCompile(`file-[0-9a-f]{8}`)
	for in, want := range map[string]string{
		"/home/ann/Frau Meier/talk.wav": "~/F/F.wav", "meier.wav": "F.wav", "./meier": "./F", "../meier/x.toml": "../F/F.toml",
		"/home/ann/.local/share/voiceflow/models/ggml-base.en.bin": "~/.local/share/voiceflow/models/ggml-base.en.bin",
		"/usr/lib/x86_64-linux-gnu/ggml/backends0":                 "/usr/lib/x86_64-linux-gnu/ggml/backends0",
		"-": "-", "": "", "en": "en", "/dev/null": "/dev/null", "base.en": "base.en", "https://u:p@meier/x": "https://(removed)",
		"/home/meier/log/": "/home/USER/log/", "~/meier": "~/F", "config.meier.toml": "F.toml", "a.meiermeier": "F",
	} {
		if got := form.ReplaceAllString(r.path(in), "F"); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := form.ReplaceAllString(r.paths(`in /data/meier/x, "/meier" and ~/meier: and/or`), "F"); got != `in /F/F/F, "/F" and ~/F: and/or` {
		t.Errorf("%q", got)
	}
}
