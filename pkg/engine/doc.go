// Package engine is VoiceFlow's policy on top of libwhisper: the settings behind
// each profile, how much of the encoder's window an utterance needs, when a
// result is doubtful and is decoded again, and how to recover from errors.
//
// An [Engine] holds one model and several recognisers that share its weights.
// Decode may be called from any number of goroutines; they wait for a free
// recogniser:
//
//	e, err := engine.Open(engine.Library(lib, "ggml-base.en.bin"), engine.Config{
//		Device: whisper.DeviceAuto, Decoding: engine.Decoding{Context: engine.Fitted}, RefreshEvery: 10,
//	}, log)
//	if err != nil {
//		return err
//	}
//	defer e.Close()
//	result, err := e.Decode(ctx, engine.Sound{Samples: samples}, nil)
//
// Audio is float32 in [-1, 1], 16 kHz, mono. The package does not read files,
// detect speech or write results.
package engine
