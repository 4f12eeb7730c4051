// Package whisper recognises speech with libwhisper. It is the only package
// that knows the library; no C type leaves it.
//
// A [Library] is the loaded library with its compute backends, a [Model] one
// file of weights on one device, a [Recogniser] one decoding state over these
// weights. Recognisers of one model may work at the same time; each alone does
// one thing at a time.
//
//	lib, err := whisper.Load(backends, log)
//	...
//	defer lib.Close()
//	model, err := lib.Open("ggml-base.en.bin", whisper.DeviceAuto)
//	...
//	defer model.Close()
//	rec, err := model.NewRecogniser()
//	...
//	defer rec.Close()
//	result, err := rec.Transcribe(ctx, samples, whisper.Params{Language: "en"})
//
// Audio is always float32 in [-1, 1], 16 kHz, mono. Cutting speech into
// utterances, reading files, retrying and choosing models happen elsewhere.
package whisper
