package main

import "voiceflow/pkg/engine/models"

// completionWords are the words of flags and arguments for shell completion; see
// cmdline.Command.
func completionWords() map[string][]string {
	detectors := []string{}
	for _, m := range models.Known() {
		if m.Detector {
			detectors = append(detectors, m.Name)
		}
	}
	return map[string][]string{"--engine": {auto, builtin, silero}, "--vad-model": detectors, "--min-silence": {auto}}
}
