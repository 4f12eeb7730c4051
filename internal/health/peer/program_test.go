package peer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/config"
)

func TestRun(t *testing.T) {
	out, err := Run(context.Background(), time.Minute, "/bin/sh", "-c", "echo a; echo b >&2; exit 4")
	if err != nil || out != (Output{"a\n", "b\n", 4}) {
		t.Errorf("%+v, %v", out, err)
	}
	if _, err := Run(context.Background(), time.Minute, "/nowhere/vf-vad"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("not there: %v", err)
	}
	// The child keeps the output open, and must be killed, too.
	_, err = Run(context.Background(), 100*time.Millisecond, "/bin/sh", "-c", "sleep 600 & wait")
	if err == nil || !strings.Contains(err.Error(), "sh did not respond in time") {
		t.Errorf("too long: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, time.Minute, "/bin/sh", "-c", "sleep 600"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	out, err = Run(context.Background(), time.Minute, "/bin/sh", "-c", "head -c 9000000 /dev/zero")
	if err != nil || len(out.Stdout) != MaxOutput {
		t.Errorf("%d bytes kept, %v", len(out.Stdout), err)
	}
}

// Variables of this process must not reach a program that is asked for its
// defaults.
func TestDefaultSettings(t *testing.T) {
	t.Setenv("VOICEFLOW_VAD_THRESHOLD", "planted")
	path := filepath.Join(t.TempDir(), "vf-vad")
	script := "#!/bin/sh\n[ \"$VOICEFLOW_VAD_THRESHOLD$*\" = '--config /dev/null --settings' ] || { echo '{\"type\":\"error\",\"error\":\"wrong\"}'; exit 2; }\n" +
		`echo '{"type":"setting","key":"threshold","kind":"number"}'` + "\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	settings, err := DefaultSettings(t.Context(), time.Minute, path)
	if err != nil || len(settings) != 1 || settings[0].Kind != "number" {
		t.Errorf("%+v, %v", settings, err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho oh >&2; exit 2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := DefaultSettings(t.Context(), time.Minute, path); err == nil || !strings.Contains(err.Error(), "exit code 2") {
		t.Errorf("%v", err)
	}
}

func TestMessages(t *testing.T) {
	for stderr, want := range map[string]string{
		"": "", "\n \n": "",
		"plain words\n": "plain words",
		`{"level":"warn","message":"first"}` + "\n" + `{"message":"second"}` + "\n\n": "first|second",
		"panic: x\n" + `{"other":1}`: `panic: x|{"other":1}`,
	} {
		if got := strings.Join(Messages(stderr), "|"); got != want {
			t.Errorf("Messages(%q) = %q, want %q", stderr, got, want)
		}
		if got := LastMessage(stderr); !strings.HasSuffix(want, got) || (got == "") != (want == "") {
			t.Errorf("LastMessage(%q) = %q", stderr, got)
		}
	}
}

func TestAnswers(t *testing.T) {
	devices := Devices(`{"type":"device","name":"CPU"}` + "\nnoise\n" + `{"type":"other"}` + "\n" + `{"type":"device","name":"Vulkan0","gpu":true}`)
	if len(devices) != 2 || devices[0].GPU || devices[1].Name != "Vulkan0" || !devices[1].GPU {
		t.Errorf("%+v", devices)
	}
	settings, problems, err := Settings(`{"type":"setting","key":"model","value":"a.bin","origin":"file"}` + "\n" + `{"type":"error","error":"line 2"}` + "\n")
	if err != nil || len(settings) != 1 || settings[0].Value != "a.bin" || len(problems) != 1 || problems[0] != "line 2" {
		t.Errorf("%+v, %q, %v", settings, problems, err)
	}
	if _, _, err := Settings("no JSON\n"); err == nil {
		t.Error("no error for a line that is not JSON")
	}
}

// The configuration in use is a line of its own type.
func TestInUse(t *testing.T) {
	lines := `{"type":"configuration","used":"last-good","file":"/x/config.toml"}` + "\n" +
		`{"type":"warning","error":"line 2","key":"wait","line":2}` + "\n" + `{"type":"setting","key":"model"}` + "\n"
	if got := InUse(lines); got.Used != config.UsesLastGood || got.File != "/x/config.toml" {
		t.Errorf("%+v", got)
	}
	if settings, problems, err := Settings(lines); err != nil || len(settings) != 1 || len(problems) != 1 {
		t.Errorf("%v, %v, %v", settings, problems, err)
	}
	if got := InUse(`{"type":"error","error":"the last configuration that worked is used"}`); got != (config.InUse{}) {
		t.Errorf("%+v", got)
	}
}
