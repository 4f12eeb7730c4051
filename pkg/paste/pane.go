package paste

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// buffer is the name of the tmux buffer used for a paste and deleted afterwards.
const buffer = "voiceflow"

// tmux pastes into the active pane of the session that this program runs in, or
// of the one last used.
type tmux struct{ runner }

func openTmux(s Session) (Target, error) {
	path, err := s.LookPath("tmux")
	if err != nil {
		return nil, errors.New("tmux was not found: install the package tmux")
	}
	t := &tmux{runner{tool: tool{name: "tmux", replaces: true}, path: path}}
	if s.Getenv("TMUX") == "" {
		return nil, errors.New("TMUX is not set: run it within tmux")
	}
	return t, nil
}

// Deliver loads the buffer and pastes it, as a bracketed paste if the program in
// the pane asks for that, and adds no line break to the text.
func (t *tmux) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	if err := t.run(ctx, []string{"load-buffer", "-b", buffer, "-"}, text, text); err != nil {
		return Receipt{}, err
	}
	// -p brackets the paste, -r keeps line feeds, -d deletes the buffer.
	err := t.run(ctx, []string{"paste-buffer", "-p", "-r", "-d", "-b", buffer}, "", text)
	if ctx.Err() != nil {
		// Leave no buffer behind. An error means that there is none.
		_ = t.run(context.WithoutCancel(ctx), []string{"delete-buffer", "-b", buffer}, "", text)
	}
	return Receipt{Verified: err == nil}, err
}

// ScreenFile is the os.CreateTemp pattern for the file from which GNU screen
// reads a text.
const ScreenFile = "voiceflow-screen-*"

// screen pastes into the active window of GNU screen, which reads the text from
// a temporary file that only the user can read.
type screen struct{ runner }

func openScreen(s Session) (Target, error) {
	path, err := s.LookPath("screen")
	if err != nil {
		return nil, errors.New("screen was not found: install the package screen")
	}
	if s.Getenv("STY") == "" {
		return nil, errors.New("STY is not set: run it within screen")
	}
	return &screen{runner{tool: tool{name: "screen", replaces: true}, path: path}}, nil
}

func (t *screen) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	file, err := os.CreateTemp("", ScreenFile)
	if err != nil {
		return Receipt{}, err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return Receipt{}, fmt.Errorf("write the text for screen: %w", err)
	}
	// screen -X can return before its command is done. A query returns only when
	// it is answered, by which time the commands before it are done.
	for _, args := range [][]string{{"-X", "readreg", "v", file.Name()}, {"-X", "paste", "v"}, {"-Q", "title"}} {
		if err := t.run(ctx, args, "", text); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{Verified: true}, nil
}
