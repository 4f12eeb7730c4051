package main

import (
	"fmt"
	"path/filepath"

	"voiceflow/internal/disk"
	"voiceflow/internal/openfile"
	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
)

const (
	// reserve is how much a recording leaves free on a disk, in bytes, for completing
	// its files and for other programs.
	reserve = 4 << 20
	// leastSpace is how much a recording without limit needs to start, in bytes: five
	// minutes.
	leastSpace = 10 << 20
	// checkEvery is how many samples are written between two checks of the disk: 3 s or
	// 96 kB per file, far less than the reserve.
	checkEvery = 3 * audio.SampleRate
)

// space watches the disks that the recording's files grow on.
type space struct {
	files  []string // their names
	free   func(folder string) (bytes int64, known bool)
	unseen int64 // samples written since the last check
}

// diskFree returns how much the user may still write, if the file system reports it.
func diskFree(folder string) (bytes int64, known bool) {
	free, err := disk.Free(folder)
	return int64(min(free, 1<<62)), err == nil
}

// enough returns an error if there is no room for that many samples; 0 means no limit. It
// assumes that all files are on one disk, which they usually are.
func (s *space) enough(samples int64) error {
	need := int64(leastSpace)
	if samples > 0 {
		need = reserve + 2*samples*int64(len(s.files))
	}
	for _, file := range s.files {
		if free, known := s.free(onDisk(file)); known && free < need {
			return fmt.Errorf("%s: the recording needs %s and the disk has %s free; "+
				"make room, choose another disk, or record less with --max-duration", file, prose.Size(need), prose.Size(free))
		}
	}
	return nil
}

// wrote counts samples; every checkEvery samples, it returns an error if a disk is
// nearly full.
func (s *space) wrote(samples int) error {
	if s.unseen += int64(samples); s.unseen < checkEvery {
		return nil
	}
	s.unseen = 0
	for _, file := range s.files {
		if free, known := s.free(onDisk(file)); known && free < reserve {
			return fmt.Errorf("%s: stopped, because the disk is nearly full: %s free", file, prose.Size(free))
		}
	}
	return nil
}

// onDisk returns something on the disk of a file that may not exist yet.
func onDisk(file string) string {
	if openfile.IsOpenFile(file) { // its name is below /proc
		return file
	}
	return filepath.Dir(file)
}
