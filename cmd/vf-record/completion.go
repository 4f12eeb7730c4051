package main

// completionWords are the words of flags and arguments for shell completion; see
// cmdline.Command.
func completionWords() map[string][]string {
	return map[string][]string{
		"--standby":       {standbyOpen, standbyClosed},
		"--output-format": {formatPCM, formatJSONLines},
		"--cue":           {"print", "beep", "notify"},
	}
}
