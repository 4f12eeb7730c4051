package bundle

import (
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"voiceflow/pkg/config"
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
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

func TestMessage(t *testing.T) {
	r := newRedactor("/home/ann", false)
	r.salt = []byte("known")
	stand := func(name string) string { return r.file(name) }
	for _, tt := range []struct{ in, file, want string }{
		{"decoding failed: code 7", "", "decoding failed: code 7"},
		{"/home/ann/Dr. Who.wav: not a WAV file", "", stand("Dr. Who.wav") + ": not a WAV file"},
		{"talk to Bob.wav: not a WAV file", "talk to Bob.wav", stand("talk to Bob.wav") + ": not a WAV file"},
		{"talk to Bob.wav: not a WAV file", "", stand("talk to Bob.wav") + ": not a WAV file"},
		{`unknown key "hunter two"`, "", `unknown key "..."`},
		{"cannot load /usr/lib/libggml-vulkan.so: no driver", "", "cannot load /usr/lib/libggml-vulkan.so: no driver"},
		{"copy /usr/a to /data/private/b", "", "copy /usr/a to " + stand("b")},
		{"from talks/plan 9 on", "", "from " + stand("plan 9 on")},
		{"cannot get https://ann:pw@example.org/x: timeout", "", "cannot get https://example.org/...: timeout"},
		{"the user's device is gone", "", "the user's device is gone"},
	} {
		if got := r.message(tt.in, tt.file); got != tt.want {
			t.Errorf("%q became %q, not %q", tt.in, got, tt.want)
		}
	}
	if named := newRedactor("/home/ann", true).message("/home/ann/Dr. Who.wav: not a WAV file", ""); named != "~/Dr. Who.wav: not a WAV file" {
		t.Errorf("with names: %q", named)
	}
}

func TestFile(t *testing.T) {
	r := newRedactor("", false)
	if a, b := r.file("/x/secret talk.wav"), r.file("secret talk.wav"); a != b || strings.Contains(a, "secret") || !strings.HasSuffix(a, ".wav") {
		t.Errorf("%q, %q", a, b)
	}
	if r.file("a.wav") == r.file("b.wav") || r.file("a.wav") == newRedactor("", false).file("a.wav") {
		t.Error("stand-ins are not the name's and the bundle's own")
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

// someKeys are a few that the programs have.
func someKeys() known {
	return known{
		keys: map[string][]config.Kind{
			".log-level": {"text"}, "transcribe.model": {"text"}, "transcribe.prompt": {"text"}, "transcribe.beam-size": {"whole number"},
			"transcribe.model-url": {"text"}, "record.device": {"text"}, "record.exec": {"text"}, "record.max-duration": {"duration"},
			"vad.threshold": {"number"}, "paste.method": {"text"}, "paste.notify": {"switch"}, "paste.after": {"number"}, "paste.device": {"text"},
			"health.since": {"duration", "text"}, "transcribe.files": {"list"},
		},
		variables: map[string][]config.Kind{"VOICEFLOW_MODEL": {"text"}, "VOICEFLOW_VAD_THRESHOLD": {"number"}, "VOICEFLOW_TRANSCRIBE_BEAM_SIZE": {"whole number"}},
	}
}

// Only what a known key takes is shown.
func TestConfigValues(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for in, want := range map[string]string{
		"[vad]\nthreshold = 0.5":                                        "\n[vad]\nthreshold = 0.5\n",
		"vad.threshold = 0.5":                                           "\n[vad]\nthreshold = 0.5\n",
		"[vad]\nthreshold = \"0.5\"":                                    "\n[vad]\nthreshold = '0.5'\n",
		"[vad]\nthreshold = \"Frau Schulze\"":                           "\n[vad]\nthreshold = \"...\" # a number is wanted\n",
		"[vad]\nthreshold = [1, 2]":                                     "\n[vad]\nthreshold = \"...\" # a number is wanted\n",
		"[vad]\nthreshold = 2026-11-25":                                 "\n[vad]\nthreshold = \"...\" # a number is wanted\n",
		"[vad]\nthreshold = {a = \"Schulze\"}":                          "\n[vad]\nthreshold = \"...\" # a number is wanted\n",
		"[transcribe]\npromt = \"Frau Schulze, Diagnose F32\"":          "\n[transcribe]\npromt = \"...\" # no program is known to have this key\n",
		"[transcribe]\nprompt = \"Frau Schulze\"":                       "\n[transcribe]\nprompt = \"(removed)\"\n",
		"[transcribe]\nfiles = [\"a\", \"b\"]":                          "\n[transcribe]\nfiles = ['a', 'b']\n",
		"[transcribe]\nbeam-size = true":                                "\n[transcribe]\nbeam-size = \"...\" # a whole number is wanted\n",
		"[paste]\nnotify = true":                                        "\n[paste]\nnotify = true\n",
		"[paste]\nnotify = \"Patient Meier hat Krebs\"":                 "\n[paste]\nnotify = \"...\" # a switch is wanted\n",
		"[record]\nmax-duration = \"5m\"":                               "\n[record]\nmax-duration = '5m'\n",
		"[record]\nmax-duration = 5":                                    "\n[record]\nmax-duration = \"...\" # a duration is wanted\n",
		"[health]\nsince = \"2026-11-01\"":                              "\n[health]\nsince = '2026-11-01'\n",
		"[vad]\n\"Frau Schulze\" = 3":                                   "\n[vad]\n# (line removed)\n",
		"[\"Frau Schulze\"]\na = 3":                                     "\n# (section removed)\n",
		"log-level = \"verbose\"\nnote = \"Frau Schulze\"\nlist = [{}]": "list = \"...\" # no program is known to have this key\nlog-level = 'verbose'\nnote = \"...\" # no program is known to have this key\n",
	} {
		if got := string(r.config([]byte(in), someKeys())); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
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
		file.Transcribe.BeamSize != 5 || file.Record.Device != "Yeti" {
		t.Errorf("%v: %+v", err, file)
	}
}

// A broken file keeps what is wrong with it, and nothing else of interest.
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
	for _, want := range []string{`method = = "..."`, `notify = "..." # a switch`, `promt = "..."`, "[transcribe]", "beam-size = 5", "after = 3", `device = 'Yeti'`, "cannot be read"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

func TestVariables(t *testing.T) {
	r := newRedactor("/home/ann", false)
	got := string(r.variables([]string{"DISPLAY=:0", "HOME=/home/ann", "OMP_NUM_THREADS=4", "PULSE_COOKIE=/planted", "SECRET=planted",
		"VOICEFLOW_HF_TOKEN=planted", "VOICEFLOW_MODEL=/home/ann/m.bin", "VOICEFLOW_TRANSCRIBE_PROMPT=planted", "XDG_STATE_HOME=/home/ann/.state",
		"VOICEFLOW_TRANSCRIBE_BEAM_SIZE=planted", "VOICEFLOW_VAD_THRESHOLD=0.5", "VOICEFLOW_PROMT=planted"}, someKeys()))
	want := "DISPLAY=:0\nOMP_NUM_THREADS=4\nPULSE_COOKIE=(removed)\nVOICEFLOW_HF_TOKEN=(removed)\nVOICEFLOW_MODEL=~/m.bin\n" +
		"VOICEFLOW_TRANSCRIBE_PROMPT=(removed)\nXDG_STATE_HOME=~/.state\n" +
		"VOICEFLOW_TRANSCRIBE_BEAM_SIZE=...\nVOICEFLOW_VAD_THRESHOLD=0.5\nVOICEFLOW_PROMT=...\n"
	if got != want {
		t.Errorf("%s", got)
	}
}

// A long text takes its time, but not the square of it.
func TestLongMessage(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for _, part := range []string{"a:/b ", "\"", "meier ", "ann.wav ", "(removed", "://", "token "} {
		began := time.Now()
		r.message(strings.Repeat(part, 100000/len(part)), "")
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%q: %v", part, took)
		}
	}
}

// Whatever stands in quotation marks, in a user's folder or after a secret's
// name does not come through.
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
