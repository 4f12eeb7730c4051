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

// Library is libwhisper with its compute backends loaded. The C library keeps
// one log and one list of backends for the whole process, so a program loads
// it once.
type Library struct {
	options Options
	once    sync.Once
	log     cgo.Handle
}

// Options say what a Library may compute with.
type Options struct {
	// Backends is the folder of ggml's backends (libggml-*.so). No other is
	// searched for them: neither the program's nor the current one. Empty stands
	// for the backends that the library was built with.
	Backends string
	// Device is the one that a model is to be opened on, as for Open. Drivers of
	// GPUs cost memory and time, so they are loaded only where it may be a GPU.
	Device string
	// BLAS says whether models on the CPU multiply with OpenBLAS, which makes
	// the encoder several times faster: BLASAuto, BLASOn or BLASOff.
	BLAS string
}

// Values of Options.BLAS.
const (
	BLASAuto = "auto" // where it is installed; also the empty string
	BLASOn   = "on"   // opening a model on the CPU without it is ErrNoBLAS
	BLASOff  = "off"
)

// libraryLog is where the library's log goes.
type libraryLog struct {
	log zerolog.Logger
	// probing is set while GPUs are looked for. That there is none is normal, and
	// the library calls it an error; who asked for one is told by what fails then.
	probing atomic.Bool
}

// Load makes the backends available and sends the library's log to log at debug
// level, its warnings and errors as such, but for those about GPUs that are not
// there.
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

// Close stops the library's logging. Models must be closed before.
func (l *Library) Close() {
	l.once.Do(func() {
		C.vf_log_to(0)
		l.log.Delete()
	})
}

// Accelerate prepares OpenBLAS as opening a model on the CPU would, and returns
// its version and the kernels that it chose, such as "OpenBLAS 0.3.34
// (Cooperlake)"; empty where it is not to be used. Its error is ErrNoBLAS, with
// the reasons. ggml never forgets a backend: once prepared, it serves every
// library and model of the process.
func (l *Library) Accelerate() (string, error) {
	if l.options.BLAS == BLASOff {
		return "", nil
	}
	if err := accelerate(l.options.Backends); err != nil {
		return "", err
	}
	return openBLAS(), nil
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
	sink := cgo.Handle(handle).Value().(*libraryLog)
	log := &sink.log
	line := strings.TrimSpace(C.GoString(text))
	if strings.Trim(line, ".") == "" { // dots of a progress display
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
