// Package event is the format the voiceflow tools speak between each other:
// one JSON object a line, UTF-8, with a "type" that says what the line is.
//
//	{"type":"utterance","id":1,"start":0.5,"end":2.1,"pcm_start":0.2,"pcm":"..."}
//	{"type":"speech","id":1,"speaking":true,"time":0.5}
//	{"type":"transcript","id":1,"start":0.5,"end":2.1,"text":"hello","segments":[...],...}
//	{"type":"result","id":1,"file":"talk.wav","outputs":["out/talk.srt"],...}
//	{"type":"error","id":2,"error":"no speech model"}
//
// The answers of programs about what they have are lines, too: "model", "copy",
// "device" and "method".
//
// All times are seconds from the start of the recording. Inside the package
// are the record types, a [Reader] that goes through a stream in the manner of
// bufio.Scanner, and a [Writer]. Audio processing, and what to do about a
// failure, are the business of the tools.
//
// A stage must be able to sit in the middle of a pipe that carries more than
// it knows: unknown fields are ignored, a line of an unknown type comes out as
// [*Unknown] and can be written on as it was, and a malformed line comes out
// as [*SyntaxError] while the stream goes on. Field names match as
// encoding/json matches them, that is, without regard to case.
package event

import (
	"encoding/json"
	"fmt"
)

// MaxLine is the longest line in bytes, without its line ending, that a
// Reader takes in and a Writer writes. An utterance of 30 seconds at 16 kHz
// has about 1.3 MB.
const MaxLine = 16 << 20

// Record is one line of a stream: *Utterance, *Speech, *Transcript, *Result,
// *Delivery, *Failure, *Model, *ModelCopy, *Device, *Method, *Unknown or
// *SyntaxError.
type Record interface {
	record()
}

// Utterance is one complete stretch of speech with its sound, as found by
// vf-vad (type "utterance"). All its fields but Decided are required on a line.
type Utterance struct {
	ID int `json:"id"`
	// Start and End bound the detected speech, in seconds.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	// PCMStart is the time of the first sample in PCM, in seconds. PCM has
	// some sound before Start and after End (pre-roll and post-roll), so it is
	// usually less than Start.
	PCMStart float64 `json:"pcm_start"`
	// Decided is the time in the recording at which the end was known, in
	// seconds: from End to there it had to be quiet. 0: not told.
	Decided float64 `json:"decided,omitempty"`
	// PCM is the sound: 16-bit little-endian samples, base64 on the line. It
	// is never empty and its length is even.
	PCM []byte `json:"pcm"`
}

// Speech says that speech has begun or ended (type "speech"), at once and
// without its sound, for indicators. All its fields are required on a line.
type Speech struct {
	// ID is that of the utterance that this becomes, unless it is found to be
	// none.
	ID       int  `json:"id"`
	Speaking bool `json:"speaking"`
	// Time is where speech begins or ends, in seconds.
	Time float64 `json:"time"`
}

// Transcript is what was said in an utterance or a file, as found by
// vf-transcribe (type "transcript"). Field names follow the verbose_json
// answer of OpenAI's transcription service. Only text is required on a line.
type Transcript struct {
	// ID is that of the utterance.
	ID int `json:"id"`
	// File is the name of the transcribed file, empty for an utterance.
	File string `json:"file,omitempty"`
	// Start and End bound the transcribed speech, in seconds.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	// Text is the whole text. It may be empty, and is still on the line.
	Text string `json:"text"`
	// Language is the code of the language spoken, such as "en".
	Language string `json:"language"`
	// Duration is the length of the transcribed sound, in seconds.
	Duration float64 `json:"duration"`
	// Segments are the parts of the text in order. On a line it is always an
	// array, and a Reader never leaves it nil.
	Segments []Segment `json:"segments"`
	// Incomplete says that the work was interrupted: there is more to it than this,
	// and End is the end of what was transcribed.
	Incomplete bool `json:"incomplete,omitempty"`

	// Model and Device say what transcribed: the model's name, and for
	// example "cpu".
	Model  string `json:"model"`
	Device string `json:"device"`
	// AudioCtx is the length of the encoder's context, in its frames.
	AudioCtx int `json:"audio_ctx"`
	// Retries counts the repeated attempts at a better transcript.
	Retries int `json:"retries"`
	// Uncovered are stretches of speech that no words were found for, each its start and
	// end in seconds, and Dropped counts the segments that were left out as not spoken.
	Uncovered [][2]float64 `json:"uncovered,omitempty"`
	Dropped   int          `json:"dropped,omitempty"`
	// Degraded is what the recogniser had to give up since its start to go on
	// after errors, such as "gpu -> cpu".
	Degraded []string `json:"degraded,omitempty"`
	// ProcessingSeconds is the time it took, and SpeedFactor is Duration
	// divided by that time.
	ProcessingSeconds float64 `json:"processing_seconds"`
	SpeedFactor       float64 `json:"speed_factor"`

	// What follows is not on a line, and serves package format. LanguageName is that of
	// the language in English, such as "english".
	LanguageName string `json:"-"`
	// Translated says that Text is a translation into English.
	Translated bool `json:"-"`
}

// Result says what became of a file whose transcript was written to files of
// its own (type "result"). Fields that it shares with Transcript mean the same.
type Result struct {
	ID   int    `json:"id"`
	File string `json:"file"`
	// Outputs are the files with the transcript, one for each format. On a line
	// it is always an array, and a Reader never leaves it nil.
	Outputs []string `json:"outputs"`
	// Skipped says that they were there before; what follows is then left out.
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

// Delivery says what became of a text, as vf-paste did it (type "delivery").
// Only characters is required on a line. The text itself is not in it.
type Delivery struct {
	// ID is that of the utterance.
	ID int `json:"id"`
	// Method took the text; empty: none did.
	Method     string `json:"method,omitempty"`
	Characters int    `json:"characters"`
	// Erased is how many characters were taken back before.
	Erased  int     `json:"erased,omitempty"`
	Seconds float64 `json:"seconds"`
	// Verified says that the target was seen to take all of it.
	Verified bool `json:"verified"`
	// Kept is the file, or the clipboard's method, that has the text which no
	// target took.
	Kept string `json:"kept,omitempty"`
	// Failed are the errors of the methods that were tried before, or in vain.
	Failed []string `json:"failed,omitempty"`
}

// Segment is a part of a Transcript, about a sentence.
type Segment struct {
	ID int `json:"id"`
	// Start and End are in seconds from the start of the recording.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Text  string  `json:"text"`
	// AvgLogprob is the mean natural logarithm of the tokens' probabilities,
	// so at most 0.
	AvgLogprob float64 `json:"avg_logprob"`
	// CompressionRatio is the text's length divided by its compressed length;
	// a high one tells of repetition.
	CompressionRatio float64 `json:"compression_ratio"`
	// NoSpeechProb is the probability, 0 to 1, that nobody speaks.
	NoSpeechProb float64 `json:"no_speech_prob"`
	// Temperature is that of the sampling, 0 for none.
	Temperature float64 `json:"temperature"`
	// Words are the segment's words where the times of words were asked for;
	// a Reader leaves it nil where there are none.
	Words []Word `json:"words,omitempty"`

	// What follows is not on a line, and serves package format. Spoken are all words of
	// the text, for subtitles to be laid out by.
	Spoken []Word `json:"-"`
	// Seek is where the speech of the window begins that the segment was decoded in, in
	// hundredths of a second, and Tokens are the model's for the segment.
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

// Failure says that a stage could not do its work on one item (type "error").
// Only error is required on a line.
type Failure struct {
	// File is the name of the file, empty for an utterance.
	File string `json:"file,omitempty"`
	// ID is that of the utterance.
	ID int `json:"id"`
	// Error is what went wrong, for a person.
	Error string `json:"error"`
}

// Unknown is a line of a type that this package does not know.
type Unknown struct {
	Type string
	// Raw is the line without its line ending.
	Raw json.RawMessage
}

// SyntaxError is a line that could not be understood and was skipped.
type SyntaxError struct {
	// Line is the number of the line, from 1.
	Line int
	Err  error
}

// Error gives the line's number and what is wrong with it.
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
