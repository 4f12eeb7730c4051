package peer

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/config"
)

// DefaultSettings asks a program for its settings and their default values, with
// an empty configuration file and without VOICEFLOW_ variables.
func DefaultSettings(ctx context.Context, timeout time.Duration, path string) ([]config.Effective, error) {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "VOICEFLOW_") })
	out, err := run(ctx, timeout, env, path, "--config", os.DevNull, "--settings")
	if err != nil {
		return nil, err
	}
	settings, problems, err := Settings(out.Stdout)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s --settings: %w", path, err)
	case len(settings) == 0:
		messages := strings.Join(append(problems, LastMessage(out.Stderr)), " ")
		return nil, fmt.Errorf("%s --settings: exit code %d: %s", path, out.Code, messages)
	}
	return settings, nil
}
