package replay

import (
	"context"
	"io"
	"time"
)

// Pipeline is vf-record | vf-vad | vf-transcribe | vf-paste as processes. It
// neither opens a microphone nor types into a window.
type Pipeline struct {
	Dir    string // folder of the programs; empty: search PATH
	Config string // configuration file; empty: the default file
	Model  string // for vf-transcribe; empty: its default
	Device string // for vf-transcribe; empty: its default
	// Connect is the server that decodes, as for vf-transcribe --connect; empty: none.
	Connect string
	// Threads is the number of threads of vf-transcribe; 0: its default.
	// Answer.OwnTime is exact for one thread only: several spin while they wait
	// for one that has no processor.
	Threads int
	// Patience is how long a program may go without responding, in addition to the
	// duration of the recording; 0: no limit.
	Patience time.Duration
}

// Options are options for a replay.
type Options struct {
	// Realtime replays in real time, like a microphone.
	Realtime bool
	// OneByOne sends an utterance only after the previous one has been answered,
	// so that each is timed on its own.
	OneByOne bool
	// Before is called before each utterance is sent to the recogniser.
	Before func()
	// Usage measures the programs' memory and processor time at each answer.
	Usage bool
	// Words receives the texts that vf-paste prints; nil: discarded.
	Words io.Writer
}

// Replay sends a WAV file through the pipeline. Before it sends the first sample,
// it waits until the recogniser has loaded its model and decoded a second of
// silence, so that start-up is not measured. It returns an error if the programs
// could not be run, and a *SilentError if one stopped responding; how they ended
// is in Result.
func (p Pipeline) Replay(ctx context.Context, wav string, o Options) (*Result, error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{options: o, answered: make(chan struct{}, 1), result: &Result{}}
	r.record = p.stage(running, "vf-record", recordArgs(wav, o.Realtime))
	defer r.record.alias(recorderName)()
	r.vad = p.stage(running, "vf-vad", vadArgs())
	r.transcribe = p.stage(running, "vf-transcribe", p.transcribeArgs())
	r.paste = p.stage(running, "vf-paste", pasteArgs())
	r.watchdog = newWatchdog(p.Patience, wavDuration(wav), cancel)
	err := r.do(running)
	silent := r.watchdog.stop()
	cancel()
	for _, s := range r.stages() {
		s.closeInherited()
		if s.started && !s.waited { // still running after an error
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
	return r.result, nil
}

func (p Pipeline) stage(ctx context.Context, name string, args []string) *stage {
	// Without a log file, replays stay out of the user's log and of the statistics
	// made from it.
	args = append([]string{"--log-file="}, args...)
	if p.Config != "" {
		args = append(args, "--config", p.Config)
	}
	return newStage(ctx, p.Dir, name, args...)
}
