// Package engine is VoiceFlow's policy over libwhisper: which settings a
// profile stands for, how much of the encoder's window an utterance needs, when
// a result is doubted and decoded again, and how to go on after errors.
//
// An [Engine] has one model and a number of recognisers over its weights.
// Decode may be called by as many goroutines as there are recognisers, and more
// wait for their turn:
//
//	e, err := engine.Open(engine.Library(lib, "ggml-base.en.bin"), engine.Config{
//		Device: whisper.DeviceAuto, Context: engine.Fitted, RefreshEvery: 10,
//	}, log)
//	...
//	defer e.Close()
//	result, err := e.Decode(ctx, engine.Sound{Samples: samples}, nil)
//
// Audio is float32 in [-1, 1], 16 kHz, mono. Reading files, finding speech and
// writing results happen elsewhere.
package engine
