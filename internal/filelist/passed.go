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

// OwnPrefix is the prefix of hidden files and folders that VoiceFlow itself
// creates. They are not counted in PassedOver.
const OwnPrefix = ".voiceflow"

// PassedOver counts the entries of folders that are not transcribed, by kind: the
// extension (".txt") or a description ("hidden").
type PassedOver map[string]int

// Kinds that are not extensions.
const (
	hidden         = "hidden"
	noExtension    = "without an extension"
	otherExtension = "with an unusual extension"
	linkFolder     = "link to a folder"
	notFile        = "pipe or device"
)

// maxKinds is the number of kinds that String names, and maxExtension the length of
// the longest extension to name, in bytes.
const (
	maxKinds     = 8
	maxExtension = 10
)

func (p PassedOver) add(kind string) { p[kind]++ }

func (p PassedOver) merge(other PassedOver) {
	for kind, n := range other {
		p[kind] += n
	}
}

// String lists the kinds in one line, most frequent first: "3 .txt, 1 hidden". It
// is empty if nothing was passed over.
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

// extension returns the kind of a file that is not audio or video.
func extension(path string) string {
	ext := strings.ToLower(filepath.Ext(path))
	plain := !strings.ContainsFunc(ext, func(r rune) bool { return r <= ' ' || r >= 0x7f })
	switch {
	case ext == "" || ext == ".":
		return noExtension
	case !plain || len(ext) > maxExtension:
		return otherExtension
	}
	return ext
}

// special returns the kind of an entry that is neither a file nor a folder.
func special(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return linkFolder
	}
	return notFile
}
