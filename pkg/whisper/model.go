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

// What Open accepts as a device beside a device's own name and its number among
// Devices.
const (
	DeviceAuto = "auto" // the first GPU if there is one, else the CPU
	DeviceCPU  = "cpu"
	DeviceGPU  = "gpu" // the first GPU; an error where there is none
)

// LanguageAuto stands for the language that the library finds in the audio.
const LanguageAuto = "auto"

// Model is a file of weights, loaded on one device.
type Model struct {
	name   string
	device Device
	blas   bool // its products are OpenBLAS's

	mu    sync.Mutex
	ctx   *C.struct_whisper_context
	users int  // recognisers that still need ctx
	done  bool // Close was called
}

// Open loads a ggml model file on a device: DeviceAuto, DeviceCPU, DeviceGPU
// or the name or number of one of Devices. A GPU that was asked for and is missing is
// ErrNoDevice, never a silent run on the CPU; a file that is no complete model
// is ErrNotModel.
func (l *Library) Open(path, device string) (*Model, error) {
	chosen, gpuIndex, err := chooseDevice(l.Devices(), device)
	if err != nil {
		return nil, err
	}
	// libwhisper trusts what the file says and may end the process over it.
	if err := checkModelFile(path); err != nil {
		return nil, err
	}
	if !chosen.GPU {
		if _, err := l.Accelerate(); err != nil && l.options.BLAS == BLASOn {
			return nil, err
		}
	}
	blas := !chosen.GPU && accelerated()
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	// OpenBLAS's attention takes the place of ggml's "flash attention".
	ctx := C.vf_open(cPath, C.bool(chosen.GPU), C.int(gpuIndex), C.bool(!blas))
	if ctx == nil {
		return nil, fmt.Errorf("%w: %s: libwhisper refused it (--log-level verbose tells why)", ErrNotModel, path)
	}
	name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".bin"), "ggml-")
	return &Model{name: name, device: chosen, blas: blas, ctx: ctx}, nil
}

// Choose finds the device that Open would open a model on; an ErrNoDevice where
// there is no such device.
func (l *Library) Choose(device string) (Device, error) {
	d, _, err := chooseDevice(l.Devices(), device)
	return d, err
}

// chooseDevice finds the device and, for a GPU, its number among the GPUs.
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
	return Device{}, 0, fmt.Errorf("%w: %q is not among %s; choose one of them or --device auto", ErrNoDevice, wanted, strings.Join(names, ", "))
}

// Name is the model's name: its file name without "ggml-" and ".bin".
func (m *Model) Name() string { return m.name }

// Device names what the model really runs on: a GPU by ggml's name for it, such
// as Vulkan0, else "CPU" or "CPU, OpenBLAS".
func (m *Model) Device() string {
	if m.blas {
		return m.device.Name + ", OpenBLAS"
	}
	return m.device.Name
}

// OnGPU reports whether the model runs on a GPU.
func (m *Model) OnGPU() bool { return m.device.GPU }

// WindowStep is the step in which the encoder's window can be shortened, in
// frames of 20 ms. ggml's flash attention pads windows to multiples of 256, and
// what an earlier call left in the padding would be heard again.
func (m *Model) WindowStep() int {
	if m.blas {
		return 8
	}
	return 256
}

// bound gives the official Go binding's view of the context.
func (m *Model) bound() *binding.Context { return (*binding.Context)(unsafe.Pointer(m.ctx)) }

// Multilingual tells whether the model knows other languages than English.
func (m *Model) Multilingual() bool { return m.bound().Whisper_is_multilingual() != 0 }

// AudioContext is the length of the encoder's window in frames of 20 ms: 1500
// for a full window of 30 s.
func (m *Model) AudioContext() int { return m.bound().Whisper_n_audio_ctx() }

// CheckLanguage tells, by an ErrLanguage, whether the model lacks a language: an
// ISO 639-1 code, "auto" or empty for English.
func (m *Model) CheckLanguage(code string) error {
	_, err := m.language(code)
	return err
}

// language is the library's number of a language, -1 where it is to find out.
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
		return 0, fmt.Errorf("%w: model %s knows English only; use a multilingual model for %q", ErrLanguage, m.name, code)
	}
	cCode := C.CString(code) // the binding's own look-up leaks its string
	defer C.free(unsafe.Pointer(cCode))
	id := int(C.whisper_lang_id(cCode))
	if id < 0 {
		return 0, fmt.Errorf("%w: %q is no language code of whisper's; use one such as en or de", ErrLanguage, code)
	}
	return id, nil
}

// NewRecogniser makes a decoding state of its own over the model's weights.
func (m *Model) NewRecogniser() (*Recogniser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.done {
		return nil, fmt.Errorf("model %s: %w", m.name, ErrClosed)
	}
	state := C.whisper_init_state(m.ctx)
	if state == nil {
		return nil, fmt.Errorf("model %s: no memory for a decoding state on %s; use a smaller model or --device cpu", m.name, m.Device())
	}
	m.users++
	r := &Recogniser{model: m, state: state, work: make(chan *decoding)}
	go r.loop()
	return r, nil
}

// Close frees the weights, once the recognisers over them are closed too.
func (m *Model) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done = true
	m.freeUnused()
}

// release is what a recogniser calls when it is gone.
func (m *Model) release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users--
	m.freeUnused()
}

func (m *Model) freeUnused() {
	if m.done && m.users == 0 && m.ctx != nil {
		m.bound().Whisper_free()
		m.ctx = nil
	}
}
