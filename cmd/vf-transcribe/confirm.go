package main

import (
	"voiceflow/internal/cmdline"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// sileroModel confirms the speech found in files, if it is installed.
const sileroModel = "silero-v6.2.0"

// confirmSpeech returns a function by which Silero confirms what the detector finds in
// files; it is nil if its model is not installed. done frees the model.
func (s *settings) confirmSpeech(env *cmdline.Env, lib *whisper.Library) (
	confirm func(*vad.Utterance) (bool, error), done func(),
) {
	noop := func() {}
	if !s.vad {
		return nil, noop
	}
	path, err := models.Default().Locate(sileroModel)
	if err != nil { // not installed
		return nil, noop
	}
	detector, err := lib.OpenSpeechDetector(path)
	if err != nil {
		env.Log.Warn().Err(err).Msg("detecting speech without the Silero model")
		return nil, noop
	}
	return vad.Confirm(detector.Peak), detector.Close
}
