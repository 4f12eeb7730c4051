package cmdline

import (
	"os"
	"os/user"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"voiceflow/internal/config"
)

// An empty variable, as in a unit's Environment=, counts as unset.
func TestEmptyVariables(t *testing.T) {
	home(t)
	for _, name := range []string{"CONFIG", "LOG_LEVEL", "LOG_FILE", "SAMPLE_WORD", "SAMPLE_LIST", "SAMPLE_WAIT", "ENV"} {
		t.Setenv("VOICEFLOW_"+name, "")
	}
	var seen string
	if code, _, log := run(sample(&seen)); code != OK || seen != "standard[]1s" || log != "" {
		t.Errorf("code %d, %q, %s", code, seen, log)
	}
	code, out, _ := run(sample(&seen), "--settings")
	if code != OK || strings.Contains(out, "environment") || !strings.Contains(out, `"value":"standard","origin":"default"`) {
		t.Errorf("code %d, %s", code, out)
	}
}

// System services have no HOME.
func TestNoHome(t *testing.T) {
	me, err := user.Current()
	if err != nil || me.HomeDir == "" {
		t.Skip("this user has no home")
	}
	t.Cleanup(xdg.Reload)
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, "")
	}
	xdg.Reload()
	if code, _, log := run(sample(new(string)), "--config", os.DevNull); code != OK {
		t.Errorf("code %d, %s", code, log)
	}
	if file := config.DefaultFile(); !strings.HasPrefix(file, me.HomeDir+"/") {
		t.Errorf("default configuration file: %s", file)
	}
}
