package main

import (
	"path/filepath"

	"github.com/adrg/xdg"

	"voiceflow/pkg/config"
)

func stateFolder() string { return filepath.Join(xdg.StateHome, config.FolderName) }

// logFolder is where the programs log to by the configuration that config init
// writes, and where their logs are looked for.
func logFolder() string { return filepath.Join(stateFolder(), "log") }

// historyFolder has the results of checks.
func historyFolder() string { return filepath.Join(stateFolder(), "history") }

func configFolder() string { return filepath.Dir(config.DefaultFile()) }
