package whisper

/*
#cgo LDFLAGS: -lwhisper -lggml -lggml-base
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"fmt"
	"os"
	"runtime/cgo"
	"strings"
	"sync"
	"unsafe"

	"github.com/rs/zerolog"
)

// Library is libwhisper with its compute backends loaded. The C library keeps
// one log and one list of backends for the whole process, so a program loads
// it once.
type Library struct {
	once sync.Once
	log  cgo.Handle
}

// Load makes the backends in the folder (libggml-*.so) available and sends the
// library's log to log at debug level, its warnings and errors as such. No
// other folder is searched: neither the program's nor the current one. An
// empty folder name stands for the backends that the library was built with.
func Load(backends string, log zerolog.Logger) (*Library, error) {
	l := &Library{log: cgo.NewHandle(log)}
	C.vf_log_to(C.uintptr_t(l.log))
	if err := loadBackends(backends); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func loadBackends(dir string) error {
	// ggml never forgets a backend: loading it again would list it twice.
	if dir != "" && C.ggml_backend_dev_count() == 0 {
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("%w: %w; name the folder of libggml-*.so with --backends", ErrNoBackend, err)
		}
		shareProcessors()
		cDir := C.CString(dir)
		defer C.free(unsafe.Pointer(cDir))
		C.ggml_backend_load_all_from_path(cDir)
	}
	// libwhisper ends the process when there is no CPU backend: find out first.
	if C.ggml_backend_dev_by_type(C.GGML_BACKEND_DEVICE_TYPE_CPU) == nil {
		return fmt.Errorf("%w in folder %q; name the folder of libggml-*.so with --backends", ErrNoBackend, dir)
	}
	return nil
}

// shareProcessors keeps OpenMP's threads from spinning while they wait for each
// other. On a machine whose processors have other work too, a thread that
// spins holds up the very one that it waits for: one busy process beside it
// made recognition 10 times slower, in the worst case 30 times. On an idle
// machine the short spin costs a small model a twelfth. libgomp reads it once,
// when the CPU backend brings it along; a user's own setting stays.
func shareProcessors() {
	for _, name := range []string{"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} {
		if _, set := os.LookupEnv(name); set {
			return
		}
	}
	_ = os.Setenv("GOMP_SPINCOUNT", "1000") // fails for impossible names only
}

// Close stops the library's logging. Models must be closed before.
func (l *Library) Close() {
	l.once.Do(func() {
		C.vf_log_to(0)
		l.log.Delete()
	})
}

// Version is libwhisper's own version, such as "1.9.5".
func (l *Library) Version() string { return C.GoString(C.whisper_version()) }

// Device is something that libwhisper can compute on.
type Device struct {
	Name        string // as ggml names it: CPU, Vulkan0, CUDA0
	Description string // as its maker names it
	GPU         bool
}

// Devices lists the CPU and the GPUs in the library's order.
func (l *Library) Devices() []Device {
	var devices []Device
	for i := C.size_t(0); i < C.ggml_backend_dev_count(); i++ {
		d := C.ggml_backend_dev_get(i)
		kind := C.ggml_backend_dev_type(d)
		gpu := kind == C.GGML_BACKEND_DEVICE_TYPE_GPU || kind == C.GGML_BACKEND_DEVICE_TYPE_IGPU
		if !gpu && kind != C.GGML_BACKEND_DEVICE_TYPE_CPU {
			continue
		}
		devices = append(devices, Device{
			Name:        C.GoString(C.ggml_backend_dev_name(d)),
			Description: C.GoString(C.ggml_backend_dev_description(d)),
			GPU:         gpu,
		})
	}
	return devices
}

//export goLog
func goLog(level C.int, text *C.char, handle C.uintptr_t) {
	defer func() { _ = recover() }() // a panic must not unwind into C
	log := cgo.Handle(handle).Value().(zerolog.Logger)
	line := strings.TrimSpace(C.GoString(text))
	if strings.Trim(line, ".") == "" { // dots of a progress display
		return
	}
	switch level {
	case C.GGML_LOG_LEVEL_ERROR:
		log.Error().Msg(line)
	case C.GGML_LOG_LEVEL_WARN:
		log.Warn().Msg(line)
	default:
		log.Debug().Msg(line)
	}
}
