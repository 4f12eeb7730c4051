package whisper

/*
#cgo LDFLAGS: -lwhisper -lggml -lggml-base
#cgo linux LDFLAGS: -ldl
#include "shim.h"
*/
import "C"

import (
	"runtime/cgo"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"
)

// Library is libwhisper with its compute backends loaded. The C library has one
// log and one list of backends per process, so a program should load it only once.
type Library struct {
	options Options
	once    sync.Once
	log     cgo.Handle
}

// Options select what a Library computes with.
type Options struct {
	// Backends is the folder of ggml's backends (libggml-*.so), the only one that
	// is searched. If empty, only backends built into the library are used.
	Backends string
	// Device is the device that models will be opened on; see Open. GPU drivers
	// cost memory and time, so they are loaded only if Device may be a GPU.
	Device string
	// BLAS is whether models on the CPU use OpenBLAS, which makes the encoder
	// several times faster: BLASAuto, BLASOn or BLASOff.
	BLAS string
}

// Values of Options.BLAS.
const (
	BLASAuto = "auto" // use OpenBLAS if it is installed; the default if empty
	BLASOn   = "on"   // without OpenBLAS, opening a model on the CPU fails with ErrNoBLAS
	BLASOff  = "off"
)

// libraryLog is the destination of the library's log.
type libraryLog struct {
	log zerolog.Logger
	// probing is set while looking for GPUs. Having none is normal, but the library
	// logs it as an error. Opening a model on a missing GPU fails anyway.
	probing atomic.Bool
}

// Load loads the backends and sends the library's log to log. Warnings and errors
// keep their level, except those about missing GPUs; everything else is logged at
// debug level.
func Load(options Options, log zerolog.Logger) (*Library, error) {
	sink := &libraryLog{log: log}
	l := &Library{options: options, log: cgo.NewHandle(sink)}
	C.vf_log_to(C.uintptr_t(l.log))
	C.vf_return_memory()
	if err := loadBackends(options.Backends, mayBeGPU(options.Device), sink); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Close stops the library's logging. All models must be closed first.
func (l *Library) Close() {
	l.once.Do(func() {
		C.vf_log_to(0)
		l.log.Delete()
	})
}

// Accelerate sets up OpenBLAS, as opening a model on the CPU does. It returns the
// version and the kernels that OpenBLAS chose, such as "OpenBLAS 0.3.34
// (Cooperlake)", or "" with BLASOff. The error wraps ErrNoBLAS and gives the
// reasons. ggml cannot unload a backend, so OpenBLAS stays active for the rest of
// the process.
func (l *Library) Accelerate() (string, error) {
	if l.options.BLAS == BLASOff {
		return "", nil
	}
	if err := accelerate(l.options.Backends); err != nil {
		return "", err
	}
	return openBLAS(), nil
}

// Version returns libwhisper's version, such as "1.9.5".
func Version() string { return C.GoString(C.whisper_version()) }

// Device is a device that libwhisper can compute on.
type Device struct {
	Name        string // ggml's name: CPU, Vulkan0, CUDA0
	Description string // the manufacturer's name
	GPU         bool
}

// Devices lists the CPU and the GPUs, in the library's order.
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
	sink := cgo.Handle(handle).Value().(*libraryLog)
	log := &sink.log
	line := strings.TrimSpace(C.GoString(text))
	if strings.Trim(line, ".") == "" { // the dots of a progress bar
		return
	}
	switch {
	case sink.probing.Load():
		log.Debug().Msg(line)
	case level == C.GGML_LOG_LEVEL_ERROR:
		log.Error().Msg(line)
	case level == C.GGML_LOG_LEVEL_WARN:
		log.Warn().Msg(line)
	default:
		log.Debug().Msg(line)
	}
}
