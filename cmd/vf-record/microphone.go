package main

import (
	"sync"
	"time"

	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/capture"
)

// microphone is a source that listens.
type microphone struct {
	env     *tool.Env
	options capture.Options
	system  *capture.System
	stream  *capture.Stream
	once    sync.Once
	failed  error
}

// openMicrophone starts the audio system; start then listens.
func openMicrophone(env *tool.Env, o capture.Options, verbose bool) (*microphone, error) {
	system, err := capture.Open(verbose)
	if err != nil {
		return nil, err
	}
	return &microphone{env: env, options: o, system: system}, nil
}

func (m *microphone) start(_ *tool.Env, ring *audio.Ring) (err error) {
	m.stream, err = m.system.Record(m.options, ring, m.report)
	return err
}

// report tells the user what happens to the microphone. Places and lengths are
// seconds of the recording.
func (m *microphone) report(e capture.Event) {
	log := &m.env.Log
	at, length := float64(e.At)/audio.SampleRate, float64(e.Samples)/audio.SampleRate
	switch e.Kind {
	case capture.Started:
		log.Debug().Str("device", e.Device).Float64("rate", e.Rate).Int("channels", e.Channels).
			Float64("latency_ms", float64(e.Latency)/float64(time.Millisecond)).Msg("the microphone records")
	case capture.FirstSound:
		log.Debug().Str("device", e.Device).Float64("leading_silence_ms", at*1000).Msg("the microphone gives sound")
	case capture.Overflow:
		log.Error().Float64("at", at).Int64("times", e.Times).Msg("the audio system lost samples before they arrived; is the machine overloaded?")
	case capture.Dropped:
		log.Error().Float64("at", at).Float64("seconds", length).
			Msg("samples were lost and silence takes their place: the output was not read for minutes, or the machine is overloaded")
	case capture.Lost:
		log.Error().Err(e.Err).Float64("at", at).Str("device", e.Device).Msg("the microphone is gone; trying to reconnect")
	case capture.Recovered:
		log.Warn().Float64("at", at).Float64("seconds", length).Str("device", e.Device).
			Msg("the microphone is back; silence takes the place of what it missed")
	}
}

func (m *microphone) stop()      { m.once.Do(func() { m.failed = m.stream.Stop() }) }
func (m *microphone) err() error { return m.failed }
func (m *microphone) keep() bool { return true }
func (m *microphone) close()     { m.system.Close() }
