package replay

import (
	"context"
	"io"
	"time"
)

// Pipeline is vf-record | vf-vad | vf-transcribe | vf-paste as processes. No
// microphone is opened and no window typed into.
type Pipeline struct {
	Dir    string // folder of the programs; empty: they are looked up in PATH
	Config string // configuration file; empty: the usual one
	Model  string // for vf-transcribe; empty: its default
	Device string // for vf-transcribe; empty: its default
	// Threads of vf-transcribe; 0: its default. Only of one thread is Own
	// exact: several spin while they wait for one that has no processor.
	Threads int
	// Patience is how long, beyond what a recording lasts, a program may give no
	// answer; 0: for ever.
	Patience time.Duration
}

// Options say how a recording is replayed.
type Options struct {
	// Realtime replays as slowly as a microphone hears.
	Realtime bool
	// OneByOne hands the recogniser an utterance only when the one before has
	// been answered, so that the time of each is its own.
	OneByOne bool
	// Before is called before each utterance goes to the recogniser.
	Before func()
	// Usage reads the memory of the programs with each answer.
	Usage bool
	// Words takes each text as vf-paste gives it out; nil: nobody does.
	Words io.Writer
}

// Replay sends a WAV file through the pipeline. The recogniser has loaded its
// model and decoded a second of silence before the first sample is sent: what
// is measured is dictation under way. The error says that the programs could
// not be run, or that one fell silent, a *SilentError; how they ended is in
// Heard.
func (p Pipeline) Replay(ctx context.Context, wav string, o Options) (*Heard, error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{options: o, answered: make(chan struct{}, 1), heard: &Heard{}}
	r.record = p.stage(running, "vf-record", recordArgs(wav, o.Realtime))
	defer r.record.alias(recorderName)()
	r.vad = p.stage(running, "vf-vad", vadArgs())
	r.transcribe = p.stage(running, "vf-transcribe", p.transcribeArgs())
	r.paste = p.stage(running, "vf-paste", pasteArgs())
	r.watchdog = newWatchdog(p.Patience, lasts(wav), cancel)
	err := r.do(running)
	silent := r.watchdog.stop()
	cancel()
	for _, s := range r.stages() {
		s.closeOurs()
		if s.started && !s.waited { // an error left it behind
			_ = s.wait()
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case silent != nil:
		return nil, silent
	case err != nil:
		return nil, err
	}
	return r.heard, nil
}

func (p Pipeline) stage(ctx context.Context, name string, args []string) *stage {
	// Without a log file replays stay out of the user's log, and so out of the
	// statistics of dictation.
	args = append([]string{"--log-file="}, args...)
	if p.Config != "" {
		args = append(args, "--config", p.Config)
	}
	return newStage(ctx, p.Dir, name, args...)
}
