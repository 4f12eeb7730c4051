package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
)

func stateFolder() string { return filepath.Join(xdg.StateHome, config.FolderName) }

// logFolder is where the programs log to with the configuration from config init.
func logFolder() string { return filepath.Join(stateFolder(), "log") }

// logsInForce returns the folder of the programs' logs: the folder of --log-file, set
// by flag, environment or file, or else logFolder.
func logsInForce(c *cli.Context) string {
	named := c.String("log-file")
	if named == "" {
		named = fromFile(c, "log-file")
	}
	info, err := os.Stat(named)
	if strings.HasSuffix(named, "/") || err == nil && info.IsDir() {
		return filepath.Clean(named)
	}
	return logFolder()
}

// fromFile returns a vf-health setting from the configuration file, or "". It is for
// commands that must also work with a broken file, and reports no mistakes.
func fromFile(c *cli.Context, key string) (value string) {
	path, named := c.String("config"), c.IsSet("config")
	if !named {
		path = config.DefaultFile()
	}
	place, err := config.NewPlace(path, os.Getenv("VOICEFLOW_ENV"))
	if err != nil {
		return ""
	}
	settings, err := place.Load()
	if err != nil && !named {
		if good, found := config.DefaultStore().LastGood("vf-health", place); found {
			settings, _ = good.Load()
		}
	}
	for _, s := range settings {
		atTop := s.Section == "" && key == "log-file"
		if s.Key == key && (atTop || s.Section == "health") && len(s.Values) == 1 {
			value = s.Values[0] // the last one wins
		}
	}
	if expanded, err := config.ExpandHome(value); err == nil {
		return expanded // only paths begin with ~
	}
	return value
}

// historyFolder contains the results of checks.
func historyFolder() string { return filepath.Join(stateFolder(), "history") }

func configFolder() string { return filepath.Dir(config.DefaultFile()) }
