package paste_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"voiceflow/pkg/paste"
)

// deliver delivers one text.
func deliver(ctx context.Context, c *paste.Chain, text string) error {
	_, err := c.Deliver(ctx, func(paste.Method) string { return text })
	return err
}

func readFile(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
