package capture

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gordonklaus/portaudio"
)

// TestWithoutConfiguration: without a configuration of ALSA, PortAudio would abort the
// program. The error says what is missing, and a later Open works.
func TestWithoutConfiguration(t *testing.T) {
	folder := t.TempDir()
	empty := filepath.Join(folder, "empty.conf")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(folder, "broken.conf")
	if err := os.WriteFile(broken, []byte("pcm.a {{{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{filepath.Join(folder, "none.conf"), "; unset ALSA_CONFIG_PATH"},
		{empty, "; unset ALSA_CONFIG_PATH"},
		{broken, "ALSA does not work: "},
	} {
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			t.Setenv("ALSA_CONFIG_PATH", c.path)
			s, err := Open(false)
			if err == nil {
				s.Close()
				t.Fatal("it opens")
			}
			if !strings.HasPrefix(err.Error(), "cannot start the audio system: ALSA") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
	s, err := Open(false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestReasons: an error of PortAudio without a text gets one.
func TestReasons(t *testing.T) {
	silent := portaudio.UnanticipatedHostError{HostApiType: portaudio.ALSA, Code: -5}
	if text := explain(silent).Error(); !strings.Contains(text, "error -5") {
		t.Errorf("%q", text)
	}
	silent.Text = "no such card"
	if err := explain(silent); err != error(silent) {
		t.Errorf("%v", err)
	}
}
