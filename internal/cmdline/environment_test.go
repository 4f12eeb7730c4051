package cmdline

import (
	"os"
	"os/user"
	"path/filepath"
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

// Relative folders in the environment do not lead to a configuration or to models
// that somebody planted in the current folder.
func TestRelativeFolders(t *testing.T) {
	me, err := user.Current()
	if err != nil || me.HomeDir == "" {
		t.Skip("this user has no home")
	}
	for _, value := range []string{".", "..", "tmp", "./here", "home/../x"} {
		t.Run(value, func(t *testing.T) {
			t.Cleanup(xdg.Reload)
			names := []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}
			for _, name := range names {
				t.Setenv(name, value)
			}
			t.Chdir(t.TempDir())
			xdg.Reload()
			if code, _, log := run(sample(new(string)), "--config", os.DevNull); code != OK {
				t.Errorf("code %d, %s", code, log)
			}
			for _, folder := range []string{xdg.ConfigHome, xdg.StateHome, xdg.DataHome, xdg.CacheHome} {
				if !strings.HasPrefix(folder, me.HomeDir) || folder == "" {
					t.Errorf("%q is not in %s", folder, me.HomeDir)
				}
			}
			for _, name := range names {
				if got, set := os.LookupEnv(name); set && !filepath.IsAbs(got) {
					t.Errorf("children get %s=%s", name, got)
				}
			}
		})
	}
	t.Run("expanded", func(t *testing.T) {
		t.Cleanup(xdg.Reload)
		home := t.TempDir()
		t.Setenv("HOME", home)
		t.Setenv("XDG_DATA_HOME", "~/data")
		t.Setenv("XDG_STATE_HOME", "$HOME/state")
		xdg.Reload()
		run(sample(new(string)), "--config", os.DevNull)
		if xdg.DataHome != filepath.Join(home, "data") || xdg.StateHome != filepath.Join(home, "state") {
			t.Errorf("%s, %s", xdg.DataHome, xdg.StateHome)
		}
	})
}
