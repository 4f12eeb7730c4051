//go:build linux

package soak

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"voiceflow/pkg/audio"
)

// marathon is a pipeline that runs all the time, from a named pipe to standard output.
// Nothing happens to it that may cost words.
type marathon struct {
	*dictation
	fifo  *os.File
	lines *io.PipeReader

	sentences int
	speech    float64 // seconds
	cost      []point // processor seconds of vf-transcribe, by seconds of speech
}

// ahead is how many sentences are on their way at a time.
const ahead = 4

// mostSpeech is how much a marathon dictates; programs refuse more than a day.
const mostSpeech = 20 * 60 * 60

func startMarathon(s *settings, folder string) (*marathon, error) {
	fifo := filepath.Join(folder, "said.wav")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		return nil, err
	}
	m := &marathon{dictation: newDictation(s, folder, &plan{fullDisk: -1, starved: -1}, "")}
	m.Forget = true
	var to *io.PipeWriter
	m.lines, to = io.Pipe()
	if err := m.start(to); err != nil {
		return nil, err
	}
	go func() {
		m.AwaitCopied()
		to.Close()
	}()
	var err error
	if m.fifo, err = os.OpenFile(fifo, os.O_RDWR, 0); err != nil { // does not wait for a reader
		return nil, err
	}
	return m, m.write(header(endless))
}

// endless is the size of a WAV stream without an end.
const endless = math.MaxUint32

// header is that of a WAV stream with so many bytes of sound.
func header(size uint32) []byte {
	h := make([]byte, 44)
	copy(h, "RIFF    WAVEfmt ")
	binary.LittleEndian.PutUint32(h[4:], max(size, size+36))
	for i, v := range []uint32{16, 1<<16 | 1, audio.SampleRate, 2 * audio.SampleRate, 16<<16 | 2} {
		binary.LittleEndian.PutUint32(h[16+4*i:], v)
	}
	copy(h[36:], "data")
	binary.LittleEndian.PutUint32(h[40:], size)
	return h
}

// write writes into the named pipe, or fails when nobody reads it for a long time.
func (m *marathon) write(data []byte) error {
	if err := m.fifo.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := m.fifo.Write(data)
	return err
}

// run dictates until ctx ends, and compares every line with what was said. The error is
// the loss, if any.
func (m *marathon) run(ctx context.Context, r *rand.Rand, all []sentence) error {
	lines := bufio.NewScanner(m.lines)
	var waiting []sentence
	var wrong error
	talking := true
	for wrong == nil && (talking || len(waiting) > 0) {
		talking = talking && ctx.Err() == nil && m.speech < mostSpeech
		if talking && len(waiting) < ahead {
			next := all[r.IntN(len(all))]
			waiting = append(waiting, next)
			wrong = m.write(audio.EncodePCM(nil, next.samples))
			continue
		}
		if !talking {
			m.fifo.Close() // once is enough, but more do no harm
		}
		if len(waiting) > 0 {
			wrong = m.expect(lines, waiting[0])
			waiting = waiting[1:]
		}
	}
	m.fifo.Close()
	if wrong == nil && m.scan(lines) {
		wrong = fmt.Errorf("%q came, but nothing more was said", lines.Text())
	}
	m.lines.Close()
	codes, hung := m.end()
	if codes != [stages]int{} || hung {
		wrong = errors.Join(wrong, fmt.Errorf("exit codes %v, ended by force: %v", codes, hung))
	}
	if wrong != nil {
		return fmt.Errorf("sentence %d: %w\n%s", m.sentences, wrong, m.Log.String())
	}
	return nil
}

// expect reads the words of a sentence.
func (m *marathon) expect(lines *bufio.Scanner, said sentence) error {
	if !m.scan(lines) {
		return fmt.Errorf("the words end before %q: %v", said.text, lines.Err())
	}
	if got := strings.TrimSpace(lines.Text()); got != said.text {
		return fmt.Errorf("%q, want %q", got, said.text)
	}
	m.sentences++
	m.speech += said.seconds()
	m.cost = append(m.cost, point{m.speech, cpuSeconds(m.Cmds[transcribe].Process.Pid)})
	return nil
}

// scan waits for a line, but not for ever.
func (m *marathon) scan(lines *bufio.Scanner) bool {
	timer := time.AfterFunc(patience, func() { m.lines.Close() })
	defer timer.Stop()
	return lines.Scan()
}

// disturb freezes and nudges the programs now and then until ctx ends.
func (m *marathon) disturb(ctx context.Context, r *rand.Rand) {
	for {
		select {
		case <-time.After(time.Duration(r.IntN(int(4 * time.Second)))):
			e := newMishap(r, kinds[2+r.IntN(2)]) // freeze or nudge
			m.happen(e)
		case <-ctx.Done():
			return
		}
	}
}

// quarters returns the seconds of speech per processor second in the first and in the last
// quarter of what was said after the beginning.
func (m *marathon) quarters() (first, last float64) {
	points := m.cost
	if len(points) < 40 {
		return 0, 0
	}
	speed := func(from, to point) float64 { return (to.at - from.at) / (to.value - from.value) }
	n := len(points)
	return speed(points[n/20], points[n/20+n/4]), speed(points[n-1-n/4], points[n-1])
}

// pids are the programs of the marathon.
func (m *marathon) pids() map[string]int {
	all := map[string]int{}
	for i, cmd := range m.Cmds {
		all[names[i]] = cmd.Process.Pid
	}
	return all
}
