package main

import (
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/limits"
	"voiceflow/pkg/whisper"
)

// allFlags are the program's flags in the groups of its help. A profile supplies
// the values of some that are not set.
func allFlags() []cli.Flag {
	return slices.Concat(inputFlags(), outputFlags(), transcriptFlags(), modelFlags(), decodingFlags(), limitFlags(),
		serverFlags())
}

// profiled is shown as the default of a flag that takes its value from the profile.
const profiled = "set by the profile"

func transcriptFlags() []cli.Flag {
	return cmdline.Group("Output",
		&cli.BoolFlag{Name: "word-timestamps", Usage: "include the start and end of each word"},
		&cli.BoolFlag{Name: "partial",
			Usage: "also write the text so far of utterances that go on, as vf-vad --partial sends them"},
		&cli.IntFlag{Name: "max-len", Aliases: []string{"ml"},
			Usage: "`N` maximum characters per segment; srt, vtt and lrc then show one segment each; 0 means no limit"},
		&cli.BoolFlag{Name: "split-on-word", Aliases: []string{"sow"},
			Usage: "with --max-len, end segments only between words"},
		&cli.BoolFlag{Name: "suppress-nst", Aliases: []string{"sns"},
			Usage: "drop sound notes, such as [Music] or (wind), from the transcripts of files as well"},
		&cli.BoolFlag{Name: "sound-notes", Usage: "keep sound notes in dictation too"},
		&cli.BoolFlag{Name: "keep-all",
			Usage: "keep all sound notes, and text the model probably made up during silence"},
	)
}

func modelFlags() []cli.Flag {
	return cmdline.Group("Model",
		&cli.StringFlag{Name: "profile", DefaultText: "speed",
			Usage: "`NAME` set of defaults: speed (base.en), balanced (large-v3-turbo) or accuracy (the same with beam search)"},
		&cli.StringFlag{Name: "model", Aliases: []string{"m"}, EnvVars: []string{"VOICEFLOW_MODEL"}, TakesFile: true,
			DefaultText: "the profile's model, or the demo model if that is not installed",
			Usage:       "`MODEL` ggml model: a name from vf-transcribe models list, or a file, such as ./FILE or FILE.bin"},
		&cli.StringFlag{Name: "fallback-model", TakesFile: true,
			Usage: "`MODEL` model to use if the chosen one is not installed"},
		&cli.StringFlag{Name: "device", Value: whisper.DeviceAuto,
			Usage: "`DEVICE` where to compute: auto, cpu, gpu, or a name or number from vf-transcribe devices"},
		&cli.BoolFlag{Name: "no-quantize", Usage: "on a CPU, use float16 weights as they are instead of a q8_0 copy"},
		blasFlag(),
		backendsFlag(),
	)
}

func decodingFlags() []cli.Flag {
	return cmdline.Group("Decoding",
		&cli.StringFlag{Name: "language", Aliases: []string{"l"}, Value: "en",
			Usage: "`CODE` spoken language, such as en, en-US or English; auto to detect it; en,es to choose between these"},
		&cli.BoolFlag{Name: "translate", Aliases: []string{"tr"}, Usage: "translate into English (multilingual models only)"},
		&cli.StringFlag{Name: "prompt", Usage: "`TEXT` names and spellings for the model to expect"},
		&cli.BoolFlag{Name: "no-vad", Usage: "decode whole files, including parts without speech"},
		&cli.IntFlag{Name: "beam-size", Aliases: []string{"bs"}, DefaultText: profiled,
			Usage: "`N` number of beams, 1 to 8; 1 decodes greedily"},
		&cli.IntFlag{Name: "best-of", Aliases: []string{"bo"}, Value: 5,
			Usage: "`N` number of candidates at temperatures above 0, 1 to 8"},
		&cli.Float64Flag{Name: "temperature", Aliases: []string{"tp"}, DefaultText: profiled,
			Usage: "`T` initial sampling temperature, 0 to 1; 0 picks the likeliest word"},
		&cli.Float64Flag{Name: "temperature-inc", Aliases: []string{"tpi"}, Value: 0.2,
			Usage: "`T` how much to raise the temperature after a failed attempt; 0 never retries"},
		&cli.StringFlag{Name: "audio-ctx", Aliases: []string{"ac"}, DefaultText: profiled,
			Usage: "`SIZE` encoder window: auto (fits the audio, full if in doubt), full, or a number of 20 ms frames"},
		&cli.DurationFlag{Name: "pack",
			DefaultText: "26s; 8.9s without OpenBLAS or for several languages; 30s with --audio-ctx full",
			Usage:       "`TIME` pack the speech of a file into windows of up to this length, 1s to 30s"},
		&cli.Float64Flag{Name: "no-speech-threshold", Aliases: []string{"nth"}, Value: whisper.DefaultNoSpeechThreshold,
			Usage: "`P` drop unlikely text if the probability of no speech is above this"},
		&cli.Float64Flag{Name: "logprob-threshold", Aliases: []string{"lpt"}, Value: whisper.DefaultLogprobThreshold,
			Usage: "`LOGPROB` treat text with a lower mean log probability as failed"},
		&cli.Float64Flag{Name: "compression-ratio-threshold", Value: whisper.DefaultCompressionRatioThreshold,
			Usage: "`RATIO` treat text that compresses better than this as repetition"},
	)
}

func limitFlags() []cli.Flag {
	return cmdline.Group("Limits",
		&cli.IntFlag{Name: "threads", Aliases: []string{"t"},
			DefaultText: "OMP_NUM_THREADS, or the processors divided among the jobs", Usage: "`N` threads per job"},
		&cli.IntFlag{Name: "jobs", Aliases: []string{"j"}, DefaultText: "the fastest for the files given",
			Usage: "`N` number of recognisers working in parallel"},
		&cli.IntFlag{Name: "queue", Value: 500, Usage: "`N` maximum number of waiting utterances; beyond it, reading pauses"},
		&cli.IntFlag{Name: "cpu-limit", Value: 0,
			Usage: "`PERCENT` maximum average CPU use, as a percentage of all processors; 0 means no limit"},
		&cli.IntFlag{Name: "memory-warn", Value: limits.MemoryWarning,
			Usage: "`MB` warn if memory use grows beyond the model by more than this; 0 never warns"},
		&cli.IntFlag{Name: "memory-limit", Value: limits.MemoryCritical,
			Usage: "`MB` reload the model if memory use grows by more than this, and stop if it happens again; 0 disables this"},
		&cli.IntFlag{Name: "refresh-every", DefaultText: profiled,
			Usage: "`N` restart a recogniser after this many transcriptions; 0 never does"},
		&cli.DurationFlag{Name: "cool-down", Value: 5 * time.Second,
			Usage: "`TIME` wait before reloading the model after three failures"},
	)
}
