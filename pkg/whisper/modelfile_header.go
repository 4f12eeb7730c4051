package whisper

/*
#include <ggml.h>
*/
import "C"

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Dimensions that all Whisper models share, also distilled ones. whisper.cpp and this
// package assume them.
const (
	audioContext = 1500 // frames of 20 ms
	textContext  = 448  // tokens
	filterWidth  = 201  // 1 + WHISPER_N_FFT / 2; whisper.cpp's filter bank reads beyond a longer one
	maxState     = 1280 // of large
	maxLayers    = 32   // of large; whisper.cpp's graphs have WHISPER_MAX_NODES for as many
)

// header is the part of hparams in whisper.cpp that differs between models.
type header struct {
	vocabulary              int // tokens, including special ones
	state                   int // width of encoder and decoder
	audioLayers, textLayers int
	mels                    int
	weights                 C.enum_ggml_type // of matrices
}

// header reads the eleven numbers after the magic one.
func (m *modelReader) header() header {
	var h header
	h.vocabulary = m.count("vocabulary", englishVocabulary, vocabularyV3)
	m.exactly("audio context", audioContext)
	h.state = m.count("audio state", 1, maxState)
	heads := m.heads(h.state)
	h.audioLayers = m.count("number of audio layers", 1, maxLayers)
	m.exactly("text context", textContext)
	m.exactly("text state", uint32(h.state))
	m.exactly("number of text heads", uint32(heads))
	h.textLayers = m.count("number of text layers", 1, maxLayers)
	h.mels = m.count("number of mel bands", 80, 128)
	if m.err == nil && h.mels != 80 && h.mels != 128 {
		m.err = fmt.Errorf("it has %d mel bands, not 80 or 128", h.mels)
	}
	h.weights = m.weightType()
	if m.err == nil && h.state%int(C.ggml_blck_size(h.weights)) != 0 {
		m.err = fmt.Errorf("its state is %d, not a multiple of the %d weights in a block", h.state,
			int(C.ggml_blck_size(h.weights)))
	}
	return h
}

// heads reads the number of attention heads. Whisper's are 64 wide, those of the demo
// model 32.
func (m *modelReader) heads(state int) int {
	heads := m.count("number of audio heads", 1, maxState)
	if m.err == nil && state != 64*heads && state != 32*heads {
		m.err = fmt.Errorf("it has %d heads for a state of %d, which are not 32 or 64 wide", heads, state)
	}
	return heads
}

// weightTypes maps the types of models (ftype, GGML_FTYPE_* in ggml.h) that
// whisper.cpp's tools write to the type of their matrices. ggml aborts on others.
var weightTypes = map[uint32]C.enum_ggml_type{
	0: C.GGML_TYPE_F32, 1: C.GGML_TYPE_F16,
	2: C.GGML_TYPE_Q4_0, 3: C.GGML_TYPE_Q4_1, 7: C.GGML_TYPE_Q8_0, 8: C.GGML_TYPE_Q5_0, 9: C.GGML_TYPE_Q5_1,
	10: C.GGML_TYPE_Q2_K, 11: C.GGML_TYPE_Q3_K, 12: C.GGML_TYPE_Q4_K, 13: C.GGML_TYPE_Q5_K, 14: C.GGML_TYPE_Q6_K,
	24: C.GGML_TYPE_BF16,
}

const (
	// versionFactor is GGML_QNT_VERSION_FACTOR: a model's type is the version of the
	// quantised forms times this, plus the ftype.
	versionFactor = 1000
	// quantisedVersion is GGML_QNT_VERSION. whisper.cpp ignores it, but blocks of
	// earlier versions are laid out differently.
	quantisedVersion = 2
)

// weightType reads the type of the model.
func (m *modelReader) weightType() C.enum_ggml_type {
	n := m.uint32()
	version := n / versionFactor
	kind, ok := weightTypes[n%versionFactor]
	isFloat := kind == C.GGML_TYPE_F32 || kind == C.GGML_TYPE_F16 || kind == C.GGML_TYPE_BF16
	if m.err == nil && (!ok || version != quantisedVersion && !(isFloat && version == 0)) {
		m.err = fmt.Errorf("its weights are of the unknown type %d", int32(n))
	}
	return kind
}

// filters reads the mel filters. whisper.cpp takes their dimensions from here and
// those of the first layer from the header.
func (m *modelReader) filters(mels int) {
	m.exactly("filter bank's number of mel bands", uint32(mels))
	m.exactly("filter bank's width", filterWidth)
	weights := m.bytes(4 * int64(mels) * filterWidth)
	finite := func(b []byte) bool {
		x := float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		return !math.IsNaN(x) && !math.IsInf(x, 0)
	}
	for b := range slices.Chunk(weights, 4) {
		if !finite(b) {
			m.err = errors.New("its filter bank has a weight that is not a finite number")
			return
		}
	}
}
