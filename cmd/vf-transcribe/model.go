package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// bundledModel is the file of the model that comes with the programs.
const bundledModel = "vf-demo.en.bin"

// modelPath is the model to use: the configured one or, with none configured,
// the bundled one, which lies beside the programs in a checkout and under
// share/voiceflow after an installation.
func modelPath(configured string) (path string, bundled bool, err error) {
	if configured != "" {
		return configured, false, nil
	}
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return "", false, fmt.Errorf("no model is configured and the programs' place is unknown: %w; name a ggml model file with -m", err)
	}
	prefix := filepath.Dir(filepath.Dir(program))
	for _, folder := range []string{"testdata/model", "share/voiceflow"} {
		path := filepath.Join(prefix, folder, bundledModel)
		if _, err := os.Stat(path); err == nil {
			return path, true, nil
		}
	}
	return "", false, errors.New("no model is configured and none came with the programs; name a ggml model file with -m or VOICEFLOW_MODEL")
}
