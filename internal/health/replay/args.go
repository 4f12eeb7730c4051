package replay

import (
	"fmt"
	"strconv"
)

// The arguments below override the user's configuration for the microphone, files
// and windows, so that each recording goes through the pipeline whole and comes
// out as records. Above all, a replay must not --toggle a running dictation.

func recordArgs(wav string, realtime bool) []string {
	return []string{
		"--input", wav, fmt.Sprintf("--realtime=%t", realtime), "--output", "-",
		"--list-devices=false", "--check=false", "--json=false", "--toggle=false", "--armed=false", "--output-format=pcm",
		"--max-duration=0s", "--until-silence=0s", "--cue=none", "--meter=false",
	}
}

func vadArgs() []string {
	return []string{"--raw=false", "--events=false", "--stats=false", "--calibrate=false"}
}

func pasteArgs() []string {
	return []string{"--method", "stdout", "--exec=", "--final-newline=false", "--report=false", "--notify=false",
		"--partial=off", "--history=0"}
}

func (p Pipeline) transcribeArgs() []string {
	args := []string{
		"--output-format", "jsonl", "--output-dir=", "--beside=false", "--skip-existing=false",
		"--files-from=", "--files0-from=", "--recursive=false", "--shard=",
	}
	if p.Model != "" {
		args = append(args, "--model", p.Model)
	}
	if p.Device != "" {
		args = append(args, "--device", p.Device)
	}
	if p.Connect != "" {
		args = append(args, "--connect", p.Connect)
	}
	if p.Threads > 0 {
		args = append(args, "--threads", strconv.Itoa(p.Threads))
	}
	return args
}
