package filelist

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// OwnPrefix begins the names of hidden files and folders that VoiceFlow itself
// leaves in folders. They are not counted as passed over.
const OwnPrefix = ".voiceflow"

// PassedOver counts, by their kind, what was in folders and is not among the
// files: by ending (".txt"), or in words ("hidden").
type PassedOver map[string]int

// The kinds that are no ending.
const (
	hidden      = "hidden"
	noEnding    = "without an ending"
	otherEnding = "with an unusual ending"
	linkFolder  = "link to a folder"
	noFile      = "pipe or device"
)

// maxKinds is how many kinds String names, and maxEnding the longest ending,
// in bytes, that is one.
const (
	maxKinds  = 8
	maxEnding = 10
)

func (p PassedOver) add(kind string) { p[kind]++ }

func (p PassedOver) merge(other PassedOver) {
	for kind, n := range other {
		p[kind] += n
	}
}

// String lists the kinds in one line, the most frequent first: "3 .txt, 1
// hidden"; empty: nothing was passed over.
func (p PassedOver) String() string {
	kinds := slices.SortedFunc(maps.Keys(p), func(a, b string) int {
		return cmp.Or(cmp.Compare(p[b], p[a]), cmp.Compare(a, b))
	})
	var parts []string
	others := 0
	for i, kind := range kinds {
		if i < maxKinds {
			parts = append(parts, fmt.Sprintf("%d %s", p[kind], kind))
		} else {
			others += p[kind]
		}
	}
	if others > 0 {
		parts = append(parts, fmt.Sprintf("%d others", others))
	}
	return strings.Join(parts, ", ")
}

// ending is the kind of a file that has none of the endings.
func ending(path string) string {
	ext := strings.ToLower(filepath.Ext(path))
	plain := !strings.ContainsFunc(ext, func(r rune) bool { return r <= ' ' || r >= 0x7f })
	switch {
	case ext == "" || ext == ".":
		return noEnding
	case !plain || len(ext) > maxEnding:
		return otherEnding
	}
	return ext
}

// special is the kind of what is neither a file nor a folder.
func special(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return linkFolder
	}
	return noFile
}
