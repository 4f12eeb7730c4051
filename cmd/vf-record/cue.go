package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/paste/notify"
)

// giveCue signals that recording has started. A beep is only the terminal's bell,
// because a sound played here would end up in the recording. A desktop that is slow to
// show a notification delays nothing but the end, when the caller waits for shown.
func giveCue(env *cmdline.Env, cue string, shown *sync.WaitGroup) {
	stderr := env.Stderr
	switch cue {
	case "notify":
		shown.Go(func() {
			if err := showCue(); err != nil {
				env.Log.Warn().Msg(err.Error())
			}
		})
	case "print":
		fmt.Fprintln(stderr, "recording")
	case "beep":
		if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
			defer tty.Close()
			fmt.Fprint(tty, "\a")
		} else if cmdline.IsTerminal(stderr) {
			fmt.Fprint(stderr, "\a")
		}
	}
}

func showCue() error {
	bubble, err := notify.Open()
	if err != nil {
		return err
	}
	defer bubble.Close()
	return bubble.Show(context.Background(), "dictation", "listening", false)
}
