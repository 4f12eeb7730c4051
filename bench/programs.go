package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"voiceflow/internal/health/wer"
	"voiceflow/pkg/event"
)

// ourRun is a command line of vf-transcribe.
func (b *bench) ourRun(m model, files []string, options ...string) []string {
	return slices.Concat([]string{b.ours, "-m", m.file, "-f", "jsonl"}, options, files)
}

// theirRun is a command line of whisper-cli. It prints its text with times, as
// ours has them.
func (b *bench) theirRun(m model, files []string, options ...string) []string {
	command := slices.Concat([]string{b.theirs, "-m", m.file, "-np"}, options)
	for _, f := range files {
		command = append(command, "-f", f)
	}
	return command
}

// transcripts reads what vf-transcribe wrote.
func transcripts(output string) ([]*event.Transcript, error) {
	var all []*event.Transcript
	in := event.NewReader(strings.NewReader(output))
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Transcript:
			all = append(all, r)
		case *event.Failure:
			return nil, fmt.Errorf("%s: %s", r.File, r.Error)
		case *event.SyntaxError:
			return nil, r
		}
	}
	return all, in.Err()
}

// ourText is all that vf-transcribe heard, a file a line.
func ourText(output string) (string, error) {
	all, err := transcripts(output)
	var text []string
	for _, t := range all {
		text = append(text, t.Text)
	}
	return strings.Join(text, "\n"), err
}

// line is one of whisper-cli's: a segment, in seconds from the file's start.
type line struct {
	start, end float64
	text       string
}

// segmentLine is how whisper-cli prints a segment.
var segmentLine = regexp.MustCompile(`^\[(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})\](.*)$`)

// readLines reads what whisper-cli printed, file after file.
func readLines(output string) ([]line, error) {
	var all []line
	for s := range strings.Lines(output) {
		s = strings.TrimRight(s, "\r\n")
		if strings.TrimSpace(s) == "" {
			continue
		}
		m := segmentLine.FindStringSubmatch(s)
		if m == nil {
			return nil, fmt.Errorf("whisper-cli printed %q, which is no segment with times", s)
		}
		all = append(all, line{start: clock(m[1:4]), end: clock(m[4:7]), text: strings.TrimSpace(m[7])})
	}
	return all, nil
}

// clock is hours, minutes and seconds in seconds; the pattern has checked that
// they are numbers.
func clock(parts []string) float64 {
	sum := 0.0
	for _, p := range parts {
		n, _ := strconv.ParseFloat(p, 64)
		sum = 60*sum + n
	}
	return sum
}

// theirText is all that whisper-cli heard, a segment a line.
func theirText(output string) (string, error) {
	all, err := readLines(output)
	var text []string
	for _, l := range all {
		text = append(text, l.text)
	}
	return strings.Join(text, "\n"), err
}

// wrong counts the errors in what a program said about one text after another.
// whisper-cli does not say where a file ends, so that both are judged by all
// files together.
func wrong(truth, output string, text func(string) (string, error)) (wer.Result, error) {
	said, err := text(output)
	return wer.Compare(truth, said), err
}
