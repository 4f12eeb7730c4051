package main

import (
	"context"
	"io"
	"os"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/level"
	"voiceflow/pkg/capture"
)

// check listens for a while and reports whether speech will be understood.
func check(env *cmdline.Env, cfg config) error {
	renameProcess()
	src, err := openSource(env, cfg)
	if err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	defer src.close()
	microphone := checkedDevice(src, cfg)
	ring := audio.NewRing(int(audio.Samples(ringTime)))
	if err := src.start(env, ring); err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	ctx, cancel := context.WithCancel(env.Context)
	defer cancel()
	go stopOnRequest(ctx, env, src, 0)
	guide := newCountdown(env, cfg)
	levels, err := measure(ctx, ring, limitSamples(cfg.limit), guide.push)
	guide.end()
	src.stop()
	if err != nil {
		return err
	}
	if err := src.err(); err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	v := judge(levels)
	v.Device, v.Description, v.Monitor = microphone.Name, microphone.Description, microphone.Monitor
	if err := v.print(env.Stdout, cfg.json); err != nil {
		return err
	}
	if !v.Usable {
		return cmdline.Exit(exitcode.Input, nil) // the verdict says why
	}
	return nil
}

// checkedDevice returns the microphone that a source will record. For a file, or if there
// is no such microphone, it has no name.
func checkedDevice(src source, cfg config) capture.Device {
	m, live := src.(*microphone)
	if !live {
		return capture.Device{}
	}
	d, err := m.system.Find(cfg.devices.Device)
	if err != nil {
		return capture.Device{} // the error comes when recording starts
	}
	return d
}

// renameProcess protects a check from signals sent to recorders by name, on systems
// such as Linux that let a process choose its name.
func renameProcess() {
	if f, err := os.OpenFile("/proc/self/comm", os.O_WRONLY, 0); err == nil {
		_, _ = f.WriteString("vf-check-record") // 15 characters at most
		_ = f.Close()
	}
}

// measure listens to limit samples, or to all if it is 0, and passes them on to heard.
// It ignores the zeros that many microphones begin with, unless there is nothing else.
func measure(ctx context.Context, ring *audio.Ring, limit int64, heard func([]int16)) (level.Levels, error) {
	var m level.Measure
	zeros, buf := int64(0), make([]int16, 4096)
	for total := int64(0); limit == 0 || total < limit; {
		if rest := limit - total; limit > 0 && rest < int64(len(buf)) {
			buf = buf[:rest]
		}
		n, err := ring.Read(ctx, buf)
		if err == io.EOF {
			break
		}
		if err != nil {
			return level.Levels{}, err
		}
		total += int64(n)
		sound := buf[:n]
		heard(sound)
		for len(sound) > 0 && sound[0] == 0 && zeros >= 0 {
			sound = sound[1:]
			zeros++
		}
		if len(sound) > 0 {
			zeros = -1 // the leading zeros are over
		}
		m.Push(sound)
	}
	if zeros > 0 {
		m.Push(make([]int16, zeros))
	}
	return m.Levels(), nil
}
