// Package wire is the private protocol by which vf-transcribe --connect has windows
// decoded by vf-transcribe --listen. It is HTTP, and only meant for programs of the same
// version; other programs use the server's public interfaces.
//
// The client first asks GET [EnginePath] about the engine, with the model and the languages
// in the query.
// It then sends one POST [DecodePath] per window: a line of JSON, the [Request], followed
// by the samples as 32-bit little-endian floats. The answer is an engine.Result in JSON.
// POST [PeakPath] sends a few seconds as 16-bit PCM, and is answered by a [Peak]. Answers
// other than 200 contain a [Failure].
package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// Paths of the server.
const (
	EnginePath = "/v1/engine"
	DecodePath = "/v1/decode"
	PeakPath   = "/v1/peak"
)

// ClientHeader names a client in all its requests, so that it has its turn once, however
// many connections it uses.
const ClientHeader = "Voiceflow-Client"

// Engine is what a client must know about the engine.
type Engine struct {
	Version    string `json:"version"` // of the server; see Version in internal/cmdline
	Model      string `json:"model"`
	Device     string `json:"device"`
	WindowStep int    `json:"window_step"` // as engine.Engine.WindowStep
	Confirms   bool   `json:"confirms"`    // whether PeakPath works
}

// Request is a window to decode.
type Request struct {
	Model    string          `json:"model,omitempty"` // name; empty: the server's default
	Batch    bool            `json:"batch,omitempty"` // nobody waits for it
	Decoding engine.Decoding `json:"decoding"`        // the number of threads is ignored
	Voice    []align.Span    `json:"voice"`
	Before   engine.Spoken   `json:"before,omitempty"`
}

// Peak is the highest probability of speech in some audio.
type Peak struct {
	Probability float32 `json:"probability"` // 0 to 1
}

// Kind classifies a Failure.
type Kind string

// Kinds of failures.
const (
	KindModel      Kind = "model"      // the server does not have the model
	KindLanguage   Kind = "language"   // the model does not know the language
	KindBusy       Kind = "busy"       // try again after the time in Retry-After
	KindRequest    Kind = "request"    // malformed: perhaps another version
	KindRecogniser Kind = "recogniser" // decoding failed
	KindStopping   Kind = "stopping"   // the server is about to end
)

// Failure is why a request failed.
type Failure struct {
	Kind    Kind   `json:"kind"`
	Message string `json:"message"`
}

func (f *Failure) Error() string { return f.Message }

// maxLine is the longest line of a request, in bytes. A prompt is the only part of it
// without a natural limit.
const maxLine = 1 << 20

// maxSamples is the most samples in a request: ten hours.
const maxSamples = 10 * 3600 * 16000

// WriteRequest writes the body of a request.
func WriteRequest(w io.Writer, r *Request, samples []float32) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		return err
	}
	buf := make([]byte, 0, 4*len(samples))
	for _, s := range samples {
		buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(s))
	}
	_, err = w.Write(buf)
	return err
}

// ReadRequest reads the body of a request. It refuses fields that it does not know.
func ReadRequest(r io.Reader) (*Request, []float32, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, nil, fmt.Errorf("read the request: %w", err)
		}
		if len(line) > maxLine {
			return nil, nil, fmt.Errorf("the first line is longer than %d bytes", maxLine)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	request := &Request{}
	if err := dec.Decode(request); err != nil {
		return nil, nil, fmt.Errorf("the first line: %w", err)
	}
	samples, err := readSamples(in)
	if err == nil {
		err = request.check(len(samples))
	}
	return request, samples, err
}

// MinTemperatureInc is the smallest step of temperatures that a request may ask for,
// besides 0: each step is a decoding.
const MinTemperatureInc = 0.05

// check returns an error for settings that the engine relies on, and that only a program
// other than ours would send.
func (r *Request) check(samples int) error {
	d, p := &r.Decoding, &r.Decoding.Params
	within := func(v, low, high float64) bool { return v >= low && v <= high }
	switch {
	case !within(float64(p.BeamSize), 0, whisper.MaxBeams), !within(float64(p.BestOf), 0, whisper.MaxBeams):
		return fmt.Errorf("%d beams, best of %d: at most %d", p.BeamSize, p.BestOf, whisper.MaxBeams)
	case !within(p.Temperature, 0, 1), d.TemperatureInc != 0 && !within(d.TemperatureInc, MinTemperatureInc, 1):
		return fmt.Errorf("temperature %v in steps of %v: at most 1, in steps of at least %v",
			p.Temperature, d.TemperatureInc, MinTemperatureInc)
	case p.MaxLen < 0, d.Context < engine.Fitted:
		return fmt.Errorf("segments of %d characters, windows of %d frames", p.MaxLen, d.Context)
	}
	const rounding = 1 // second
	end := 0.0
	for _, v := range r.Voice {
		if !(v.Start >= end && v.End >= v.Start && v.End <= float64(samples)/whisper.SampleRate+rounding) {
			return fmt.Errorf("voice from %v to %v s, in a window of %d samples", v.Start, v.End, samples)
		}
		end = v.End
	}
	return nil
}

// readSamples reads samples up to the end. They are finite and within [-1, 1].
func readSamples(r io.Reader) ([]float32, error) {
	data, err := io.ReadAll(io.LimitReader(r, 4*maxSamples+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read samples: %w", err)
	case len(data) > 4*maxSamples:
		return nil, errors.New("more than ten hours of audio in one request")
	case len(data)%4 != 0:
		return nil, fmt.Errorf("%d bytes of samples, not a multiple of 4", len(data))
	}
	samples := make([]float32, len(data)/4)
	for i := range samples {
		s := math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		if !(s >= -1 && s <= 1) {
			return nil, fmt.Errorf("sample %d is %v, not between -1 and 1", i, s)
		}
		samples[i] = s
	}
	return samples, nil
}
