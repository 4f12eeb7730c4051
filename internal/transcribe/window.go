package transcribe

import (
	"voiceflow/pkg/engine"
	"voiceflow/pkg/whisper"
)

// WindowLength returns how many seconds of a recording's speech are best packed into a
// window of a model whose windows can be shortened in steps of the given number of frames.
//
// The model is most accurate if the speech fills its 30 s: of 3,074 words of prompts
// in one recording it got 142 to 159 wrong with windows of 22 to 30 s, and 162 to 167
// with windows of 9 to 20 s (base, docs/benchmarks.md). If ggml's own matrix products
// make long windows slow, and steps of 256 frames waste much of them, 8.9 s fit two
// steps with their margin. If several languages are named, they probably alternate,
// and a window has only one: with alternating English and Spanish prompts, 20.9 % of
// the words were wrong in windows of 26 s, and 12.9 % in windows of 8.9 s.
func WindowLength(d engine.Decoding, step int) float64 {
	switch {
	case d.Context != engine.Fitted:
		return whisper.WindowSeconds
	case step < 256 && len(d.Languages) < 2:
		return 26
	default:
		return 8.9
	}
}
