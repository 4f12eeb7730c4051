package dictation

import (
	"slices"
	"strings"
)

// The most utterances that can be scratched, and bytes of text that need not be forgotten.
// What is kept before the oldest of these utterances is more than any rule looks at.
const (
	maxUndos = 100
	maxBody  = 64 << 10
	minBody  = 4 << 10
	// fewUndos can be scratched however long they are.
	fewUndos = 8
)

// forget drops the beginning of a long text, which can no longer change.
func (d *Dictation) forget() {
	d.undos = slices.Delete(d.undos, 0, max(len(d.undos)-maxUndos, 0))
	if len(d.current.body) <= maxBody {
		return
	}
	first := max(len(d.undos)-fewUndos, 0)
	for first > 0 && d.reach(first-1) <= maxBody/2 {
		first--
	}
	d.undos = slices.Delete(d.undos, 0, first)
	d.dropFirst(cutBefore(d.current.body, len(d.current.body)-max(d.reach(0), minBody)))
}

// reach returns how many bytes of the text are needed to undo the utterances from the one
// with this index on.
func (d *Dictation) reach(index int) int {
	keep := len(d.current.body)
	for _, u := range d.undos[index:] {
		keep = min(keep, u.keep)
	}
	return len(d.current.body) - keep + minBody
}

// dropFirst drops the first n bytes of the text.
func (d *Dictation) dropFirst(n int) {
	if n == 0 {
		return
	}
	d.current.body = strings.Clone(d.current.body[n:])
	d.current.fixed = max(d.current.fixed-n, 0)
	for i := range d.undos {
		d.undos[i].keep -= n
		d.undos[i].text.fixed = max(d.undos[i].text.fixed-n, 0)
	}
}
