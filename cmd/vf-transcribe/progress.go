package main

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"voiceflow/internal/tool"
)

// progress shows a person how far the files are: on a terminal that gets no
// other output.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(env *tool.Env, files int) *progress {
	if files < 2 || !tool.IsTerminal(env.Stderr) || tool.IsTerminal(env.Stdout) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions(files,
		progressbar.OptionSetWriter(env.Stderr),
		progressbar.OptionSetDescription("transcribing"),
		progressbar.OptionShowCount(),
		progressbar.OptionSetItsString("files"),
		progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(env.Stderr) }),
	)}
}

// step counts a file.
func (p *progress) step() {
	if p.bar != nil {
		_ = p.bar.Add(1) // a terminal that is gone is no reason to stop
	}
}

// clear makes room for a line of the log.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
