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

// gpuBackends are the GPU backends, in order of preference if several support the
// same GPU. Other backends are not loaded: our own for BLAS (accelerate_linux.go)
// does more than ggml's, and RPC computes on other machines.
var gpuBackends = []string{"cuda", "hip", "metal", "sycl", "musa", "cann", "vulkan", "opencl"}

// gpuNodes are the device files of GPUs on Linux: those of the kernel's graphics
// drivers, NVIDIA, AMD, and the Windows Subsystem for Linux.
var gpuNodes = []string{"/dev/dri/renderD*", "/dev/nvidia[0-9]*", "/dev/kfd", "/dev/dxg"}

// mayBeGPU reports whether a device, as passed to Open, may turn out to be a GPU.
func mayBeGPU(device string) bool {
	if device != DeviceAuto || runtime.GOOS != "linux" {
		return !strings.EqualFold(device, DeviceCPU)
	}
	if _, set := os.LookupEnv("GGML_VK_VISIBLE_DEVICES"); set {
		return true // set by the user, perhaps for a software renderer
	}
	for _, node := range gpuNodes {
		if found, _ := filepath.Glob(node); len(found) > 0 {
			return true
		}
	}
	return false
}

// loadBackends loads the backends in a folder, unless the process has loaded them
// already: ggml cannot unload a backend, and would list it twice.
func loadBackends(dir string, gpus bool, log *libraryLog) error {
	if dir != "" {
		if _, err := os.Stat(dir); err != nil && !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_CPU) {
			return fmt.Errorf("%w: %w; set the folder of libggml-*.so with --backends", ErrNoBackend, err)
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
	// libwhisper aborts the process if there is no CPU backend, so check first.
	if !hasDevice(C.GGML_BACKEND_DEVICE_TYPE_CPU) {
		return fmt.Errorf("%w in folder %q; set the folder of libggml-*.so with --backends", ErrNoBackend, dir)
	}
	return nil
}

func hasDevice(kind C.enum_ggml_backend_dev_type) bool {
	return C.ggml_backend_dev_by_type(kind) != nil
}

// loadBest loads the backend with the given name. If there are builds for several
// processors, it loads the best one for this processor.
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
	C.ggml_backend_load(path) // a failure is logged by the library, and its devices are missing
}

// backendScore returns how well a backend's build suits this processor: 0 if it does
// not say, -1 if it cannot run here.
func backendScore(path string) int {
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	return int(C.vf_backend_score(cPath))
}
