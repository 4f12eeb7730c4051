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

// With Options.OneByOne, an answer counts as lost after lostTimes the time of the
// slowest answer so far, but no earlier than lostAtLeast and no later than
// lostAfter; the first answer, after lostAfter.
const (
	lostAfter   = 3 * time.Minute
	lostAtLeast = 3 * time.Second
	lostTimes   = 20
)

// run is a replay in progress.
type run struct {
	options                        Options
	record, vad, transcribe, paste *stage
	utterances, transcripts        *os.File
	toRecogniser, toPaste          io.WriteCloser
	watchdog                       *watchdog
	asked, done                    atomic.Int64  // number of utterances sent, and of those answered
	allSent                        atomic.Bool   // all utterances have been sent
	answered                       chan struct{} // a token per answer that relay waits for
	sent                           sendTimes
	result                         *Result
	usage                          *usage
	ownTime                        ownTime
	family                         []int32 // vf-transcribe with its children
	began                          time.Time
}

func (r *run) stages() []*stage { return []*stage{r.record, r.vad, r.transcribe, r.paste} }

func (r *run) do(ctx context.Context) error {
	if err := r.connect(); err != nil {
		return err
	}
	defer r.hangUp()
	// No read or write may block once the replay has been cancelled.
	defer context.AfterFunc(ctx, r.hangUp)()
	for _, s := range []*stage{r.paste, r.transcribe} {
		if err := s.start(); err != nil {
			return err
		}
	}
	in := event.NewReader(r.transcripts)
	warm := time.Now()
	r.watchdog.await(r.transcribe.program)
	if err := warmUp(in, r.toRecogniser); err != nil {
		return err
	}
	r.family = peer.Family(int32(r.transcribe.Process.Pid))
	r.ownTime.read(r.family, warm, time.Now())
	for _, s := range []*stage{r.vad, r.record} {
		if err := s.start(); err != nil {
			return err
		}
	}
	var err error
	if r.usage, err = measureUsage(r.options.Usage, r.stages()...); err != nil {
		return err
	}
	r.began = time.Now()
	relayed, utterances := make(chan struct{}), event.NewReader(r.utterances)
	go func() {
		r.relay(utterances)
		close(relayed)
	}()
	r.listen(in)
	close(r.answered)
	r.utterances.Close() // vf-vad must not block if it still writes
	<-relayed
	r.result.Asked = int(r.asked.Load())
	r.noteBroken(utterances)
	r.noteBroken(in)
	return r.finish(in.Err())
}

// noteBroken notes a stream without its end record: the program that wrote it was killed.
func (r *run) noteBroken(in *event.Reader) {
	if err := in.Broken(); err != nil && in.Err() == nil {
		r.result.Failures = append(r.result.Failures, &event.Failure{Error: err.Error()})
	}
}

// listen reads the recogniser's records and passes them on to vf-paste.
func (r *run) listen(in *event.Reader) {
	out := event.NewStream(r.toPaste)
	for r.watchdog.await(r.awaited); in.Scan(); r.watchdog.await(r.awaited) {
		r.store(in.Record())
		r.watchdog.await(r.paste.program)
		if err := out.Write(in.Record()); err != nil {
			return // the outcome of vf-paste says why
		}
	}
}

// awaited returns the name of the program that delays the recogniser's next
// record.
func (r *run) awaited() string {
	switch {
	case r.allSent.Load(), r.asked.Load() > r.done.Load():
		return r.transcribe.name
	case r.record.ended():
		return r.vad.name
	}
	return r.record.name + " or " + r.vad.name
}

// connect joins the programs by pipes. This process is between the recogniser and
// its neighbours.
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

// warmUp sends a second of silence to the recogniser and waits for any answer. If
// it ends instead, its outcome shows that later.
func warmUp(in *event.Reader, to io.Writer) error {
	silence := &event.Utterance{ID: 0, Start: 0, End: 1, PCM: audio.EncodePCM(nil, make([]int16, audio.SampleRate))}
	if err := event.NewWriter(to).Write(silence); err == nil {
		in.Scan()
	}
	return in.Err()
}

// relay sends the utterances to the recogniser.
func (r *run) relay(in *event.Reader) {
	defer r.toRecogniser.Close()
	defer r.allSent.Store(true)
	out := event.NewStream(r.toRecogniser)
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
		began := time.Now()
		if err := out.Write(in.Record()); err != nil {
			return // the outcome of vf-transcribe says why
		}
		if isUtterance && r.options.OneByOne {
			select {
			case <-r.answered:
				slowest = max(slowest, time.Since(began))
			case <-time.After(patience(slowest)):
			}
		}
	}
}

// patience returns how long to wait for an answer.
func patience(slowest time.Duration) time.Duration {
	if slowest == 0 {
		return lostAfter
	}
	return min(lostAfter, max(lostAtLeast, lostTimes*slowest))
}

// store adds a record of the recogniser to the result.
func (r *run) store(record event.Record) {
	now := time.Now()
	switch rec := record.(type) {
	case *event.Transcript:
		a := Answer{Transcript: rec}
		if sent, ok := r.sent.get(rec.ID); ok {
			a.Took = now.Sub(sent)
			a.OwnTime, a.MinTime = r.ownTime.read(r.family, sent, now)
		}
		if r.options.Realtime {
			a.Latency = now.Sub(r.began) - time.Duration(rec.End*float64(time.Second))
		}
		r.result.Answers = append(r.result.Answers, a)
	case *event.Failure:
		r.result.Failures = append(r.result.Failures, rec)
	default:
		return
	}
	r.done.Add(1)
	r.usage.sample()
	if r.options.OneByOne {
		select {
		case r.answered <- struct{}{}:
		default: // relay is not waiting
		}
	}
}

// finish waits for the programs to end and completes the result.
func (r *run) finish(readError error) error {
	err := errors.Join(readError, r.toPaste.Close())
	for _, s := range r.stages() {
		r.watchdog.await(s.program)
		o, waitError := s.end()
		err = errors.Join(err, waitError)
		r.result.Outcomes = append(r.result.Outcomes, o)
	}
	r.result.Memory, r.result.CPU = r.usage.result()
	if errors.Is(err, os.ErrClosed) {
		err = nil // vf-paste has ended
	}
	return err
}
