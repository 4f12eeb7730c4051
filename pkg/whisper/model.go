package whisper

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	binding "github.com/ggerganov/whisper.cpp/bindings/go"
)

// Values that Open accepts as a device, in addition to the name of a device and its
// index in Devices.
const (
	DeviceAuto = "auto" // the first GPU, or the CPU if there is none
	DeviceCPU  = "cpu"
	DeviceGPU  = "gpu" // the first GPU; it is an error if there is none
)

// LanguageAuto makes the library detect the language of the audio.
const LanguageAuto = "auto"

// Model is a file of weights, loaded on a device.
type Model struct {
	name   string
	device Device
	blas   bool // uses OpenBLAS

	mu     sync.Mutex
	ctx    *C.struct_whisper_context
	users  int  // recognisers that still need ctx
	closed bool // Close was called
}

// Open loads a ggml model file on a device: DeviceAuto, DeviceCPU, DeviceGPU, or
// the name or index of one of Devices. If the requested GPU is missing, Open fails
// with ErrNoDevice instead of falling back to the CPU. If the file is not a complete
// model, it fails with ErrNotModel.
func (l *Library) Open(path, device string) (*Model, error) {
	chosen, gpuIndex, err := chooseDevice(l.Devices(), device)
	if err != nil {
		return nil, err
	}
	// libwhisper trusts the file, and a broken one may crash the process.
	file, err := openModelFile(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if !chosen.GPU {
		if _, err := l.Accelerate(); err != nil && l.options.BLAS == BLASOn {
			return nil, err
		}
	}
	blas := !chosen.GPU && accelerated()
	// With OpenBLAS, our own attention replaces ggml's flash attention.
	ctx, err := file.loadModel(chosen.GPU, gpuIndex, !blas)
	if err != nil {
		return nil, err
	}
	name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".bin"), "ggml-")
	return &Model{name: name, device: chosen, blas: blas, ctx: ctx}, nil
}

// Choose returns the device that Open would use, or ErrNoDevice.
func (l *Library) Choose(device string) (Device, error) {
	d, _, err := chooseDevice(l.Devices(), device)
	return d, err
}

// chooseDevice returns the wanted device and, if it is a GPU, its index among the
// GPUs.
func chooseDevice(devices []Device, wanted string) (Device, int, error) {
	gpus := 0
	for i, d := range devices {
		switch {
		case strings.EqualFold(wanted, d.Name), wanted == strconv.Itoa(i),
			wanted == DeviceCPU && !d.GPU,
			d.GPU && (wanted == DeviceGPU || wanted == DeviceAuto):
			return d, gpus, nil
		}
		if d.GPU {
			gpus++
		}
	}
	if wanted == DeviceAuto {
		return chooseDevice(devices, DeviceCPU)
	}
	var names []string
	for i, d := range devices {
		names = append(names, fmt.Sprintf("%d %s", i, d.Name))
	}
	return Device{}, 0, fmt.Errorf("%w: %q is not among %s; choose one of them or --device auto",
		ErrNoDevice, wanted, strings.Join(names, ", "))
}

// Name returns the model's name: the file name without "ggml-" and ".bin".
func (m *Model) Name() string { return m.name }

// Device returns what the model actually runs on: ggml's name of the GPU, such as
// "Vulkan0", or else "CPU" or "CPU, OpenBLAS".
func (m *Model) Device() string {
	if m.blas {
		return m.device.Name + ", OpenBLAS"
	}
	return m.device.Name
}

// OnGPU reports whether the model runs on a GPU.
func (m *Model) OnGPU() bool { return m.device.GPU }

// WindowStep returns the granularity of Params.AudioContext, in frames of 20 ms.
// ggml's flash attention pads windows to multiples of 256, and in the padding it
// would see leftovers of an earlier call.
func (m *Model) WindowStep() int {
	if m.blas {
		return 8
	}
	return 256
}

// binding returns the context as a type of the official Go binding.
func (m *Model) binding() *binding.Context { return (*binding.Context)(unsafe.Pointer(m.ctx)) }

// Multilingual reports whether the model supports languages other than English.
func (m *Model) Multilingual() bool { return m.binding().Whisper_is_multilingual() != 0 }

// AudioContext returns the length of the encoder's full window in frames of 20 ms:
// 1500 for 30 s.
func (m *Model) AudioContext() int { return m.binding().Whisper_n_audio_ctx() }

// CheckLanguage returns an ErrLanguage if the model does not support a language: an
// ISO 639-1 code, "auto", or "" for English.
func (m *Model) CheckLanguage(code string) error {
	_, err := m.language(code)
	return err
}

// language returns the library's number of a language, or -1 to detect it.
func (m *Model) language(code string) (int, error) {
	switch {
	case code == "":
		code = "en"
	case code == LanguageAuto && m.Multilingual():
		return -1, nil
	case code == LanguageAuto:
		code = "en"
	}
	if code != "en" && !m.Multilingual() {
		return 0, fmt.Errorf("%w: model %s is English-only; use a multilingual model for %q", ErrLanguage, m.name, code)
	}
	cCode := C.CString(code) // the binding's own lookup leaks its string
	defer C.free(unsafe.Pointer(cCode))
	id := int(C.whisper_lang_id(cCode))
	if id < 0 {
		return 0, fmt.Errorf("%w: whisper has no language code %q; use one such as en or de", ErrLanguage, code)
	}
	return id, nil
}

// NewRecogniser returns a recogniser with its own decoding state.
func (m *Model) NewRecogniser() (*Recogniser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, fmt.Errorf("model %s: %w", m.name, ErrClosed)
	}
	state := C.whisper_init_state(m.ctx)
	if state == nil {
		return nil, fmt.Errorf("model %s: not enough memory for a decoding state on %s; use a smaller model or --device cpu",
			m.name, m.Device())
	}
	m.users++
	r := &Recogniser{model: m, state: state, work: make(chan *decoding)}
	go r.loop()
	return r, nil
}

// Close frees the weights as soon as all recognisers of the model are closed.
func (m *Model) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.freeUnused()
}

// release is called by a recogniser that no longer needs the model.
func (m *Model) release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users--
	m.freeUnused()
}

func (m *Model) freeUnused() {
	if m.closed && m.users == 0 && m.ctx != nil {
		m.binding().Whisper_free()
		m.ctx = nil
	}
}
