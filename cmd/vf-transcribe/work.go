package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/filelist"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/whisper"
)

// work is what to transcribe.
type work struct {
	stream   bool            // only standard input
	files    []filelist.File // of this shard
	all      []filelist.File // of all shards
	problems []*filelist.Problem
}

func inputFlags() []cli.Flag {
	return cmdline.Group("Input",
		&cli.BoolFlag{Name: "recursive", Aliases: []string{"r"},
			Usage: "transcribe the audio and video files in folders and their subfolders"},
		&cli.StringFlag{Name: "files-from", TakesFile: true,
			Usage: "`LIST` transcribe the files named in LIST, one per line; - is standard input"},
		&cli.StringFlag{Name: "files0-from", TakesFile: true,
			Usage: "`LIST` the same with NUL-terminated names, as written by find -print0"},
		&cli.IntFlag{Name: "channel", Usage: "`N` transcribe only channel N, counted from 1; 0 mixes all channels"},
		&cli.IntFlag{Name: "track", DefaultText: "the first",
			Usage: "`N` transcribe audio track N, counted from 1, of files with several, such as films"},
		&cli.IntFlag{Name: "max-hours", Value: int(input.DefaultMaxDuration / time.Hour),
			Usage: "`HOURS` refuse files with more audio than this"},
		&cli.StringFlag{Name: "shard",
			Usage: "`PART` transcribe only this part of the files: 2/8, auto in a Slurm array or an indexed Kubernetes Job, " +
				"or auto/8 under GNU parallel"},
	)
}

// onlyStdin reports whether the command line names neither files nor a list.
func onlyStdin(c *cli.Context) bool {
	listed := c.String("files-from") != "" || c.String("files0-from") != ""
	return !listed && (c.NArg() == 0 || c.NArg() == 1 && c.Args().First() == "-")
}

// checkMistypedCommand returns an error if the arguments name no existing file but
// resemble a command.
func checkMistypedCommand(env *cmdline.Env, args []string) error {
	for _, arg := range args {
		if _, err := os.Lstat(arg); err == nil {
			return nil
		}
	}
	if like := env.LikeCommand(args); like != "" {
		return fmt.Errorf("%s: no such file; did you mean %s?", args[0], like)
	}
	return nil
}

func readWork(env *cmdline.Env, c *cli.Context) (*work, error) {
	args := c.Args().Slice()
	shard := filelist.Shard{}
	if c.String("shard") != "" {
		var err error
		if shard, err = filelist.ParseShard(c.String("shard"), os.Getenv); err != nil {
			return nil, err
		}
	}
	if onlyStdin(c) {
		if c.String("shard") != "" {
			return nil, errors.New("--shard needs input files; name some, or a folder with -r")
		}
		return &work{stream: true}, nil
	}
	if err := checkMistypedCommand(env, args); err != nil {
		return nil, err
	}
	found, err := filelist.Find(filelist.Source{
		Args: args, Recursive: c.Bool("recursive"),
		FilesFrom: c.String("files-from"), Files0From: c.String("files0-from"), Stdin: env.Stdin,
	})
	if err != nil {
		return nil, err
	}
	if ignored := found.PassedOver.String(); ignored != "" {
		env.Log.Info().Msgf("ignored in folders: %s; name a file to transcribe it whatever its extension", ignored)
	}
	w := &work{problems: found.Problems, all: found.Files}
	for _, file := range found.Files {
		if file.Name == "-" {
			return nil, errors.New("- is standard input and cannot be combined with files")
		}
		if shard.Has(file.Name) {
			w.files = append(w.files, file)
		}
	}
	return w, nil
}

// hasWindows reports whether the number and sizes of the files suggest at least that
// many windows to decode.
func (w *work) hasWindows(enough int) bool {
	// A window of 30 s as PCM; other formats are smaller, so the estimate is low.
	const windowBytes = whisper.WindowSeconds * audio.SampleRate * 2
	n := int64(len(w.files))
	for _, file := range w.files {
		if n >= int64(enough) {
			return true
		}
		if info, err := os.Stat(file.Name); err == nil {
			n += info.Size() / windowBytes
		}
	}
	return n >= int64(enough)
}
