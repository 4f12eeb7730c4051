package paste

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// buffer is the name of the paste buffer that is used, and gone afterwards.
const buffer = "voiceflow"

// tmux pastes into the active pane of the session that this program runs in, or
// of the one used last.
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

// Deliver loads the buffer and pastes it: with the brackets of a paste, where
// the program in the pane asks for them, and with no line end but the text's.
func (t *tmux) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	if err := t.run(ctx, []string{"load-buffer", "-b", buffer, "-"}, text, text); err != nil {
		return Receipt{}, err
	}
	// -p brackets, -r keeps line feeds as they are, -d deletes the buffer.
	err := t.run(ctx, []string{"paste-buffer", "-p", "-r", "-d", "-b", buffer}, "", text)
	return Receipt{Verified: err == nil}, err
}

// ScreenFile is the name, as for os.CreateTemp, of the file that GNU screen reads
// a text from.
const ScreenFile = "voiceflow-screen-*"

// screen pastes into the active window of GNU screen. It reads the text from a
// file, which only the user can read and which is gone afterwards.
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
	// A command may be done after screen -X has returned, a query not before it
	// is answered, and then all before it is done.
	for _, args := range [][]string{{"-X", "readreg", "v", file.Name()}, {"-X", "paste", "v"}, {"-Q", "title"}} {
		if err := t.run(ctx, args, "", text); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{Verified: true}, nil
}
