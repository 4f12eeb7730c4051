package whisper

/*
#include <ggml.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"io"
	"os"

	"voiceflow/internal/openfile"
)

// modelMagic is at the start of every ggml file: "ggml" as a little-endian number
// (GGML_FILE_MAGIC in ggml.h).
const modelMagic = 0x67676d6c

var errNoMagic = errors.New("it does not start like a ggml file")

// modelFile is an open model file whose structure has been checked. Everything but
// the weights is kept in memory, so the library loads exactly what was checked, even
// if the file is replaced or overwritten meanwhile.
type modelFile struct {
	path   string
	file   *os.File
	pieces []piece
}

// piece is a part of a model file: bytes of its structure, and how many bytes of
// weights follow them.
type piece struct {
	structure []byte
	weights   int64
	kind      C.enum_ggml_type // of the weights
}

// openModelFile opens a Whisper model in ggml format and checks its structure: the
// header, the mel filters, the vocabulary, and the name, shape and type of every
// tensor. whisper.cpp trusts all of these, so a wrong one makes it write beyond its
// memory. The error wraps ErrNotModel.
func openModelFile(path string) (*modelFile, error) {
	return openChecked(path, "choose a ggml model file with -m", checkModel)
}

// openSpeechModelFile is like openModelFile, for a Silero model.
func openSpeechModelFile(path string) (*modelFile, error) {
	return openChecked(path, "choose a ggml Silero model with --vad-model", checkSpeechModel)
}

func openChecked(path, remedy string, check func(io.ReadSeeker, int64) ([]piece, error)) (*modelFile, error) {
	f, err := openfile.Regular(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; %s", ErrNotModel, err, remedy)
	}
	info, err := f.Stat()
	var pieces []piece
	if err == nil {
		pieces, err = check(f, info.Size())
	}
	if err == nil {
		return &modelFile{path: path, file: f, pieces: pieces}, nil
	}
	f.Close()
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %s ends too early; download it again", ErrNotModel, path)
	}
	return nil, fmt.Errorf("%w: %s: %w; %s", ErrNotModel, path, err, remedy)
}

// CheckModel checks the structure of a Whisper model in ggml format without reading its
// weights. The error wraps ErrNotModel.
func CheckModel(path string) error {
	m, err := openModelFile(path)
	if err != nil {
		return err
	}
	return m.Close()
}

func (m *modelFile) Close() error { return m.file.Close() }

// checkModel checks the structure of a Whisper model of size bytes, without reading
// its weights. The order is that of whisper_model_load in whisper.cpp.
func checkModel(f io.ReadSeeker, size int64) ([]piece, error) {
	m := newModelReader(f, size)
	m.magic()
	h := m.header()
	m.filters(h.mels)
	m.words(h.vocabulary)
	if m.err != nil {
		return nil, m.err
	}
	return m.tensors(h.tensors())
}
