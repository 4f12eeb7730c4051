// Package segmentation measures how well a program detects speech: it places
// sentences at known times, adds noise of a known level, and compares the detected
// utterances with the truth.
//
//	scene := segmentation.Lay(sentences)
//	noisy := scene.With(segmentation.Pink, 10) // 10 dB below the speech
//	score := scene.Judge(found)
//
// All audio is 16 kHz, mono. The package does not run programs or synthesise speech.
package segmentation
