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

// openBLASFile is the library's name in the folder of backends.
const openBLASFile = "libopenblas.so.0"

// openBLASFiles are the paths of thread-safe builds of OpenBLAS on Debian, Fedora
// and Arch, that is, those for OpenMP or POSIX threads. The single-threaded build has
// no locks, and the reference BLAS made the encoder 8 times slower, so neither is
// used.
var openBLASFiles = []string{
	"/usr/lib/*/openblas-openmp/libopenblas.so.0",
	"/usr/lib/*/openblas-pthread/libopenblas.so.0",
	"/usr/lib64/libopenblaso.so.0",
	"/usr/lib64/libopenblasp.so.0",
	"/usr/lib/libopenblas.so.0",
}

// accelerate makes all models opened on the CPU from now on use OpenBLAS. ggml's own
// matrix multiplication works row by row and reaches a sixth of what the processor
// can do. OpenBLAS is looked for next to the backends, then where distributions
// install it, and stays loaded for the rest of the process. An ErrNoBLAS explains why
// none was usable.
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
	return fmt.Errorf("%w: %s; install it (Debian: libopenblas0-openmp), or use --blas off",
		ErrNoBLAS, strings.Join(reasons, "; "))
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

// accelerated reports whether models on the CPU use OpenBLAS.
func accelerated() bool { return bool(C.vf_accelerated()) }

// openBLAS returns the version of OpenBLAS and the kernels that it chose for this
// processor, or "" if it is not used.
func openBLAS() string {
	if !accelerated() {
		return ""
	}
	// The description consists of name, version and build options.
	name, options, _ := strings.Cut(C.GoString(C.vf_openblas_config()), " ")
	version, _, _ := strings.Cut(options, " ")
	return fmt.Sprintf("%s %s (%s)", name, version, C.GoString(C.vf_openblas_kernels()))
}
