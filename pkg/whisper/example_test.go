package whisper_test

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/whisper"
)

func Example() {
	text, err := transcribe("recording.wav", "ggml-base.en.bin")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text)
}

func transcribe(recording, modelFile string) (string, error) {
	pcm, err := input.ReadFile(recording)
	if err != nil {
		return "", err
	}
	lib, err := whisper.Load(whisper.Options{Device: whisper.DeviceAuto}, zerolog.Nop())
	if err != nil {
		return "", err
	}
	defer lib.Close()
	model, err := lib.Open(modelFile, whisper.DeviceAuto)
	if err != nil {
		return "", err
	}
	defer model.Close()
	rec, err := model.NewRecogniser()
	if err != nil {
		return "", err
	}
	defer rec.Close()
	result, err := rec.Transcribe(context.Background(), audio.Float32(nil, pcm), whisper.Params{Language: "en"})
	if err != nil {
		return "", err
	}
	return result.Text(), nil
}
