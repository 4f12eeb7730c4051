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

// ourRun returns a command line of vf-transcribe.
func (b *bench) ourRun(m model, files []string, options ...string) []string {
	return slices.Concat([]string{b.ours, "-m", m.file, "-f", "jsonl"}, options, files)
}

// theirRun returns a command line of whisper-cli. It prints its text with times, as ours does.
func (b *bench) theirRun(m model, files []string, options ...string) []string {
	command := slices.Concat([]string{b.theirs, "-m", m.file, "-np"}, options)
	for _, f := range files {
		command = append(command, "-f", f)
	}
	return command
}

// transcripts parses the output of vf-transcribe.
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

// ourText returns all that vf-transcribe recognised, one file per line.
func ourText(output string) (string, error) {
	all, err := transcripts(output)
	var text []string
	for _, t := range all {
		text = append(text, t.Text)
	}
	return strings.Join(text, "\n"), err
}

// line is one line of whisper-cli's output: a segment, in seconds from the start of the file.
type line struct {
	start, end float64
	text       string
}

// segmentLine matches a segment as printed by whisper-cli.
var segmentLine = regexp.MustCompile(`^\[(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})\](.*)$`)

// readLines parses the output of whisper-cli, file after file.
func readLines(output string) ([]line, error) {
	var all []line
	for s := range strings.Lines(output) {
		s = strings.TrimRight(s, "\r\n")
		if strings.TrimSpace(s) == "" {
			continue
		}
		m := segmentLine.FindStringSubmatch(s)
		if m == nil {
			return nil, fmt.Errorf("unexpected output from whisper-cli: %q is not a segment with times", s)
		}
		all = append(all, line{start: clock(m[1:4]), end: clock(m[4:7]), text: strings.TrimSpace(m[7])})
	}
	return all, nil
}

// clock converts hours, minutes and seconds, which are known to be numbers, to seconds.
func clock(parts []string) float64 {
	sum := 0.0
	for _, p := range parts {
		n, _ := strconv.ParseFloat(p, 64)
		sum = 60*sum + n
	}
	return sum
}

// theirText returns all that whisper-cli recognised, one segment per line.
func theirText(output string) (string, error) {
	all, err := readLines(output)
	var text []string
	for _, l := range all {
		text = append(text, l.text)
	}
	return strings.Join(text, "\n"), err
}

// countErrors counts the word errors in a program's output for several texts. whisper-cli does
// not show where a file ends, so both programs are judged on all files together.
func countErrors(truth, output string, text func(string) (string, error)) (wer.Result, error) {
	heard, err := text(output)
	return wer.Compare(truth, heard), err
}
