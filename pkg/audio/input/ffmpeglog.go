package input

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
)

// ffmpegLog reads ffmpeg's messages at the level "verbose", where every line
// begins with its level. Only isGuess and badRate may be called while ffmpeg runs.
type ffmpegLog struct {
	url   string
	track int // requested track, counted from 1; 0 for any

	mu      sync.Mutex
	partial []byte
	guess   bool // ffmpeg is not sure of the format
	rate    int  // implausible sample rate of a track in Hz; 0 if there is none
	refused bool // the format is not one that ffmpeg may read

	output      bool    // the description of the input is complete
	duration    float64 // of the container in seconds; 0 if unknown
	estimated   bool    // duration is an estimate
	audioTracks int
	videoTracks int    // without cover pictures
	noTrack     bool   // the requested track does not exist
	discarded   int    // samples at 16 kHz
	errors      int    // number of error lines
	firstError  string // their texts
	lastError   string
}

const (
	maxLogLine = 64 << 10 // bytes; a longer line is not one of ffmpeg's
	maxLogText = 200      // columns of an error that are shown
)

func newFFmpegLog(url string, track int) *ffmpegLog { return &ffmpegLog{url: url, track: track} }

var (
	logDuration = regexp.MustCompile(`^  Duration: (\d+):(\d\d):(\d\d\.\d+)`)
	logStream   = regexp.MustCompile(`^  Stream #0:\d+.*?: (Audio|Video): `)
	logSource   = regexp.MustCompile(`^(\[[^]]* @ 0x[0-9a-f]+\] )+`)
	logRate     = regexp.MustCompile(`, (\d+) Hz(, |$)`)
	logDiscard  = regexp.MustCompile(`^discarding (\d+) audio samples`)
)

// Write adds to the log; lines may be split anywhere.
func (l *ffmpegLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			if len(l.partial) > maxLogLine {
				l.partial = nil
			}
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
		l.addError(text)
	case "[warning":
		if strings.Contains(text, "corrupt input packet") {
			l.addError(text)
		}
		l.guess = l.guess || strings.Contains(text, "misdetection possible")
		l.estimated = l.estimated || strings.Contains(text, "Estimating duration")
	case "[info":
		l.info(text)
	case "[verbose":
		if m := logDiscard.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1]) // the expression only matches digits
			l.discarded += n
		}
	}
}

func (l *ffmpegLog) addError(text string) {
	if strings.HasPrefix(text, "Format not on whitelist") { // the rest of it is the whole list
		l.refused = true
		return
	}
	// It may quote what is in the file.
	text = prose.Cut(prose.Line(strings.TrimPrefix(text, l.url+": ")), maxLogText)
	if l.errors++; l.errors == 1 {
		l.firstError = text
	}
	l.lastError = text
}

func (l *ffmpegLog) info(text string) {
	if strings.HasPrefix(text, "Stream mapping:") || strings.HasPrefix(text, "Output #0") {
		l.output = true
	}
	if l.output {
		return
	}
	if m := logDuration.FindStringSubmatch(text); m != nil {
		hours, _ := strconv.Atoi(m[1]) // the expression only matches digits
		minutes, _ := strconv.Atoi(m[2])
		seconds, _ := strconv.ParseFloat(m[3], 64)
		l.duration = float64(hours*3600+minutes*60) + seconds
	}
	switch m := logStream.FindStringSubmatch(text); {
	case m == nil:
	case m[1] == "Audio":
		l.audioTracks++
		if rate, found := trackRate(text); found && rate < minRate {
			l.rate = rate
		}
	case !strings.Contains(text, "(attached pic)"):
		l.videoTracks++
	}
}

// trackRate returns the sample rate in a line about a track.
func trackRate(text string) (rate int, found bool) {
	m := logRate.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	rate, err := strconv.Atoi(m[1])
	return rate, err == nil
}

// badRate returns an error if the sample rate of a track cannot be right.
func (l *ffmpegLog) badRate() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate == 0 {
		return nil
	}
	return fmt.Errorf("%w: %d Hz", errRate, l.rate)
}

// isGuess reports whether ffmpeg is unsure of the format.
func (l *ffmpegLog) isGuess() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.guess
}

// reason explains why ffmpeg failed with err, usually in the words of its last
// error line. It leaves out the file name, which the caller adds.
func (l *ffmpegLog) reason(err error) string {
	switch {
	case l.noTrack && l.track > 1 && l.audioTracks > 0:
		return fmt.Sprintf("there is no audio track %d: it has %d", l.track, l.audioTracks)
	case l.noTrack:
		return "it has no audio"
	case l.refused:
		return "it is a playlist, or of another kind that is not read"
	case l.lastError != "":
		return l.lastError
	}
	return err.Error()
}

// remarks returns what the user should know about a file that ffmpeg read to
// its end, producing the given number of samples.
func (l *ffmpegLog) remarks(samples int64) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	if l.audioTracks > 1 && l.track == 0 {
		all = append(all, fmt.Sprintf("it has %d audio tracks, and the first was used; choose one with --track",
			l.audioTracks))
	}
	if l.guess {
		all = append(all, "ffmpeg is not sure of its format, so it may not be audio at all")
	}
	if l.errors > 0 {
		all = append(all, fmt.Sprintf("parts of it are damaged or missing (ffmpeg: %s)", l.firstError))
	}
	if dropped := audio.Seconds(l.discarded); dropped > 0.5 {
		all = append(all, fmt.Sprintf("according to its timestamps %.1f s of its audio overlap and were dropped; "+
			"to keep them, convert it with ffmpeg -i IN -ac 1 OUT.wav", dropped))
	}
	if got, short := l.short(samples); short {
		all = append(all, fmt.Sprintf("it is cut off: it ends after %.1f s, but should last %.1f s", got, l.duration))
	}
	return all
}

// short returns the duration of the samples in seconds, and whether it is
// shorter than the container's. Only containers with nothing but a single audio
// track are judged, as video may be longer than its sound.
func (l *ffmpegLog) short(samples int64) (got float64, short bool) {
	got = audio.Seconds(samples)
	if l.duration == 0 || l.estimated || l.audioTracks != 1 || l.videoTracks > 0 {
		return got, false
	}
	return got, got < l.duration-max(0.5, l.duration/100)
}
