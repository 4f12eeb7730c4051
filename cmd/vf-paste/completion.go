package main

import (
	"voiceflow/pkg/dictation"
	"voiceflow/pkg/paste"
)

// completionWords are the words of flags and arguments for shell completion; see
// cmdline.Command.
func completionWords() map[string][]string {
	methods := []string{}
	for _, m := range paste.Methods() {
		methods = append(methods, m.Name)
	}
	languages := dictation.Languages()
	return map[string][]string{
		"--commands": languages, "--numbers": languages, "--method": methods,
		"--partial": {partialOff, partialType, partialNotify},
	}
}
