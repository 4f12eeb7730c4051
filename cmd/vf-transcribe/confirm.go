package main

import (
	"voiceflow/internal/cmdline"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// sileroModel has the last word on the speech in files where it is installed.
const sileroModel = "silero-v6.2.0"

// confirmSpeech lets Silero judge what the detector finds in files, where its
// model is installed. done frees it.
func (s *settings) confirmSpeech(env *cmdline.Env, lib *whisper.Library) (done func()) {
	nothing := func() {}
	if !s.vad {
		return nothing
	}
	path, err := models.Default().Locate(sileroModel)
	if err != nil { // not installed
		return nothing
	}
	detector, err := lib.OpenSpeechDetector(path)
	if err != nil {
		env.Log.Warn().Err(err).Msg("speech is found without Silero's model")
		return nothing
	}
	s.confirm = vad.Confirm(detector.Peak)
	return detector.Close
}
