package whisper

/*
#cgo CFLAGS: -fopenmp
#cgo LDFLAGS: -fopenmp
#include <stdlib.h>
#include "accelerate.h"
*/
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unsafe"
)

// openBLASFile is the name of the library in the folder of backends.
const openBLASFile = "libopenblas.so.0"

// openBLASFiles are the places where distributions put builds of OpenBLAS that
// several threads may call: those for OpenMP and for POSIX threads of Debian,
// Fedora and Arch. Its single-threaded build has no locks, and the reference BLAS
// made the encoder 8 times slower: neither is searched for.
var openBLASFiles = []string{
	"/usr/lib/*/openblas-openmp/libopenblas.so.0",
	"/usr/lib/*/openblas-pthread/libopenblas.so.0",
	"/usr/lib64/libopenblaso.so.0",
	"/usr/lib64/libopenblasp.so.0",
	"/usr/lib/libopenblas.so.0",
}

// accelerate makes the models that are opened on the CPU from now on multiply
// with OpenBLAS: ggml's own products are made row by row, and reach a sixth of
// what the processor can do. It stays so for the rest of the process. The
// library's file is looked for beside the backends, then where distributions
// have it; an ErrNoBLAS says why none of them serves.
func accelerate(backends string) error {
	if accelerated() {
		return nil
	}
	var candidates []string
	if backends != "" {
		candidates = append(candidates, filepath.Join(backends, openBLASFile))
	}
	for _, pattern := range openBLASFiles {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		candidates = append(candidates, found...)
	}
	var reasons []string
	for _, file := range candidates {
		if _, err := os.Stat(file); err != nil {
			continue
		}
		err := accelerateWith(file)
		if err == nil {
			return nil
		}
		reasons = append(reasons, err.Error())
	}
	if len(reasons) == 0 {
		reasons = []string{"it is not installed"}
	}
	return fmt.Errorf("%w: %s; install it (Debian: libopenblas0-openmp), or use --blas off", ErrNoBLAS, strings.Join(reasons, "; "))
}

func accelerateWith(file string) error {
	cFile := C.CString(file)
	defer C.free(unsafe.Pointer(cFile))
	reason := C.vf_accelerate(cFile)
	if reason == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(reason))
	return fmt.Errorf("%s: %s", file, C.GoString(reason))
}

// accelerated reports whether models on the CPU multiply with OpenBLAS.
func accelerated() bool { return bool(C.vf_accelerated()) }

// openBLAS is the version of OpenBLAS and the kernels that it chose for this
// processor; empty where it is not used.
func openBLAS() string {
	if !accelerated() {
		return ""
	}
	// The description is its name, version and ways of building.
	name, options, _ := strings.Cut(C.GoString(C.vf_openblas_config()), " ")
	version, _, _ := strings.Cut(options, " ")
	return fmt.Sprintf("%s %s (%s)", name, version, C.GoString(C.vf_openblas_kernels()))
}
