package paste

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Keep saves undelivered text to a new file in a folder and returns its path.
// Only the user can read the file.
func Keep(folder, text string) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("save the text: %w", err)
	}
	file, err := os.CreateTemp(folder, time.Now().Format("2006-01-02T15-04-05-")+"*.txt")
	if err != nil {
		return "", fmt.Errorf("save the text: %w", err)
	}
	_, err = file.WriteString(text + "\n")
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", fmt.Errorf("save the text to %s: %w", file.Name(), err)
	}
	path, err := filepath.Abs(file.Name())
	if err != nil {
		return file.Name(), nil
	}
	return path, nil
}
