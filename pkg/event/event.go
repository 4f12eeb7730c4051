// Package event defines the format in which the VoiceFlow programs exchange data:
// one JSON object per line, in UTF-8, with a "type" field.
//
//	{"type":"utterance","id":1,"start":0.5,"end":2.1,"pcm_start":0.2,"pcm":"..."}
//	{"type":"speech","id":1,"speaking":true,"time":0.5}
//	{"type":"transcript","id":1,"start":0.5,"end":2.1,"text":"hello","segments":[...],...}
//	{"type":"result","id":1,"file":"talk.wav","outputs":["out/talk.srt"],...}
//	{"type":"error","id":2,"error":"no speech model"}
//	{"type":"end","transcripts":1,"errors":1}
//
// A dictation in progress has more of them, which programs may ignore:
//
//	{"type":"audio","at":16000,"pcm":"..."}
//	{"type":"mark","mark":"end","at":48000}
//	{"type":"tentative","id":1,"start":0.5,"end":1.2,"pcm_start":0.2,"pcm":"..."}
//	{"type":"partial","id":1,"stable":"hello","unstable":" word"}
//
// Programs also list their models, devices and methods in such lines, with the
// types "model", "copy", "device" and "method", and vf-record its state, with the
// type "recorder".
//
// All times are seconds from the start of the recording. The package contains the
// record types, a [Reader], used like a bufio.Scanner, and a [Writer]. It neither
// processes audio nor decides how to handle failures.
//
// A program must work in a pipe that carries lines it does not understand. A
// Reader ignores unknown fields, returns a line of an unknown type as [*Unknown],
// which can be passed on unchanged, and returns a malformed line as
// [*SyntaxError] before it continues. Field names are matched like in
// encoding/json, that is, ignoring case.
package event

import (
	"encoding/json"
	"fmt"
)

// MaxLine is the maximum length of a line, in bytes without the line ending, for
// both Reader and Writer. An utterance of 30 seconds at 16 kHz has about 1.3 MB.
const MaxLine = 16 << 20

// Record is one line of a stream: *Utterance, *Speech, *Transcript, *Result,
// *Delivery, *Failure, *Audio, *Mark, *Tentative, *Partial, *Recorder, *Model,
// *ModelCopy, *Device, *Method, *End, *Unknown or *SyntaxError.
type Record interface {
	record()
}

// Utterance is a complete stretch of speech with its audio, as detected by vf-vad
// (type "utterance"). All fields except Decided are required on a line.
type Utterance struct {
	ID int `json:"id"`
	// Start and End bound the detected speech, in seconds.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	// PCMStart is the time of the first sample in PCM, in seconds. It is usually
	// before Start, as PCM includes audio before Start and after End (pre-roll and
	// post-roll).
	PCMStart float64 `json:"pcm_start"`
	// Decided is the time in the recording at which the end was detected, in seconds,
	// after silence since End; 0 if unknown.
	Decided float64 `json:"decided,omitempty"`
	// PCM is the audio: 16-bit little-endian samples, in base64 on the line. It is
	// never empty and its length is even.
	PCM []byte `json:"pcm"`
}

// Speech signals the beginning or end of speech (type "speech") immediately and
// without audio, for indicators. All fields are required on a line.
type Speech struct {
	// ID is the number of the utterance that the speech will become, unless it is
	// rejected.
	ID       int  `json:"id"`
	Speaking bool `json:"speaking"`
	// Time is when the speech begins or ends, in seconds.
	Time float64 `json:"time"`
}

// Transcript is the text of an utterance or a file, as recognised by vf-transcribe
// (type "transcript"). Field names follow the verbose_json response of OpenAI's
// transcription service. Only text is required on a line.
type Transcript struct {
	// ID is the number of the utterance.
	ID int `json:"id"`
	// File is the name of the transcribed file, empty for an utterance.
	File string `json:"file,omitempty"`
	// Start and End bound the transcribed speech, in seconds.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	// Text is the whole text. It is required, but may be empty.
	Text string `json:"text"`
	// Language is the code of the spoken language, such as "en".
	Language string `json:"language"`
	// Duration is the length of the transcribed audio, in seconds.
	Duration float64 `json:"duration"`
	// Segments are the parts of the text in order. On a line it is always an array,
	// and from a Reader it is never nil.
	Segments []Segment `json:"segments"`
	// Incomplete means that the work was interrupted, and End is where it stopped.
	Incomplete bool `json:"incomplete,omitempty"`

	// Model is the model's name, and Device where it ran, such as "cpu".
	Model  string `json:"model"`
	Device string `json:"device"`
	// AudioCtx is the length of the encoder's context, in frames.
	AudioCtx int `json:"audio_ctx"`
	// Retries is the number of repeated attempts at a better transcript.
	Retries int `json:"retries"`
	// Uncovered lists stretches of speech without words, as start and end in seconds,
	// and Dropped is the number of segments removed as not spoken.
	Uncovered [][2]float64 `json:"uncovered,omitempty"`
	Dropped   int          `json:"dropped,omitempty"`
	// Degraded lists the compromises made after errors since the recogniser started,
	// such as "gpu -> cpu".
	Degraded []string `json:"degraded,omitempty"`
	// ProcessingSeconds is the time taken, and SpeedFactor is Duration divided by it.
	ProcessingSeconds float64 `json:"processing_seconds"`
	SpeedFactor       float64 `json:"speed_factor"`

	// The following fields are not on a line; package format uses them. LanguageName
	// is the English name of the language, such as "english".
	LanguageName string `json:"-"`
	// Translated means that Text is a translation into English.
	Translated bool `json:"-"`
}

// Result reports on a file whose transcript was written to separate files (type
// "result"). Fields shared with Transcript have the same meaning.
type Result struct {
	ID   int    `json:"id"`
	File string `json:"file"`
	// Outputs are the files with the transcript, one per format. On a line it is
	// always an array, and from a Reader it is never nil.
	Outputs []string `json:"outputs"`
	// Skipped means that the outputs already existed; all following fields are then
	// omitted.
	Skipped bool `json:"skipped,omitempty"`

	Language          string       `json:"language,omitempty"`
	Duration          float64      `json:"duration,omitempty"`
	Model             string       `json:"model,omitempty"`
	Device            string       `json:"device,omitempty"`
	Retries           int          `json:"retries,omitempty"`
	Uncovered         [][2]float64 `json:"uncovered,omitempty"`
	Dropped           int          `json:"dropped,omitempty"`
	Degraded          []string     `json:"degraded,omitempty"`
	ProcessingSeconds float64      `json:"processing_seconds,omitempty"`
	SpeedFactor       float64      `json:"speed_factor,omitempty"`
}

// Delivery reports how vf-paste delivered a text (type "delivery"), without the
// text itself. Only characters is required on a line.
type Delivery struct {
	// ID is the number of the utterance.
	ID int `json:"id"`
	// Method is the method that delivered the text, empty if all failed.
	Method     string `json:"method,omitempty"`
	Characters int    `json:"characters"`
	// Erased is the number of characters deleted first.
	Erased  int     `json:"erased,omitempty"`
	Seconds float64 `json:"seconds"`
	// Verified means that the target confirmed that it accepted the whole text.
	Verified bool `json:"verified"`
	// Kept is the file or the clipboard method that holds an undelivered text.
	Kept string `json:"kept,omitempty"`
	// Failed lists the errors of methods that failed.
	Failed []string `json:"failed,omitempty"`
}

// Segment is a part of a Transcript, about a sentence.
type Segment struct {
	ID int `json:"id"`
	// Start and End are in seconds from the start of the recording.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Text  string  `json:"text"`
	// AvgLogprob is the mean natural logarithm of the tokens' probabilities, at most
	// 0.
	AvgLogprob float64 `json:"avg_logprob"`
	// CompressionRatio is the length of the text divided by its compressed length; a
	// high value indicates repetition.
	CompressionRatio float64 `json:"compression_ratio"`
	// NoSpeechProb is the probability, 0 to 1, that there is no speech.
	NoSpeechProb float64 `json:"no_speech_prob"`
	// Temperature is the sampling temperature, 0 for no sampling.
	Temperature float64 `json:"temperature"`
	// Words are the segment's words if word times were requested. A Reader leaves it
	// nil if there are none.
	Words []Word `json:"words,omitempty"`

	// The following fields are not on a line; package format uses them. Spoken holds
	// all words of the text, for the layout of subtitles.
	Spoken []Word `json:"-"`
	// Seek is when speech starts in the window that the segment was decoded in, in
	// hundredths of a second, and Tokens are the segment's model tokens.
	Seek   int   `json:"-"`
	Tokens []int `json:"-"`
}

// Word is one word of a Segment.
type Word struct {
	Word string `json:"word"`
	// Start and End are in seconds from the start of the recording.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	// Probability is 0 to 1.
	Probability float64 `json:"probability"`
}

// Failure reports that a program failed on one item (type "error"). Only error is
// required on a line.
type Failure struct {
	// File is the name of the file, empty for an utterance.
	File string `json:"file,omitempty"`
	// ID is the number of the utterance.
	ID int `json:"id"`
	// Error is the message for people.
	Error string `json:"error"`
}

// Unknown is a line of unknown type.
type Unknown struct {
	Type string
	// Raw is the line without its line ending.
	Raw json.RawMessage
}

// SyntaxError is a malformed line that was skipped.
type SyntaxError struct {
	// Line is the number of the line, from 1.
	Line int
	// ID is the ID in the line, 0 if none can be read.
	ID  int
	Err error
}

// Error returns the line number and the reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d: %v; skipped", e.Line, e.Err)
}

// Unwrap returns e.Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

func (*Utterance) record()   {}
func (*Speech) record()      {}
func (*Transcript) record()  {}
func (*Result) record()      {}
func (*Delivery) record()    {}
func (*Failure) record()     {}
func (*Unknown) record()     {}
func (*SyntaxError) record() {}
