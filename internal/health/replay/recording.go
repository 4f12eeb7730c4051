package replay

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/internal/openfile"
)

// Recording is a WAV file with its words.
type Recording struct {
	Name       string   // file name without folder and ".wav"
	Path       string   // path of the WAV file
	Utterances []string // the words of each utterance
}

// Recordings returns the recordings in files and folders: each NAME.wav, with its
// words in NAME.txt (or NAME.wav.txt) next to it, one utterance per line.
func Recordings(paths []string) ([]Recording, error) {
	var found []Recording
	for _, path := range paths {
		files := []string{path}
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("recording: %w", err)
		}
		if info.IsDir() {
			if files, err = Files(path, isWAV); err != nil {
				return nil, fmt.Errorf("recordings: %w", err)
			}
			if len(files) == 0 {
				return nil, fmt.Errorf("no *.wav in the folder %s", path)
			}
		}
		for _, file := range files {
			r, err := open(file)
			if err != nil {
				return nil, err
			}
			found = append(found, r)
		}
	}
	return found, nil
}

func isWAV(name string) bool { return strings.EqualFold(filepath.Ext(name), ".wav") }

// Files returns the sorted paths of the files in a folder whose names match.
func Files(folder string, match func(name string) bool) ([]string, error) {
	entries, err := os.ReadDir(folder) // not Glob: the folder's name may contain a [
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && match(e.Name()) {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files, nil
}

// maxText is the maximum length of the text of a recording, in bytes.
const maxText = 4 << 20

func open(wav string) (Recording, error) {
	base := wav
	if isWAV(wav) {
		base = strings.TrimSuffix(wav, filepath.Ext(wav))
	}
	text, err := openfile.ReadAll(base+".txt", maxText)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = openfile.ReadAll(wav+".txt", maxText)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Recording{}, fmt.Errorf("%s has no text; write its words to %s.txt, one utterance per line", wav, base)
	}
	if err != nil {
		return Recording{}, fmt.Errorf("%s: %w", wav, err)
	}
	r := Recording{Name: filepath.Base(base), Path: wav}
	for _, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			r.Utterances = append(r.Utterances, line)
		}
	}
	return r, nil
}
