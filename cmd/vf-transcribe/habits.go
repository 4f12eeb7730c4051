package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

// otherFlags are flags of whisper-cli and openai/whisper that vf-transcribe lacks,
// with what to use instead.
var otherFlags = map[string]string{
	"otxt": "use -f txt -o FOLDER", "output-txt": "use -f txt -o FOLDER",
	"ovtt": "use -f vtt -o FOLDER", "output-vtt": "use -f vtt -o FOLDER",
	"osrt": "use -f srt -o FOLDER", "output-srt": "use -f srt -o FOLDER",
	"olrc": "use -f lrc -o FOLDER", "output-lrc": "use -f lrc -o FOLDER",
	"ocsv": "use -f csv -o FOLDER", "output-csv": "use -f csv -o FOLDER",
	"oj": "use -f json -o FOLDER", "output-json": "use -f json -o FOLDER",
	"ojf": "use -f json -o FOLDER --word-timestamps", "output-json-full": "use -f json -o FOLDER --word-timestamps",
	"owts": "use -f lrc -o FOLDER --word-timestamps", "output-words": "use -f lrc -o FOLDER --word-timestamps",
	"of": namedAfter, "output-file": namedAfter,
	"file": "name the file without a flag",
	"nt":   "use -f text", "no-timestamps": "use -f text",
	"np": onlyTranscript, "no-prints": onlyTranscript, "pp": showsProgress, "print-progress": showsProgress,
	"p": "use -j NUMBER", "processors": "use -j NUMBER",
	"ng": "use --device cpu", "no-gpu": "use --device cpu", "dev": "use --device NUMBER",
	"dl": "use -l auto", "detect-language": "use -l auto",
	"nf": "use --temperature-inc 0", "no-fallback": "use --temperature-inc 0",
	"vad": "leave it out; only speech is decoded unless --no-vad is given",
	"et":  "use --compression-ratio-threshold", "entropy-thold": "use --compression-ratio-threshold",
	"logprob-thold": "use --logprob-threshold", "no-speech-thold": "use --no-speech-threshold",
	"fa": "leave it out", "flash-attn": "leave it out", "verbose": "use --log-level verbose", "task": "use --translate",
	"initial-prompt": "use --prompt", "initial_prompt": "use --prompt",
	"model-dir": "use -m FILE", "model_dir": "use -m FILE",
}

const (
	namedAfter     = "use -o FOLDER; transcripts are named after their recordings"
	onlyTranscript = "leave it out; standard output carries only the transcript"
	showsProgress  = "leave it out; progress is shown on a terminal"
)

// checkFormatNotFile catches whisper-cli's -f FILE: there -f names the input,
// here the format.
func checkFormatNotFile(c *cli.Context) error {
	name := c.String("output-format")
	info, err := os.Stat(name)
	isFile := err == nil && !info.IsDir()
	looksLikeFile := strings.ContainsRune(name, filepath.Separator) || len(filepath.Ext(name)) > 1
	if !isFile && !looksLikeFile {
		return nil
	}
	return fmt.Errorf("-f %s: -f is the output format; name files without a flag: vf-transcribe -f text %s", name, name)
}
