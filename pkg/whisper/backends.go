package whisper

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"
)

// gpuBackends are the backends that may be loaded beside the CPU's, in order of
// preference for a GPU that several of them know. Others are left out: our own
// (accelerate_linux.go) does more than ggml's for BLAS, and RPC computes on other
// people's machines.
var gpuBackends = []string{"cuda", "hip", "metal", "sycl", "musa", "cann", "vulkan", "opencl"}

// gpuNodes are the files by which Linux shows a GPU: of the kernel's graphics
// drivers, NVIDIA's, AMD's and of Windows' subsystem for Linux.
var gpuNodes = []string{"/dev/dri/renderD*", "/dev/nvidia[0-9]*", "/dev/kfd", "/dev/dxg"}

// mayBeGPU tells whether a model for that device could end up on a GPU.
func mayBeGPU(device string) bool {
	if device != DeviceAuto || runtime.GOOS != "linux" {
		return !strings.EqualFold(device, DeviceCPU)
	}
	if _, set := os.LookupEnv("GGML_VK_VISIBLE_DEVICES"); set {
		return true // chosen by hand, perhaps a device of software
	}
	for _, node := range gpuNodes {
		if found, _ := filepath.Glob(node); len(found) > 0 {
			return true
		}
	}
	return false
}

// loadBackends loads from the folder what the process has not loaded yet: ggml
// never forgets a backend, and would list one twice.
func loadBackends(dir string, gpus bool, log *libraryLog) error {
	if dir != "" {
		if _, err := os.Stat(dir); err != nil && !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_CPU) {
			return fmt.Errorf("%w: %w; name the folder of libggml-*.so with --backends", ErrNoBackend, err)
		}
		if gpus && !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_GPU) && !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_IGPU) {
			log.probing.Store(true)
			for _, name := range gpuBackends {
				loadBest(dir, name)
			}
			log.probing.Store(false)
		}
		if !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_CPU) {
			loadBest(dir, "cpu")
		}
	}
	// libwhisper ends the process when there is no CPU backend: find out first.
	if !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_CPU) {
		return fmt.Errorf("%w in folder %q; name the folder of libggml-*.so with --backends", ErrNoBackend, dir)
	}
	return nil
}

func hasDevice(kind C.enum_ggml_backend_dev_type) bool {
	return C.ggml_backend_dev_by_type(kind) != nil
}

// loadBest loads one backend of that name: of its builds for several
// processors the best that this one can run, where it has such.
func loadBest(dir, name string) {
	best, bestScore := "", 0
	for _, pattern := range []string{"libggml-" + name + ".*", "libggml-" + name + "-*"} {
		paths, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is well formed
		for _, path := range paths {
			if score := backendScore(path); score > bestScore || best == "" && score >= 0 {
				best, bestScore = path, score
			}
		}
	}
	if best == "" {
		return
	}
	path := C.CString(best)
	defer C.free(unsafe.Pointer(path))
	C.ggml_backend_load(path) // its failure is in the library's log, and in what devices there are
}

// backendScore is how well a backend's build suits this processor: 0 for one
// that does not tell, -1 for one that cannot run here.
func backendScore(path string) int {
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	return int(C.vf_backend_score(cPath))
}
