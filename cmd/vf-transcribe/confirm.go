package main

import (
	"sync"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// sileroModel confirms the speech found in files, if it is installed.
const sileroModel = "silero-v6.2.0"

// openPeak returns Silero's highest probability of speech in samples, by which it confirms
// what the detector finds in files. It is nil if all audio is decoded or the model is not
// installed. done frees the model.
func (s *settings) openPeak(env *cmdline.Env, lib *whisper.Library) (peak func([]int16) (float32, error), done func()) {
	none := func() {}
	if !s.vad {
		return nil, none
	}
	path, err := models.Default().Usable(sileroModel)
	if err != nil { // not installed
		return nil, none
	}
	detector, err := lib.OpenSpeechDetector(path)
	if err != nil {
		env.Log.Warn().Err(err).Msg("detecting speech without the Silero model")
		return nil, none
	}
	var one sync.Mutex // a detector works on one sound at a time
	return func(samples []int16) (float32, error) {
		one.Lock()
		defer one.Unlock()
		return detector.Peak(samples)
	}, detector.Close
}
