package replay

import (
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"voiceflow/internal/health/peer"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// A replay one by one takes an answer for lost after lostAfter, or after
// lostTimes what the slowest took so far, and not before lostAtLeast.
const (
	lostAfter   = 3 * time.Minute
	lostAtLeast = 3 * time.Second
	lostTimes   = 20
)

// run is a replay under way.
type run struct {
	options                        Options
	record, vad, transcribe, paste *stage
	utterances, transcripts        *os.File
	toRecogniser, toPaste          io.WriteCloser
	watchdog                       *watchdog
	asked, done                    atomic.Int64  // utterances, and those that something was heard of
	handedOver                     atomic.Bool   // there are no more utterances
	answered                       chan struct{} // a token for each answer that somebody waits for
	sent                           clock
	heard                          *Heard
	usage                          *usage
	own                            ownTime
	family                         []int32 // vf-transcribe with its children
	began                          time.Time
}

func (r *run) stages() []*stage { return []*stage{r.record, r.vad, r.transcribe, r.paste} }

func (r *run) do(ctx context.Context) error {
	if err := r.connect(); err != nil {
		return err
	}
	defer r.hangUp()
	// Nothing is read or written for ever once the replay is broken off.
	defer context.AfterFunc(ctx, r.hangUp)()
	for _, s := range []*stage{r.paste, r.transcribe} {
		if err := s.start(); err != nil {
			return err
		}
	}
	in := event.NewReader(r.transcripts)
	warm := time.Now()
	r.watchdog.await(r.transcribe.is)
	if err := warmUp(in, r.toRecogniser); err != nil {
		return err
	}
	r.family = peer.Family(int32(r.transcribe.Process.Pid))
	r.own.read(r.family, warm, time.Now())
	for _, s := range []*stage{r.vad, r.record} {
		if err := s.start(); err != nil {
			return err
		}
	}
	var err error
	if r.usage, err = watch(r.options.Usage, r.stages()...); err != nil {
		return err
	}
	r.began = time.Now()
	relayed := make(chan struct{})
	go func() {
		r.relay()
		close(relayed)
	}()
	r.listen(in)
	close(r.answered)
	r.utterances.Close() // a program that still writes has no reader any more
	<-relayed
	r.heard.Asked = int(r.asked.Load())
	return r.finish(in.Err())
}

// listen takes what the recogniser says to vf-paste.
func (r *run) listen(in *event.Reader) {
	out := event.NewWriter(r.toPaste)
	for r.watchdog.await(r.silent); in.Scan(); r.watchdog.await(r.silent) {
		r.take(in.Record())
		r.watchdog.await(r.paste.is)
		if err := out.Write(in.Record()); err != nil {
			return // how vf-paste ended tells why
		}
	}
}

// silent is who keeps the recogniser's next record waiting.
func (r *run) silent() string {
	switch {
	case r.handedOver.Load(), r.asked.Load() > r.done.Load():
		return r.transcribe.name
	case r.record.ended():
		return r.vad.name
	}
	return r.record.name + " or " + r.vad.name
}

// connect joins the programs by pipes. Before and after the recogniser stands
// this process.
func (r *run) connect() (err error) {
	if err = join(r.record, r.vad); err != nil {
		return err
	}
	if r.utterances, err = r.vad.output(); err != nil {
		return err
	}
	if r.toRecogniser, err = r.transcribe.StdinPipe(); err != nil {
		return err
	}
	if r.transcripts, err = r.transcribe.output(); err != nil {
		return err
	}
	r.toPaste, err = r.paste.StdinPipe()
	r.paste.Stdout = r.options.Words
	return err
}

// hangUp closes this process's ends of the pipes.
func (r *run) hangUp() {
	for _, end := range []io.Closer{r.utterances, r.transcripts, r.toRecogniser, r.toPaste} {
		end.Close()
	}
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

// relay hands the utterances to the recogniser.
func (r *run) relay() {
	defer r.toRecogniser.Close()
	defer r.handedOver.Store(true)
	in, out := event.NewReader(r.utterances), event.NewWriter(r.toRecogniser)
	slowest := time.Duration(0)
	for in.Scan() {
		if r.options.Before != nil {
			r.options.Before()
		}
		u, isUtterance := in.Record().(*event.Utterance)
		if isUtterance {
			r.sent.set(u.ID, time.Now())
			r.asked.Add(1)
		}
		handed := time.Now()
		if err := out.Write(in.Record()); err != nil {
			return // how vf-transcribe ended tells why
		}
		if isUtterance && r.options.OneByOne {
			select {
			case <-r.answered:
				slowest = max(slowest, time.Since(handed))
			case <-time.After(patience(slowest)):
			}
		}
	}
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
	r.done.Add(1)
	r.usage.sample()
	if r.options.OneByOne {
		select {
		case r.answered <- struct{}{}:
		default: // nobody asked for this one
		}
	}
}

// finish waits for the programs.
func (r *run) finish(readError error) error {
	err := errors.Join(readError, r.toPaste.Close())
	for _, s := range r.stages() {
		r.watchdog.await(s.is)
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
