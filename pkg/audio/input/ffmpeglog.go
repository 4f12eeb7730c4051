package input

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"voiceflow/pkg/audio"
)

// ffmpegLog reads what ffmpeg says on standard error at the level "verbose", each
// line with its level. Only isGuess may be called while ffmpeg runs.
type ffmpegLog struct {
	url   string
	track int // that was asked for, counted from 1; 0: any

	mu      sync.Mutex
	partial []byte
	guess   bool // it was not sure of the format

	output    bool    // the input has been described
	duration  float64 // of the container, seconds; 0: unknown
	estimated bool    // duration is a guess
	tracks    int     // of audio
	others    int     // of moving pictures
	noTrack   bool    // the one that was asked for is not there
	discarded int     // samples of 16 kHz
	errors    int     // lines
	first     string  // of them
	last      string
}

func newFFmpegLog(url string, track int) *ffmpegLog { return &ffmpegLog{url: url, track: track} }

var (
	logDuration = regexp.MustCompile(`^  Duration: (\d+):(\d\d):(\d\d\.\d+)`)
	logStream   = regexp.MustCompile(`^  Stream #0:\d+.*?: (Audio|Video): `)
	logSource   = regexp.MustCompile(`^(\[[^]]* @ 0x[0-9a-f]+\] )+`)
	logDiscard  = regexp.MustCompile(`^discarding (\d+) audio samples`)
)

// Write takes lines in any portions.
func (l *ffmpegLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.line(strings.TrimRight(string(line), "\r"))
		l.partial = rest
	}
}

func (l *ffmpegLog) line(line string) {
	line = logSource.ReplaceAllString(line, "")
	level, text, found := strings.Cut(line, "] ")
	if !found {
		return
	}
	switch level {
	case "[error", "[fatal", "[panic":
		l.noTrack = l.noTrack || strings.Contains(text, "matches no streams")
		l.fault(text)
	case "[warning":
		if strings.Contains(text, "corrupt input packet") {
			l.fault(text)
		}
		l.guess = l.guess || strings.Contains(text, "misdetection possible")
		l.estimated = l.estimated || strings.Contains(text, "Estimating duration")
	case "[info":
		l.info(text)
	case "[verbose":
		if m := logDiscard.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1]) // digits, by the expression
			l.discarded += n
		}
	}
}

func (l *ffmpegLog) fault(text string) {
	text = strings.TrimPrefix(text, l.url+": ")
	if l.errors++; l.errors == 1 {
		l.first = text
	}
	l.last = text
}

func (l *ffmpegLog) info(text string) {
	if strings.HasPrefix(text, "Stream mapping:") || strings.HasPrefix(text, "Output #0") {
		l.output = true
	}
	if l.output {
		return
	}
	if m := logDuration.FindStringSubmatch(text); m != nil {
		hours, _ := strconv.Atoi(m[1]) // digits, by the expression
		minutes, _ := strconv.Atoi(m[2])
		seconds, _ := strconv.ParseFloat(m[3], 64)
		l.duration = float64(hours*3600+minutes*60) + seconds
	}
	switch m := logStream.FindStringSubmatch(text); {
	case m == nil:
	case m[1] == "Audio":
		l.tracks++
	case !strings.Contains(text, "(attached pic)"):
		l.others++
	}
}

// isGuess reports whether ffmpeg doubts what format it reads.
func (l *ffmpegLog) isGuess() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.guess
}

// complaint is the last line that ffmpeg said, without the file's name, which
// the caller gives.
func (l *ffmpegLog) complaint(err error) string {
	switch {
	case l.noTrack && l.track > 1 && l.tracks > 0:
		return fmt.Sprintf("there is no audio track %d: it has %d", l.track, l.tracks)
	case l.noTrack:
		return "it has no sound"
	case l.last != "":
		return l.last
	}
	return err.Error()
}

// remarks are what a person should know of a file that ffmpeg read to its end,
// and that gave so many samples.
func (l *ffmpegLog) remarks(samples int64) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	if l.tracks > 1 && l.track == 0 {
		all = append(all, fmt.Sprintf("it has %d audio tracks, and the first was used; choose one with --track", l.tracks))
	}
	if l.guess {
		all = append(all, "ffmpeg is not sure what format it is in, so it may be no sound at all")
	}
	if l.errors > 0 {
		all = append(all, fmt.Sprintf("parts of it are damaged or missing (ffmpeg: %s)", l.first))
	}
	if lost := audio.Seconds(l.discarded); lost > 0.5 {
		all = append(all, fmt.Sprintf("%.1f s of its sound overlap by its own times, and were left out; ffmpeg -i IN -ac 1 OUT.wav reads them one after the other", lost))
	}
	if got, short := l.short(samples); short {
		all = append(all, fmt.Sprintf("it is cut off: it ends after %.1f s of the %.1f s that it promises", got, l.duration))
	}
	return all
}

// short reports whether less came out than a container promises that holds
// nothing but one track of sound, and how much, in seconds. Pictures may last
// longer than sound.
func (l *ffmpegLog) short(samples int64) (got float64, short bool) {
	got = audio.Seconds(samples)
	if l.duration == 0 || l.estimated || l.tracks != 1 || l.others > 0 {
		return got, false
	}
	return got, got < l.duration-max(0.5, l.duration/100)
}
