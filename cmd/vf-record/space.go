package main

import (
	"fmt"
	"path/filepath"

	"voiceflow/internal/disk"
	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
)

const (
	// spared is what a recording leaves free on a disk, for its own end and for
	// other programs.
	spared = 4 << 20
	// leastSpace is what a recording without limit needs to begin: five minutes.
	leastSpace = 10 << 20
	// checkEvery is how many samples are written between two looks at the disk:
	// 3 s, 96 kB a file, far less than is spared.
	checkEvery = 3 * audio.SampleRate
)

// space watches the disks that the recording's files grow on.
type space struct {
	files  []string // their names
	free   func(folder string) (bytes int64, known bool)
	unseen int64 // samples written since the last look
}

// diskFree is what the user may still write, where the file system tells.
func diskFree(folder string) (bytes int64, known bool) {
	free, err := disk.Free(folder)
	return int64(min(free, 1<<62)), err == nil
}

// enough is an error if there is no room for so many samples; 0 is without
// limit. All files count as if they were on one disk, which they mostly are.
func (s *space) enough(samples int64) error {
	need := int64(leastSpace)
	if samples > 0 {
		need = spared + 2*samples*int64(len(s.files))
	}
	for _, file := range s.files {
		if free, known := s.free(filepath.Dir(file)); known && free < need {
			return fmt.Errorf("%s: the recording needs %s and the disk has %s free; free some, choose another disk, or record less with --max-duration",
				file, prose.Size(need), prose.Size(free))
		}
	}
	return nil
}

// wrote counts samples; now and then it looks whether a disk is nearly full,
// which is an error.
func (s *space) wrote(samples int) error {
	if s.unseen += int64(samples); s.unseen < checkEvery {
		return nil
	}
	s.unseen = 0
	for _, file := range s.files {
		if free, known := s.free(filepath.Dir(file)); known && free < spared {
			return fmt.Errorf("%s: stopped, because the disk is nearly full: %s free", file, prose.Size(free))
		}
	}
	return nil
}
