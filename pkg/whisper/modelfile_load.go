package whisper

/*
#include <stdlib.h>
#include "modelfile.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

// load lets the library load the model. If the file cannot be read, or is shorter
// than when it was checked, or has weights that are not finite, the error wraps
// ErrNotModel; if open returns false, ErrNotLoaded.
func (m *modelFile) load(open func(*C.struct_vf_source) bool) error {
	var structure []byte
	pieces := make([]C.struct_vf_piece, len(m.pieces))
	for i, p := range m.pieces {
		structure = append(structure, p.structure...)
		pieces[i].structure, pieces[i].weights = C.int64_t(len(p.structure)), C.int64_t(p.weights)
		pieces[i].kind = p.kind
	}
	var pinned runtime.Pinner // the source contains their addresses
	defer pinned.Unpin()
	pinned.Pin(&structure[0])
	pinned.Pin(&pieces[0])
	source := &C.struct_vf_source{
		fd: C.int(m.file.Fd()), structure: (*C.char)(unsafe.Pointer(&structure[0])),
		pieces: &pieces[0], n: C.size_t(len(pieces)),
	}
	ok := open(source)
	runtime.KeepAlive(m.file)
	switch {
	case bool(source.failed):
		return fmt.Errorf("%w: %s changed or could not be read while it was loaded; try again", ErrNotModel, m.path)
	case bool(source.undefined):
		return fmt.Errorf("%w: %s has weights that are not finite numbers; download it again", ErrNotModel, m.path)
	case !ok:
		return fmt.Errorf("%w: %s: its structure is right, so memory is short or the device failed; see the reason "+
			"with --log-level verbose", ErrNotLoaded, m.path)
	}
	return nil
}

// loadModel loads a Whisper model.
func (m *modelFile) loadModel(gpu bool, gpuIndex int, flashAttention bool) (ctx *C.struct_whisper_context, err error) {
	err = m.load(func(s *C.struct_vf_source) bool {
		ctx = C.vf_open(s, C.bool(gpu), C.int(gpuIndex), C.bool(flashAttention))
		return ctx != nil
	})
	if err != nil && ctx != nil {
		C.whisper_free(ctx)
		ctx = nil
	}
	return ctx, err
}

// loadSpeechModel loads a Silero model.
func (m *modelFile) loadSpeechModel() (ctx *C.struct_whisper_vad_context, err error) {
	err = m.load(func(s *C.struct_vf_source) bool {
		ctx = C.vf_open_speech(s)
		return ctx != nil
	})
	if err != nil && ctx != nil {
		C.whisper_vad_free(ctx)
		ctx = nil
	}
	return ctx, err
}
