//go:build cgo

package crash

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"unsafe"
)

// TestNilPanics: the call of a function whose code is nowhere is a mistake in Go, and stays
// a panic that can be recovered.
func TestNilPanics(t *testing.T) {
	release := Catch(10, "a library failed\n", func(reason string) {
		fmt.Fprintln(os.Stderr, "taken for the end of a library:", reason)
		os.Exit(10)
	})
	defer release()
	var code uintptr
	value := &code // a function value is a pointer to the address of its code
	nowhere := *(*func())(unsafe.Pointer(&value))
	defer func() {
		if _, is := recover().(runtime.Error); !is {
			t.Error("no panic of the runtime")
		}
	}()
	nowhere()
}
