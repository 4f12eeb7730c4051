package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"voiceflow/internal/wholefile"
)

// Baseline is what this machine did when it was well, with a model on a device.
type Baseline struct {
	Model   string    `json:"model"`
	Device  string    `json:"device"`
	Version string    `json:"version"` // of the programs
	Time    time.Time `json:"time"`
	// Calibration is what the machine itself took for a fixed computation.
	Calibration Calibration `json:"calibration"`
	// MemoryMB is the most that vf-transcribe had in memory.
	MemoryMB float64 `json:"memory_mb"`
	// Recordings are those that were replayed, by name.
	Recordings map[string]RecordingBaseline `json:"recordings"`
}

// RecordingBaseline is a Baseline's part about a recording.
type RecordingBaseline struct {
	// Seconds are the shortest times from an utterance to its text, by its
	// number in the recording.
	Seconds []float64 `json:"seconds"`
	WER     float64   `json:"wer"` // of 1
}

// BaselinePath is the file of baselines in a state folder.
func BaselinePath(state string) string { return filepath.Join(state, "history", "baseline.json") }

// baselines is that file: one for each model and device.
type baselines struct {
	Baselines []Baseline `json:"baselines"`
}

func readBaselines(path string) (baselines, error) {
	var all baselines
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, fmt.Errorf("baseline: %w", err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return all, fmt.Errorf("baseline %s: %w", path, err)
	}
	return all, nil
}

// LoadBaseline finds the baseline for a model on a device. Whatever is wrong
// with it, Save mends it.
func LoadBaseline(path, model, device string) (*Baseline, error) {
	all, err := readBaselines(path)
	if err != nil {
		return nil, err
	}
	for i, b := range all.Baselines {
		if b.Model == model && b.Device == device {
			return &all.Baselines[i], nil
		}
	}
	return nil, fmt.Errorf("there is no baseline for %s on %s in %s", model, device, path)
}

// Save puts the baseline in the place of an older one for the same model and
// device. A file that cannot be read is replaced.
func (b *Baseline) Save(path string) error {
	all, err := readBaselines(path)
	if err != nil {
		all = baselines{}
	}
	kept := []Baseline{*b}
	for _, old := range all.Baselines {
		if old.Model != b.Model || old.Device != b.Device {
			kept = append(kept, old)
		}
	}
	data, err := json.MarshalIndent(baselines{kept}, "", "  ")
	if err == nil {
		err = wholefile.Write(path, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	return nil
}
