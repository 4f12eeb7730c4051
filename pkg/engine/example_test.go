package engine_test

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/whisper"
)

func Example() {
	text, err := transcribe("ggml-base.en.bin", "recording.wav")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text)
}

func transcribe(model, recording string) (string, error) {
	profile, err := engine.FindProfile("speed")
	if err != nil {
		return "", err
	}
	lib, err := whisper.Load(whisper.Options{Device: whisper.DeviceAuto}, zerolog.Nop())
	if err != nil {
		return "", err
	}
	defer lib.Close()
	e, err := engine.Open(engine.Library(lib, model), engine.Config{
		Device: whisper.DeviceAuto, Recognisers: 1, RefreshEvery: profile.RefreshEvery,
		Decoding: engine.Decoding{
			Params: whisper.Params{Language: "en"}, Context: profile.Context, TemperatureInc: 0.2,
		},
	}, zerolog.Nop())
	if err != nil {
		return "", err
	}
	defer e.Close()
	samples, err := input.ReadFile(recording)
	if err != nil {
		return "", err
	}
	result, err := e.Decode(context.Background(), engine.Sound{Samples: audio.Float32(nil, samples)}, nil)
	if err != nil {
		return "", err
	}
	return result.Text(), nil
}

func ExampleProfiles() {
	for _, p := range engine.Profiles() {
		fmt.Println(p.Name, p.Model)
	}
	// Output:
	// speed base.en
	// balanced large-v3-turbo
	// accuracy large-v3-turbo
}
