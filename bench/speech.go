package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"voiceflow/bench/segmentation"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// finder is a program that detects speech.
type finder struct {
	name    string
	command func(sound string) []string // for a file written by writeSound
	read    func(output string) ([]segmentation.Utterance, error)
	keeps   bool // whether it keeps sound from before the speech
}

// noisy is a scene's sound with one kind of noise.
type noisy struct {
	noise string
	snr   float64 // dB; +Inf without noise, NaN if there is no target
	sound []int16
}

// findSpeech compares the speech that programs detect with sentences at known times.
func findSpeech(ctx context.Context, b *bench, m model) error {
	scene, err := b.scene(ctx)
	if err != nil {
		return err
	}
	t := b.report.table("Speech detection", fmt.Sprintf(`%d sentences at the same level with pauses of 0.8 to 4
s, %.0f minutes, without and with noise. F1 is per frame of 10 ms. Missed: sentences that were not detected at
all; split: detected in parts; false: utterances that contain no sentence; late: sentences that begin less than
100 ms after the start of the audio that was kept, for programs that keep audio from before the speech. The
speed factor is based on CPU time.`,
		len(scene.Speech), float64(len(scene.Samples))/16000/60),
		"noise", "program", "F1", "precision", "recall", "missed", "split", "false", "late", "speed factor")
	for _, condition := range conditions(scene) {
		for _, f := range b.finders() {
			if err := b.judge(ctx, m, t, scene, condition, f); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	return b.findSpeechElsewhere(ctx, m, scene)
}

// findSpeechElsewhere measures the same sentences in other places, without targets.
func (b *bench) findSpeechElsewhere(ctx context.Context, m model, scene *segmentation.Scene) error {
	t := b.report.table("Speech detection elsewhere", `The same sentences in other places and voices, simulated
with filters (bench/segmentation): an echo after 0.2 s, a room with 0.6 s of reverberation, a telephone's
bandwidth in 8 bits, clipping, whispering, shouting, children, two people speaking at the same time, and a
television behind a wall, which should not be detected.`,
		"place", "program", "F1", "precision", "recall", "missed", "split", "false", "late", "speed factor")
	for _, place := range segmentation.Places() {
		there := scene.In(place)
		for _, f := range b.finders() {
			if err := b.judge(ctx, m, t, there, noisy{place.String(), math.NaN(), there.Clean()}, f); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	return nil
}

// scene returns sentences in silence.
func (b *bench) scene(ctx context.Context) (*segmentation.Scene, error) {
	spoken, err := b.speech.Sentences(ctx, b.amount.utterances)
	if err != nil {
		return nil, err
	}
	var all [][]int16
	for _, s := range spoken {
		speech, err := s.Speech()
		if err != nil {
			return nil, err
		}
		all = append(all, speech)
	}
	return segmentation.Lay(all), nil
}

func conditions(scene *segmentation.Scene) []noisy {
	all := []noisy{{"none", math.Inf(1), scene.Clean()}}
	for _, snr := range []float64{20, 10, 5, 0} {
		for _, noise := range segmentation.Noises() {
			all = append(all, noisy{fmt.Sprintf("%v, %g dB below", noise, snr), snr, scene.With(noise, snr)})
		}
	}
	return all
}

// finders returns the available programs.
func (b *bench) finders() []finder {
	vad := filepath.Join(filepath.Dir(b.ours), "vf-vad")
	all := []finder{{"vf-vad", pcmInto(vad), utterances, true}}
	if b.vadModel != "" {
		silero := pcmInto(vad, "--engine", "silero", "--vad-model", b.vadModel)
		all = append(all, finder{"vf-vad --engine silero", silero, utterances, true})
		segments := filepath.Join(filepath.Dir(b.theirs), "whisper-vad-speech-segments")
		if _, err := os.Stat(segments); err == nil {
			all = append(all, finder{"whisper-vad-speech-segments", func(sound string) []string {
				return []string{segments, "-np", "-vm", b.vadModel, "-vspd", "100", "-vsd", "500", "-f", sound + ".wav"}
			}, segmentLines, false})
		}
	}
	return append(all, finder{"sox silence", soxSilence, soxParts, false})
}

// pcmInto returns the command of a program that reads PCM from standard input.
func pcmInto(program string, args ...string) func(string) []string {
	return func(sound string) []string {
		return append([]string{"sh", "-c", `sound=$1; shift; exec "$@" <"$sound.wav"`, "sh", sound, program}, args...)
	}
}

// judge runs one program on one sound and adds a row for it.
func (b *bench) judge(ctx context.Context, m model, t *table, scene *segmentation.Scene, n noisy, f finder) error {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	sound := filepath.Join(folder, "sound")
	if err := writeSound(sound, n.sound); err != nil {
		return err
	}
	o, err := b.runner.run(ctx, f.command(sound), nil)
	if err != nil {
		return err
	}
	found, err := f.read(o.output)
	if err != nil {
		return err
	}
	s := scene.Judge(found)
	factor := float64(len(scene.Samples)) / 16000 / o.processor
	late := "-"
	if f.keeps {
		late = fmt.Sprint(s.Clipped)
	}
	t.row(n.noise, f.name, fmt.Sprintf("%.3f", s.F1), fmt.Sprintf("%.3f", s.Precision), fmt.Sprintf("%.3f", s.Recall),
		fmt.Sprint(s.Missed), fmt.Sprint(s.Split), fmt.Sprint(s.False), late, fmt.Sprintf("%.0f", factor))
	if f.name == "vf-vad" {
		b.claimSpeech(m, n, s, factor)
	}
	return nil
}

// claimSpeech checks the default engine against its targets.
func (b *bench) claimSpeech(m model, n noisy, s segmentation.Score, factor float64) {
	minF1 := map[float64]float64{math.Inf(1): 0.97, 20: 0.95, 10: 0.90}[n.snr]
	if minF1 == 0 {
		return
	}
	what := "speech detection, noise " + n.noise
	b.report.claim(m, what+": F1", fmt.Sprintf(">= %.2f", minF1), fmt.Sprintf("%.3f", s.F1), s.F1 >= minF1)
	b.report.claim(m, what+": speed factor on one core", ">= 200", fmt.Sprintf("%.0f", factor), factor >= 200)
	if n.snr >= 20 {
		b.report.claim(m, what+": missed, split, late", "0, 0, 0",
			fmt.Sprintf("%d, %d, %d", s.Missed, s.Split, s.Clipped), s.Missed+s.Split+s.Clipped == 0)
	}
}

// writeSound writes NAME.wav, and NAME.s32 for sox (see soxSilence).
func writeSound(name string, sound []int16) error {
	wav, err := audio.CreateWAV(name + ".wav")
	if err != nil {
		return err
	}
	if err := errors.Join(wav.Write(sound), wav.Close()); err != nil {
		return err
	}
	var numbered []byte
	for i, v := range sound {
		numbered = binary.LittleEndian.AppendUint32(numbered, uint32(int32(v)&^15)<<16|uint32(i&(1<<placeBits-1)))
	}
	return os.WriteFile(name+".s32", numbered, 0o600)
}

// placeBits is how many low bits of each 32-bit sample hold its position, far below what is audible,
// because sox's effect does not report what it cuts out. They count up to a minute.
const placeBits = 20

// soxSilence cuts out sound that stays below 1 % of full scale for half a second.
func soxSilence(sound string) []string {
	return []string{"sox", "-D", "-t", "s32", "-r", "16000", "-c", "1", sound + ".s32", "-t", "s32", "-",
		"silence", "1", "0.1", "1%", "-1", "0.5", "1%"}
}

// soxParts finds out where the samples that sox kept came from.
func soxParts(output string) (found []segmentation.Utterance, err error) {
	place, round := -1, 0
	for i := 0; i+4 <= len(output); i += 4 {
		at := int(binary.LittleEndian.Uint32([]byte(output[i:i+4]))&(1<<placeBits-1)) + round
		if at < place { // the count has wrapped around
			at += 1 << placeBits
			round += 1 << placeBits
		}
		if n := len(found); n == 0 || at != place+1 {
			found = append(found, segmentation.Utterance{Span: segmentation.Span{Start: at, End: at + 1}, From: at})
		} else {
			found[n-1].End = at + 1
		}
		place = at
	}
	return found, nil
}

// utterances parses the output of vf-vad.
func utterances(output string) (found []segmentation.Utterance, err error) {
	at := func(seconds float64) int { return int(math.Round(seconds * 16000)) }
	in := event.NewReader(strings.NewReader(output))
	for in.Scan() {
		switch r := in.Record().(type) {
		case *event.Utterance:
			span := segmentation.Span{Start: at(r.Start), End: at(r.End)}
			found = append(found, segmentation.Utterance{Span: span, From: at(r.PCMStart)})
		case *event.SyntaxError:
			return nil, r
		}
	}
	return found, in.Err()
}

var vadSegment = regexp.MustCompile(`(?m)^Speech segment \d+: start = ([0-9.]+), end = ([0-9.]+)$`)

// segmentLines parses the output of whisper-vad-speech-segments, in hundredths of a second.
func segmentLines(output string) (found []segmentation.Utterance, err error) {
	for _, m := range vadSegment.FindAllStringSubmatch(output, -1) {
		start, err1 := strconv.ParseFloat(m[1], 64)
		end, err2 := strconv.ParseFloat(m[2], 64)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%q: not two numbers", m[0])
		}
		span := segmentation.Span{Start: int(160 * start), End: int(160 * end)}
		found = append(found, segmentation.Utterance{Span: span, From: span.Start})
	}
	return found, nil
}
