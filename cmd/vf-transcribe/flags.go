package main

import (
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/limits"
	"voiceflow/pkg/whisper"
)

// allFlags are the program's, in the groups of its help. A profile gives the values
// of those that are not set.
func allFlags() []cli.Flag {
	return slices.Concat(inputFlags(), outputFlags(), transcriptFlags(), modelFlags(), decodingFlags(), limitFlags())
}

// profiled stands for the default of a flag that the profile gives a value.
const profiled = "the profile's"

func transcriptFlags() []cli.Flag {
	return cmdline.Group("Output",
		&cli.BoolFlag{Name: "word-timestamps", Usage: "give the time of each word"},
		&cli.IntFlag{Name: "max-len", Aliases: []string{"ml"}, Usage: "`CHARACTERS` in a segment at most; srt, vtt and lrc then have a segment each, and no layout of their own"},
		&cli.BoolFlag{Name: "split-on-word", Aliases: []string{"sow"}, Usage: "with --max-len, end segments between words only"},
		&cli.BoolFlag{Name: "suppress-nst", Aliases: []string{"sns"}, Usage: "in files, too, leave out what is only a note on a sound, such as [Music] or (wind)"},
		&cli.BoolFlag{Name: "sound-notes", Usage: "in dictation, too, keep what is only a note on a sound"},
		&cli.BoolFlag{Name: "keep-all", Usage: "keep what the model seems to have made up where nobody speaks, and all notes on sounds"},
	)
}

func modelFlags() []cli.Flag {
	return cmdline.Group("Model",
		&cli.StringFlag{Name: "profile", DefaultText: "speed",
			Usage: "settings for a `PURPOSE`: speed (base.en), balanced (large-v3-turbo) or accuracy (the same with beam search)"},
		&cli.StringFlag{Name: "model", Aliases: []string{"m"}, EnvVars: []string{"VOICEFLOW_MODEL"}, TakesFile: true,
			DefaultText: "the profile's, else the demo model that comes with the programs", Usage: "ggml model `FILE`, or the name of one that vf-transcribe models pull got"},
		&cli.StringFlag{Name: "fallback-model", TakesFile: true, Usage: "`FILE` or name of a model to use where the profile's is not installed"},
		&cli.StringFlag{Name: "device", Value: whisper.DeviceAuto, Usage: "`DEVICE` to compute on: auto, cpu, gpu, or a name or number that vf-transcribe devices shows"},
		&cli.BoolFlag{Name: "no-quantize", Usage: "on the processor, use a model's float16 weights as they are, not a q8_0 copy"},
		blasFlag(),
		backendsFlag(),
	)
}

func decodingFlags() []cli.Flag {
	return cmdline.Group("Decoding",
		&cli.StringFlag{Name: "language", Aliases: []string{"l"}, Value: "en",
			Usage: "language `CODE` of the speech (en, or en-US, English), auto to find it out, or several with commas between them to choose from"},
		&cli.BoolFlag{Name: "translate", Aliases: []string{"tr"}, Usage: "translate into English (multilingual models)"},
		&cli.StringFlag{Name: "prompt", Usage: "`TEXT` the model takes as said before: names, spelling"},
		&cli.BoolFlag{Name: "no-vad", Usage: "decode all of a file, also where nobody speaks"},
		&cli.IntFlag{Name: "beam-size", Aliases: []string{"bs"}, DefaultText: profiled, Usage: "`NUMBER` of beams searched, 1 to 8; 1 is greedy"},
		&cli.IntFlag{Name: "best-of", Aliases: []string{"bo"}, Value: 5, Usage: "`NUMBER` of texts drawn at a temperature above 0, 1 to 8"},
		&cli.Float64Flag{Name: "temperature", Aliases: []string{"tp"}, DefaultText: profiled, Usage: "`TEMPERATURE` of the first try, 0 to 1; 0 takes the likeliest word"},
		&cli.Float64Flag{Name: "temperature-inc", Aliases: []string{"tpi"}, Value: 0.2, Usage: "`STEP` to a higher temperature after a failure; 0 tries once"},
		&cli.StringFlag{Name: "audio-ctx", Aliases: []string{"ac"}, DefaultText: profiled,
			Usage: "encoder `WINDOW`: auto (fitted to the audio, full when in doubt), full, or a number of 20 ms frames for audio that fits"},
		&cli.DurationFlag{Name: "pack", DefaultText: "26s; 8.9s where windows come in steps of 5s or several languages are named; 30s with --audio-ctx full", Usage: "pack a file's speech into windows of up to this `TIME`, 1s to 30s"},
		&cli.Float64Flag{Name: "no-speech-threshold", Aliases: []string{"nth"}, Value: whisper.DefaultNoSpeechThreshold, Usage: "`PROBABILITY` of no speech above which unlikely text is dropped"},
		&cli.Float64Flag{Name: "logprob-threshold", Aliases: []string{"lpt"}, Value: whisper.DefaultLogprobThreshold, Usage: "mean log `PROBABILITY` below which a text is a failure"},
		&cli.Float64Flag{Name: "compression-ratio-threshold", Value: whisper.DefaultCompressionRatioThreshold, Usage: "`RATIO` of compression above which a text is a repetition"},
	)
}

func limitFlags() []cli.Flag {
	return cmdline.Group("Limits",
		&cli.IntFlag{Name: "threads", Aliases: []string{"t"}, DefaultText: "OMP_NUM_THREADS, else the processors shared out among the jobs",
			Usage: "`NUMBER` of threads for each job"},
		&cli.IntFlag{Name: "jobs", Aliases: []string{"j"}, DefaultText: "what is fastest for the files given", Usage: "`NUMBER` of recognisers that work at the same time"},
		&cli.IntFlag{Name: "queue", Value: 500, Usage: "`NUMBER` of utterances that may wait before the input has to"},
		&cli.IntFlag{Name: "cpu-limit", Value: 0, Usage: "`PERCENT` of all processors to use at most, on average; 0 is no limit"},
		&cli.IntFlag{Name: "memory-warn", Value: limits.MemoryWarning, Usage: "warn when the process has grown by so many `MB` beyond its model; 0 never"},
		&cli.IntFlag{Name: "memory-limit", Value: limits.MemoryCritical, Usage: "load the model again, then stop, when it has grown by so many `MB`; 0 never"},
		&cli.IntFlag{Name: "refresh-every", DefaultText: profiled, Usage: "start a recogniser anew after this `NUMBER` of transcriptions; 0 never"},
		&cli.DurationFlag{Name: "cool-down", Value: 5 * time.Second, Usage: "`TIME` to wait before the model is loaded again after three failures"},
	)
}
