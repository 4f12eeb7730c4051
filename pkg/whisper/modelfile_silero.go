package whisper

/*
#include <ggml.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"io"
)

// speechModel is the model name in a Silero file.
const speechModel = "silero-16k"

// Dimensions of Silero's network for 16 kHz, versions 5 and 6. The file contains
// them, but whisper_vad_build_graph in whisper.cpp relies on these values.
const (
	speechContext = 64  // samples of the previous window
	speechBins    = 129 // of the spectrum
	speechState   = 128 // of the LSTM
)

// convolutions are the encoder's: channels in, channels out, and kernel size.
var convolutions = [][3]int{{speechBins, 128, 3}, {128, 64, 3}, {64, 64, 3}, {64, speechState, 3}}

// checkSpeechModel checks the structure of a Silero model of size bytes. The order
// is that of whisper_vad_init_with_params in whisper.cpp.
func checkSpeechModel(f io.ReadSeeker, size int64) ([]piece, error) {
	m := newModelReader(f, size)
	m.magic()
	if n := m.uint32(); m.err == nil && (n != uint32(len(speechModel)) || string(m.bytes(int64(n))) != speechModel) {
		if m.err == nil {
			m.err = errors.New("it is not a Silero model for 16 kHz")
		}
	}
	m.bytes(3 * 4) // the version, which whisper.cpp only logs
	m.exactly("window", speechWindow)
	m.exactly("context", speechContext)
	m.exactly("number of layers", uint32(len(convolutions)))
	for i, layer := range convolutions {
		for j, what := range []string{"input", "output", "kernel"} {
			m.exactly(fmt.Sprintf("layer %d's %s", i, what), uint32(layer[j]))
		}
	}
	m.exactly("LSTM input", speechState)
	m.exactly("LSTM state", speechState)
	m.exactly("last layer's input", speechState)
	m.exactly("last layer's output", 1)
	if m.err != nil {
		return nil, m.err
	}
	return m.tensors(speechTensors())
}

// speechTensors lists the tensors of a Silero model (VAD_TENSOR_NAMES in
// whisper-arch.h).
func speechTensors() tensorSet {
	s := tensorSet{}
	s.add("_model.stft.forward_basis_buffer", C.GGML_TYPE_F16, 256, 1, 2*speechBins)
	for i, layer := range convolutions {
		name := fmt.Sprintf("_model.encoder.%d.reparam_conv", i)
		s.add(name+".weight", C.GGML_TYPE_F16, layer[2], layer[0], layer[1])
		s.add(name+".bias", C.GGML_TYPE_F32, layer[1])
	}
	for _, part := range []string{"ih", "hh"} {
		s.add("_model.decoder.rnn.weight_"+part, C.GGML_TYPE_F32, speechState, 4*speechState)
		s.add("_model.decoder.rnn.bias_"+part, C.GGML_TYPE_F32, 4*speechState)
	}
	s.add("_model.decoder.decoder.2.weight", C.GGML_TYPE_F16, speechState)
	s.add("_model.decoder.decoder.2.bias", C.GGML_TYPE_F32, 1)
	return s
}
