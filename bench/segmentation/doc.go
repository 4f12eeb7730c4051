// Package segmentation judges how well speech is found in a stream: it lays
// sentences at known times, adds noise of a known strength, and compares the
// utterances that a program finds with the truth.
//
//	scene, err := segmentation.Lay(sentences)
//	noisy := scene.With(segmentation.Pink, 10) // 10 dB below the speech
//	score := scene.Judge(found)
//
// All audio is 16 kHz, mono. It runs no program and speaks no sentence.
package segmentation
