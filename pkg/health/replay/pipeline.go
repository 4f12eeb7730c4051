package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// Pipeline is vf-record | vf-vad | vf-transcribe | vf-paste as processes. No
// microphone is opened and no window typed into.
type Pipeline struct {
	Dir    string // folder of the programs; empty: they are looked up in PATH
	Model  string // for vf-transcribe; empty: its default
	Device string // for vf-transcribe; empty: its default
	// Threads of vf-transcribe; 0: its default. Only of one thread is Own
	// exact: several spin while they wait for one that has no processor.
	Threads int
}

// A replay one by one takes an answer for lost after lostAfter, or after
// lostTimes what the slowest took so far, and not before lostAtLeast.
const (
	lostAfter   = 3 * time.Minute
	lostAtLeast = 3 * time.Second
	lostTimes   = 20
)

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
// not be run; how they ended is in Heard.
func (p Pipeline) Replay(ctx context.Context, wav string, o Options) (*Heard, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &run{options: o, answered: make(chan struct{}, 1), heard: &Heard{}}
	r.record = newStage(ctx, p.Dir, "vf-record", recordArgs(wav, o.Realtime)...)
	r.vad = newStage(ctx, p.Dir, "vf-vad", noLog, "--raw=false", "--calibrate=false")
	r.transcribe = newStage(ctx, p.Dir, "vf-transcribe", p.transcribeArgs()...)
	r.paste = newStage(ctx, p.Dir, "vf-paste", noLog, "--method", "stdout", "--exec=", "--notify=false")
	err := r.do()
	cancel()
	for _, s := range []*stage{r.record, r.vad, r.transcribe, r.paste} {
		s.closeOurs()
		if s.started && s.ProcessState == nil { // an error left it behind
			s.Wait()
		}
	}
	if err != nil {
		return nil, err
	}
	return r.heard, nil
}

// noLog keeps replays out of the user's log, and so out of the statistics of
// dictation.
const noLog = "--log-file="

// recordArgs has the recording whole, whatever the user's configuration says
// for the microphone: above all a replay must not --toggle a dictation that is
// under way.
func recordArgs(wav string, realtime bool) []string {
	return []string{
		noLog, "--input", wav, fmt.Sprintf("--realtime=%t", realtime), "--output", "-",
		"--toggle=false", "--armed=false", "--max-duration=0s", "--until-silence=0s",
	}
}

func (p Pipeline) transcribeArgs() []string {
	args := []string{noLog, "--output-format", "jsonl"}
	if p.Model != "" {
		args = append(args, "--model", p.Model)
	}
	if p.Device != "" {
		args = append(args, "--device", p.Device)
	}
	if p.Threads > 0 {
		args = append(args, "--threads", strconv.Itoa(p.Threads))
	}
	return args
}

// run is a replay under way.
type run struct {
	options                        Options
	record, vad, transcribe, paste *stage
	answered                       chan struct{} // a token for each answer that somebody waits for
	sent                           clock
	heard                          *Heard
	usage                          *usage
	own                            ownTime
	family                         []int32 // vf-transcribe with its children
	began                          time.Time
}

func (r *run) do() error {
	utterances, transcripts, toRecogniser, toPaste, err := r.connect()
	if err != nil {
		return err
	}
	defer utterances.Close()
	defer transcripts.Close()
	for _, s := range []*stage{r.paste, r.transcribe} {
		if err := s.start(); err != nil {
			return err
		}
	}
	in := event.NewReader(transcripts)
	warm := time.Now()
	if err := warmUp(in, toRecogniser); err != nil {
		return err
	}
	r.family = family(int32(r.transcribe.Process.Pid))
	r.own.read(r.family, warm, time.Now())
	for _, s := range []*stage{r.vad, r.record} {
		if err := s.start(); err != nil {
			return err
		}
	}
	if r.usage, err = watch(r.options.Usage, r.record, r.vad, r.transcribe, r.paste); err != nil {
		return err
	}
	r.began = time.Now()
	relayed := make(chan int)
	go func() { relayed <- r.relay(utterances, toRecogniser) }()
	out := event.NewWriter(toPaste)
	for in.Scan() {
		r.take(in.Record())
		if err := out.Write(in.Record()); err != nil {
			break // how vf-paste ended tells why
		}
	}
	close(r.answered)
	utterances.Close() // a program that still writes has no reader any more
	r.heard.Asked = <-relayed
	return r.finish(in.Err(), toPaste)
}

// connect joins the programs by pipes. Before and after the recogniser stands
// this process.
func (r *run) connect() (utterances, transcripts *os.File, toRecogniser, toPaste io.WriteCloser, err error) {
	if err = join(r.record, r.vad); err != nil {
		return
	}
	if utterances, err = r.vad.output(); err != nil {
		return
	}
	if toRecogniser, err = r.transcribe.StdinPipe(); err != nil {
		return
	}
	if transcripts, err = r.transcribe.output(); err != nil {
		return
	}
	toPaste, err = r.paste.StdinPipe()
	r.paste.Stdout = r.options.Words
	return
}

// warmUp waits until the recogniser has answered to a second of silence,
// whatever it says. One that ended instead is found out later.
func warmUp(in *event.Reader, to io.Writer) error {
	silence := &event.Utterance{ID: 0, Start: 0, End: 1, PCM: audio.EncodePCM(nil, make([]int16, audio.SampleRate))}
	if err := event.NewWriter(to).Write(silence); err == nil {
		in.Scan()
	}
	return in.Err()
}

// relay hands the utterances to the recogniser, and returns how many.
func (r *run) relay(utterances io.Reader, to io.WriteCloser) (asked int) {
	defer to.Close()
	in, out := event.NewReader(utterances), event.NewWriter(to)
	slowest := time.Duration(0)
	for in.Scan() {
		if r.options.Before != nil {
			r.options.Before()
		}
		u, isUtterance := in.Record().(*event.Utterance)
		if isUtterance {
			r.sent.set(u.ID, time.Now())
			asked++
		}
		handed := time.Now()
		if err := out.Write(in.Record()); err != nil {
			return asked // how vf-transcribe ended tells why
		}
		if isUtterance && r.options.OneByOne {
			select {
			case <-r.answered:
				slowest = max(slowest, time.Since(handed))
			case <-time.After(patience(slowest)):
			}
		}
	}
	return asked
}

func patience(slowest time.Duration) time.Duration {
	if slowest == 0 {
		return lostAfter
	}
	return min(lostAfter, max(lostAtLeast, lostTimes*slowest))
}

// take notes a record of the recogniser.
func (r *run) take(record event.Record) {
	now := time.Now()
	switch rec := record.(type) {
	case *event.Transcript:
		a := Answer{Transcript: rec}
		if sent, ok := r.sent.get(rec.ID); ok {
			a.Took = now.Sub(sent)
			a.Own, a.Least = r.own.read(r.family, sent, now)
		}
		if r.options.Realtime {
			a.Latency = now.Sub(r.began) - time.Duration(rec.End*float64(time.Second))
		}
		r.heard.Answers = append(r.heard.Answers, a)
	case *event.Failure:
		r.heard.Failures = append(r.heard.Failures, rec)
	default:
		return
	}
	r.usage.sample()
	if r.options.OneByOne {
		select {
		case r.answered <- struct{}{}:
		default: // nobody asked for this one
		}
	}
}

// finish waits for the programs.
func (r *run) finish(readError error, toPaste io.Closer) error {
	err := errors.Join(readError, toPaste.Close())
	for _, s := range []*stage{r.record, r.vad, r.transcribe, r.paste} {
		o, waitError := s.end()
		err = errors.Join(err, waitError)
		r.heard.Outcomes = append(r.heard.Outcomes, o)
	}
	r.heard.Memory, r.heard.CPU = r.usage.result()
	if errors.Is(err, os.ErrClosed) {
		err = nil // vf-paste was there no more
	}
	return err
}
