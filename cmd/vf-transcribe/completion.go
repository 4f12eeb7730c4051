package main

import (
	"slices"

	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/format"
	"voiceflow/pkg/whisper"
)

// completionWords are the words of flags and arguments for shell completion; see
// cmdline.Command.
func completionWords() map[string][]string {
	var names, recognisers []string
	for _, m := range models.Known() {
		names = append(names, m.Name)
		if !m.Detector {
			recognisers = append(recognisers, m.Name)
		}
	}
	var profiles []string
	for _, p := range engine.Profiles() {
		profiles = append(profiles, p.Name)
	}
	return map[string][]string{
		"--output-format":  slices.Concat([]string{plainText}, format.Names(), []string{allFormats}),
		"--profile":        profiles,
		"--model":          recognisers,
		"--fallback-model": recognisers,
		"--device":         {whisper.DeviceAuto, whisper.DeviceCPU, whisper.DeviceGPU},
		"--blas":           {whisper.BLASAuto, whisper.BLASOn, whisper.BLASOff},
		"--language":       {"auto"},
		"--audio-ctx":      {"auto", "full"},
		"--shard":          {"auto"},
		"--connect":        {"auto"},
		"models pull":      names,
		"models path":      names,
		"models verify":    names,
	}
}
