package paste

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Keep saves undelivered text to a new file in a folder and returns its path.
// Only the user can read the file. It refuses a folder in which others could
// remove the file.
func Keep(folder, text string) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("save the text: %w", err)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm()&0o022 != 0 {
		return "", fmt.Errorf("save the text: %w", cmp.Or(err, fmt.Errorf("other users can write to %s", folder)))
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
		_ = os.Remove(file.Name()) // a part of the text, when the disk is full
		return "", fmt.Errorf("save the text to %s: %w", file.Name(), err)
	}
	path, err := filepath.Abs(file.Name())
	if err != nil {
		return file.Name(), nil
	}
	return path, nil
}
