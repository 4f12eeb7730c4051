package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/event"
)

// The values of --input.
const (
	inputAuto  = "auto"
	inputText  = "text"
	inputLines = "jsonl"
)

// read delivers the input: transcripts or plain text.
func (p *paster) read() error {
	in := bufio.NewReaderSize(p.env.Stdin, maxLine)
	switch p.input {
	case inputText:
		return p.lines(in)
	case inputLines:
		return p.records(event.NewReader(in))
	}
	// Until its first line has come, only the program upstream itself shows that more is to come:
	// after SIGTERM to all, vf-transcribe may still be loading its model.
	p.env.Await(func() bool { return upstream() == "vf-transcribe" })
	look := lookUpstream()
	first, err := firstByte(in)
	program := look.end()
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return exitcode.InputError("standard input", err)
	case first == '{':
		return p.records(event.NewReader(in))
	case isDamaged(firstLine(in)):
		p.env.Log.Error().Msg("standard input: the first line is a part of a JSON line, which a program before vf-paste " +
			"must have damaged: to have it typed, add --input text")
		return p.records(event.NewReader(in))
	case program != "":
		// What comes from the pipeline is never typed as it is: it may be a damaged line.
		p.env.Log.Error().Msg("standard input: text comes from " + program + ", where vf-paste expects JSON lines: " +
			"to have the text typed, add --input text")
		return p.records(event.NewReader(in))
	}
	return p.lines(in)
}

// firstByte returns the first byte of the first line that is not blank, without reading it.
func firstByte(in *bufio.Reader) (byte, error) {
	mark := []byte("\ufeff")
	for start := true; ; start = false {
		next, err := in.Peek(1)
		if err != nil {
			return 0, err
		}
		if start && next[0] == mark[0] {
			if all, _ := in.Peek(len(mark)); bytes.Equal(all, mark) {
				_, _ = in.Discard(len(mark)) // has been peeked at
				continue
			}
		}
		if !bytes.ContainsAny(next, " \t\r\n") {
			return next[0], nil
		}
		_, _ = in.Discard(1)
	}
}

// firstLine returns the first line, as far as it fits into the buffer of in, without reading
// it.
func firstLine(in *bufio.Reader) []byte {
	for seen := 0; ; {
		_, err := in.Peek(seen + 1)
		all, _ := in.Peek(in.Buffered())
		if end := bytes.IndexByte(all[seen:], '\n'); end >= 0 {
			return all[:seen+end]
		}
		if seen = len(all); err != nil || seen == in.Size() {
			return all
		}
	}
}

// isDamaged reports whether a line that does not begin as JSON seems to be a part of one.
func isDamaged(line []byte) bool {
	return bytes.Contains(line, []byte(`"type":"`)) || bytes.Contains(line, []byte(`","pcm":"`))
}

// maxLine is the longest line of plain text, in bytes. Nobody says that much in one go, and a
// longer line is most likely not text.
const maxLine = 1 << 20

// lines delivers plain text line by line.
func (p *paster) lines(in *bufio.Reader) error {
	p.plainText()
	for id := 0; ; id++ {
		line, err := readLine(in)
		p.follow()
		if errors.Is(err, errLongLine) {
			p.itemFailed = true
			p.env.Log.Error().Msgf("standard input: line %d %v; it is left out", id+1, err)
			continue
		}
		if perr := p.put(id, p.rules.AddText(line)); perr != nil {
			return perr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return exitcode.InputError("standard input", err)
		}
	}
}

var errLongLine = fmt.Errorf("is longer than %d bytes: break it into lines", maxLine)

// readLine returns the next line, or errLongLine for one that does not fit into the buffer of
// in, whose rest it skips.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return string(line), err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return "", err
	}
	return "", errLongLine // the next call returns io.EOF again
}

// lookout looks for the program upstream from before the first line is read until it has
// come: the program may have ended by then.
type lookout struct {
	stop  chan struct{}
	found chan string
}

// Between looks, the time doubles from firstPause; after lastPause there is no more.
const (
	firstPause = 5 * time.Millisecond
	lastPause  = 10 * time.Second
)

func lookUpstream() *lookout {
	l := &lookout{stop: make(chan struct{}), found: make(chan string, 1)}
	if program := upstream(); program != "" {
		l.found <- program
		return l
	}
	go func() {
		for pause := firstPause; pause < lastPause; pause *= 2 {
			select {
			case <-l.stop:
				pause = lastPause
			case <-time.After(pause):
			}
			if program := upstream(); program != "" || pause == lastPause {
				l.found <- program
				return
			}
		}
		<-l.stop
		l.found <- upstream()
	}()
	return l
}

// end looks for the last time, and returns the name of the program of the pipeline that
// writes to standard input, or "".
func (l *lookout) end() string {
	close(l.stop)
	return <-l.found
}
