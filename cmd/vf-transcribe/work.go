package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/filelist"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/whisper"
)

// work is what there is to transcribe.
type work struct {
	stream   bool            // standard input, and nothing else
	files    []filelist.File // to be done here
	all      []filelist.File // those, and those that other shards do
	problems []*filelist.Problem
}

func inputFlags() []cli.Flag {
	return cmdline.Group("Input",
		&cli.BoolFlag{Name: "recursive", Aliases: []string{"r"}, Usage: "transcribe the audio and video files in folders, too"},
		&cli.StringFlag{Name: "files-from", TakesFile: true, Usage: "transcribe the files that `LIST` names, a name a line; - is standard input"},
		&cli.StringFlag{Name: "files0-from", TakesFile: true, Usage: "the same with a NUL after each name, as find -print0 writes them"},
		&cli.IntFlag{Name: "channel", Usage: "transcribe only channel `N` of the audio, counted from 1; 0: the mean of all"},
		&cli.IntFlag{Name: "track", DefaultText: "the first", Usage: "transcribe audio track `N` of files with several, such as films, counted from 1"},
		&cli.StringFlag{Name: "shard", Usage: "do only a `PART` of the files: 2/8, or auto for the one of this Slurm array task, Kubernetes Job index or (auto/8) GNU parallel job"},
	)
}

// onlyStdin reports whether the command line names neither files nor a list.
func onlyStdin(c *cli.Context) bool {
	listed := c.String("files-from") != "" || c.String("files0-from") != ""
	return !listed && (c.NArg() == 0 || c.NArg() == 1 && c.Args().First() == "-")
}

// commandMeant is an error where the arguments name no file that is there, but
// are like a command.
func commandMeant(env *cmdline.Env, args []string) error {
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
			return nil, errors.New("--shard is for files; name them, or a folder with -r")
		}
		return &work{stream: true}, nil
	}
	if err := commandMeant(env, args); err != nil {
		return nil, err
	}
	found, err := filelist.Find(filelist.Source{
		Args: args, Recursive: c.Bool("recursive"),
		FilesFrom: c.String("files-from"), Files0From: c.String("files0-from"), Stdin: env.Stdin,
	})
	if err != nil {
		return nil, err
	}
	if passed := found.PassedOver.String(); passed != "" {
		env.Log.Info().Msgf("passed over in folders: %s; name a file to transcribe it whatever its ending", passed)
	}
	w := &work{problems: found.Problems, all: found.Files}
	for _, file := range found.Files {
		if file.Name == "-" {
			return nil, errors.New("- is standard input, and cannot be named beside files")
		}
		if shard.Has(file.Name) {
			w.files = append(w.files, file)
		}
	}
	return w, nil
}

// windows tells whether there may be at least so many windows to decode, by the
// number and the sizes of the files.
func (w *work) windows(enough int) bool {
	// A window of 30 s as PCM; other formats are smaller, and this errs towards
	// too few.
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
