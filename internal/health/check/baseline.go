package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// Baseline records how this machine performed when healthy, for one model on one
// device.
type Baseline struct {
	Model   string    `json:"model"`
	Device  string    `json:"device"`
	Version string    `json:"version"` // of the programs
	Time    time.Time `json:"time"`
	// Calibration is how long the machine took for a fixed computation.
	Calibration Calibration `json:"calibration"`
	// MemoryMB is the peak memory of vf-transcribe.
	MemoryMB float64 `json:"memory_mb"`
	// Recordings holds an entry per replayed recording, by name.
	Recordings map[string]RecordingBaseline `json:"recordings"`
}

// RecordingBaseline is the part of a Baseline about one recording.
type RecordingBaseline struct {
	// Seconds is the shortest processing time of each utterance, in the order of
	// the recording.
	Seconds []float64 `json:"seconds"`
	WER     float64   `json:"wer"` // word error rate, 0 to 1 or above
}

// BaselinePath returns the path of the baseline file in a state folder.
func BaselinePath(state string) string { return filepath.Join(state, "history", "baseline.json") }

// baselines is the content of that file: one baseline per model and device.
type baselines struct {
	Baselines []Baseline `json:"baselines"`
}

func readBaselines(path string) (baselines, error) {
	var all baselines
	data, err := openfile.ReadAll(path, 16<<20)
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

// LoadBaseline returns the baseline for a model on a device. Save repairs
// whatever causes an error here.
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
	return nil, fmt.Errorf("no baseline for %s on %s in %s", model, device, path)
}

// Save writes the baseline, replacing an older one for the same model and
// device. An unreadable file is overwritten.
func (b *Baseline) Save(path string) error {
	all, err := readBaselines(path)
	if err != nil {
		all = baselines{}
	}
	merged := []Baseline{*b}
	for _, old := range all.Baselines {
		if old.Model != b.Model || old.Device != b.Device {
			merged = append(merged, old)
		}
	}
	data, err := json.MarshalIndent(baselines{merged}, "", "  ")
	if err == nil {
		err = wholefile.Write(path, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	return nil
}
