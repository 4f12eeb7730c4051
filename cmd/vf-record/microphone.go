package main

import (
	"sync"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/logrecord"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/capture"
)

// microphone is a source that records from a microphone.
type microphone struct {
	env     *cmdline.Env
	options capture.Options
	system  *capture.System
	shared  bool // system is another's, which closes it
	stream  *capture.Stream
	once    sync.Once
	failed  error
}

// openMicrophone starts the audio system; start begins recording.
func openMicrophone(env *cmdline.Env, o capture.Options, verbose bool) (*microphone, error) {
	system, err := capture.Open(verbose)
	if err != nil {
		return nil, err
	}
	return &microphone{env: env, options: o, system: system}, nil
}

func (m *microphone) start(_ *cmdline.Env, ring *audio.Ring) (err error) {
	m.stream, err = m.system.Record(m.options, ring, m.report)
	return err
}

// report logs what happens to the microphone. Positions and lengths are in seconds of
// the recording.
func (m *microphone) report(e capture.Event) {
	log := &m.env.Log
	at, length := float64(e.At)/audio.SampleRate, float64(e.Samples)/audio.SampleRate
	switch e.Kind {
	case capture.Started:
		log.Debug().EmbedObject(logrecord.DeviceStarted).Str(logrecord.FieldDevice, e.Device).
			Float64(logrecord.FieldRate, e.Rate).Int(logrecord.FieldChannels, e.Channels).
			Float64(logrecord.FieldLatencyMS, float64(e.Latency)/float64(time.Millisecond)).Msg("the microphone is recording")
	case capture.FirstSound:
		log.Debug().EmbedObject(logrecord.FirstSound).Str(logrecord.FieldDevice, e.Device).
			Float64(logrecord.FieldLeadingSilenceMS, at*1000).Msg("first sound from the microphone")
	case capture.Overflow:
		log.Error().EmbedObject(logrecord.Overflow).Float64(logrecord.FieldAt, at).
			Int64(logrecord.FieldTimes, e.Times).
			Msg("the audio system lost samples before they arrived; is the machine overloaded?")
	case capture.Dropped:
		log.Error().EmbedObject(logrecord.Gap).Float64(logrecord.FieldAt, at).Float64(logrecord.FieldSeconds, length).
			Msg("samples were lost and replaced by silence: nobody read the output for minutes, or the machine is overloaded")
	case capture.Lost:
		log.Error().EmbedObject(logrecord.DeviceLost).Err(e.Err).Float64(logrecord.FieldAt, at).
			Str(logrecord.FieldDevice, e.Device).Msg("the microphone is gone; trying to reconnect")
	case capture.Recovered:
		log.Warn().EmbedObject(logrecord.DeviceReturned).Float64(logrecord.FieldAt, at).
			Float64(logrecord.FieldSeconds, length).Str(logrecord.FieldDevice, e.Device).
			Msg("the microphone is back; silence fills the gap")
	}
}

func (m *microphone) stop()      { m.once.Do(func() { m.failed = m.stream.Stop() }) }
func (m *microphone) err() error { return m.failed }

func (m *microphone) close() {
	if !m.shared {
		m.system.Close()
	}
}
