package main

import (
	"voiceflow/internal/cmdline"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// sileroModel confirms the speech found in files, if it is installed.
const sileroModel = "silero-v6.2.0"

// confirmSpeech makes Silero confirm what the detector finds in files, if its
// model is installed. done frees the model.
func (s *settings) confirmSpeech(env *cmdline.Env, lib *whisper.Library) (done func()) {
	noop := func() {}
	if !s.vad {
		return noop
	}
	path, err := models.Default().Locate(sileroModel)
	if err != nil { // not installed
		return noop
	}
	detector, err := lib.OpenSpeechDetector(path)
	if err != nil {
		env.Log.Warn().Err(err).Msg("detecting speech without the Silero model")
		return noop
	}
	s.confirm = vad.Confirm(detector.Peak)
	return detector.Close
}
