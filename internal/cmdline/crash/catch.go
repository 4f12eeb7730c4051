//go:build cgo

package crash

/*
#cgo CFLAGS: -D_GNU_SOURCE
#cgo linux LDFLAGS: -ldl
#include "catch.h"
*/
import "C"

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"syscall"
)

// pipe leads from the handlers to [Catch]. It stays open until the process ends.
var pipe = sync.OnceValue(func() (ends [2]*os.File) {
	r, w, err := os.Pipe()
	if err == nil {
		ends = [2]*os.File{r, w}
	}
	return ends
})

// ended is vf_crash in C.
type ended struct {
	Kind, Detail int32
	PC           uint64
	Text         [256]byte
}

// Catch makes a library that ends the process call report with the reason, on a
// goroutine of its own. Report must end the process. If it cannot do so in 3 s, line is
// written to standard error and the process ends with code. Release ends all that.
func Catch(code int, line string, report func(reason string)) (release func()) {
	r, w := pipe()[0], pipe()[1]
	if r == nil {
		return func() {} // short of descriptors: libraries end the process as they like
	}
	var catcher C.struct_vf_catcher
	from, to := goCode()
	catcher.pipe, catcher.code = C.int(w.Fd()), C.int(code)
	catcher.go_from, catcher.go_to = C.uintptr_t(from), C.uintptr_t(to)
	line = line[:min(len(line), len(catcher.line)-1)]
	for i := range len(line) {
		catcher.line[i] = C.char(line[i])
	}
	C.vf_catch(&catcher)
	go func() {
		var e ended
		if binary.Read(r, binary.NativeEndian, &e) == nil {
			report(e.reason())
		}
	}()
	return func() { C.vf_release() }
}

// goCode returns the range of Go's code. C code of the program is outside.
func goCode() (from, to uintptr) {
	within := reflect.ValueOf(goCode).Pointer()
	const most = 1 << 30 // bytes of code
	isGo := func(pc uintptr) bool { return runtime.FuncForPC(pc) != nil }
	below := min(within, most)
	from = within - uintptr(sort.Search(int(below), func(n int) bool { return !isGo(within - uintptr(n)) })) + 1
	to = within + uintptr(sort.Search(most, func(n int) bool { return !isGo(within + uintptr(n)) }))
	return from, to
}

// reason describes what the library did.
func (e *ended) reason() string {
	text, _, _ := bytes.Cut(e.Text[:], []byte{0})
	detail := strings.ToValidUTF8(strings.TrimSpace(string(text)), "?")
	switch {
	case e.Kind == C.vf_exception && strings.HasSuffix(detail, "bad_alloc"):
		return "out of memory"
	case e.Kind == C.vf_exception:
		return fmt.Sprintf("a C++ exception (%s)", detail)
	case e.Kind == C.vf_exit:
		return "it ended the program"
	case detail != "":
		return detail
	case e.PC != 0:
		return fmt.Sprintf("%s in %s", syscall.Signal(e.Detail), libraryAt(e.PC))
	}
	return syscall.Signal(e.Detail).String()
}

// libraryAt returns the name of the file whose code is at an address.
func libraryAt(pc uint64) string {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return "a library"
	}
	for line := range strings.Lines(string(maps)) {
		var from, to uint64
		if _, err := fmt.Sscanf(line, "%x-%x", &from, &to); err != nil || pc < from || pc >= to {
			continue
		}
		if slash := strings.LastIndexByte(line, '/'); slash >= 0 {
			return strings.TrimSpace(line[slash+1:])
		}
	}
	return "a library"
}
