package input_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// stereo builds a 16-bit stereo WAV stream.
func stereo(left, right []int16) []byte {
	le := binary.LittleEndian
	b := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00")
	b = le.AppendUint32(b, 16000)
	b = le.AppendUint32(b, 4*16000)
	b = append(b, "\x04\x00\x10\x00data\xff\xff\xff\xff"...)
	for i := range left {
		b = le.AppendUint16(b, uint16(left[i]))
		b = le.AppendUint16(b, uint16(right[i]))
	}
	return b
}

func read(t *testing.T, o input.Options, b []byte) (*input.Reader, []int16) {
	t.Helper()
	in, err := o.Open(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	samples, err := input.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return in, samples
}

func scaled(samples []int16, factor float64) []int16 {
	out := make([]int16, len(samples))
	for i, v := range samples {
		out[i] = int16(math.Round(factor * float64(v)))
	}
	return out
}

// noisy multiplies the sound by a factor and adds fresh noise 10 dB below it.
func noisy(sound []int16, factor float64) []int16 {
	random := rand.New(rand.NewPCG(uint64(factor+1), 0))
	out := make([]int16, len(sound))
	for i, v := range sound {
		out[i] = int16(factor*float64(v) + random.NormFloat64()*2236)
	}
	return out
}

// TestChannels checks that the output is the requested channel, or else the mean
// unless the channels cancel each other out.
func TestChannels(t *testing.T) {
	a, b := sine(440, 16000, 32000), sine(700, 16000, 32000)
	silence := make([]int16, len(a))
	tests := []struct {
		name        string
		left, right []int16
		channel     int
		level       float64 // mean square over that of a
		remark      string
	}{
		{"same", a, a, 0, 1, ""},
		{"independent", a, b, 0, 0.5, ""},
		{"one is silent", a, silence, 0, 0.25, ""},
		{"opposite", a, scaled(a, -1), 0, 1, "channel 1, the loudest"},
		{"opposite, second louder", scaled(a, -0.85), a, 0, 1, "channel 2, the loudest"},
		{"opposite in noise", noisy(a, 1), noisy(a, -1), 0, 1.1, "channel"},
		{"first", a, scaled(b, 0.5), 1, 1, ""},
		{"second", scaled(b, 0.5), a, 2, 1, ""},
		{"silent second", a, silence, 2, 0, ""},
	}
	for _, test := range tests {
		in, got := read(t, input.Options{Channel: test.channel}, stereo(test.left, test.right))
		if level := loudness(got) / loudness(a); math.Abs(level-test.level) > 0.03 {
			t.Errorf("%s: mean square %.3f times the sound's, want %.3f", test.name, level, test.level)
		}
		if remarks := strings.Join(in.Remarks(), "; "); !strings.Contains(remarks, test.remark) || test.remark == "" && remarks != "" {
			t.Errorf("%s: %q", test.name, remarks)
		}
	}
	if _, err := (input.Options{Channel: 3}).Open(bytes.NewReader(stereo(a, b))); err == nil || !strings.Contains(err.Error(), "no channel 3: it has 2 channels") {
		t.Errorf("third channel of two: %v", err)
	}
	if _, err := (input.Options{Track: 2}).Open(bytes.NewReader(stereo(a, b))); err == nil || !strings.Contains(err.Error(), "no audio track 2") {
		t.Errorf("second track of one: %v", err)
	}
}

// TestChannelsAgain checks that after a passage in which the channels cancel out
// the mean is used again, so that a voice on the other channel is not lost.
func TestChannelsAgain(t *testing.T) {
	a, b := sine(440, 16000, 16000), sine(700, 16000, 160000)
	silence := make([]int16, len(b))
	_, got := read(t, input.Options{}, stereo(append(a, silence...), append(scaled(a, -1), b...)))
	if level := loudness(got[100000:]) / loudness(b); level < 0.2 {
		t.Errorf("mean square %.3f times the second channel's", level)
	}
}

// TestOffset checks that a DC offset is removed and sound without one unchanged.
func TestOffset(t *testing.T) {
	sound := scaled(sine(300, 16000, 48000), 0.1)
	if _, got := read(t, input.Options{Center: true}, wav(16000, -1, sound)); !slices.Equal(got, sound) {
		t.Error("sound without an offset was changed")
	}
	for _, dc := range []int16{-13000, -3300, 3300, 13000} {
		moved := make([]int16, len(sound))
		for i, v := range sound {
			moved[i] = v + dc
		}
		for name, b := range map[string][]byte{"PCM": audio.EncodePCM(nil, moved), "WAV": wav(16000, -1, moved)} {
			in, got := read(t, input.Options{Center: true}, b)
			sum := 0.0
			for _, v := range got {
				sum += float64(v)
			}
			if mean, level := sum/float64(len(got)), loudness(got)/loudness(sound); math.Abs(mean) > 10 || math.Abs(level-1) > 0.03 {
				t.Errorf("%s with an offset of %d: mean %.0f, mean square %.3f times the sound's", name, dc, mean, level)
			}
			if len(in.Remarks()) != 1 || !strings.Contains(in.Remarks()[0], "DC offset") {
				t.Errorf("%s: %q", name, in.Remarks())
			}
		}
	}
}

// TestGain checks that the level is raised before rounding to 16 bits.
func TestGain(t *testing.T) {
	sound := sine(300, 16000, 16000)
	_, got := read(t, input.Options{Gain: 20}, wav(16000, -1, scaled(sound, 0.05)))
	if level := loudness(got) / loudness(sound); math.Abs(level-1) > 0.01 {
		t.Errorf("mean square %.3f times the sound's", level)
	}
	in, _ := read(t, input.Options{}, wav(16000, -1, scaled(sound, 0.002)))
	if !in.IsSoft() || in.Peak() != 20 || math.Round(in.PeakDB()) != -64 {
		t.Errorf("peak %d, %.1f dBFS", in.Peak(), in.PeakDB())
	}
}

// TestPCM checks that sound of any kind and loudness is taken for PCM.
func TestPCM(t *testing.T) {
	samples := samplesOf(t, "../../../testdata/recordings/sentence-02.wav")
	tests := map[string][]int16{"speech": samples}
	for _, factor := range []float64{0.01, 10, 100, 1000} {
		loud := make([]int16, len(samples))
		for i, v := range samples {
			loud[i] = int16(max(math.MinInt16, min(math.MaxInt16, factor*float64(v))))
		}
		tests[fmt.Sprintf("speech times %g", factor)] = loud
	}
	bang := slices.Clone(samples) // 70 ms of loud noise, as when a plug is pushed in
	for i := range bang[:1100] {
		bang[i] = int16(20000 * (1 - 2*(i&1)))
	}
	tests["bang"] = bang
	tests["full tone"] = scaled(sine(1000, 16000, 16000), 3.2)
	tests["hum"] = scaled(sine(50, 16000, 16000), 0.11)
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			got, _, err := readAll(t, bytes.NewReader(audio.EncodePCM(nil, want)))
			if err != nil || len(got) != len(want) {
				t.Errorf("%d samples, want %d, %v", len(got), len(want), err)
			}
		})
	}
}

// TestNotPCMLater has silence, which may be PCM, before something that is not.
func TestNotPCMLater(t *testing.T) {
	samples := samplesOf(t, "../../../testdata/recordings/sentence-02.wav")
	b := make([]byte, 200000, 200000+2*len(samples))
	for _, v := range samples {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	if _, _, err := readAll(t, bytes.NewReader(b)); !errors.Is(err, input.ErrNotPCM) {
		t.Errorf("big-endian samples after silence: %v", err)
	}
}

func convert(t *testing.T, out string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), out)
	if said, err := exec.Command(ffmpegProgram(t), append(append([]string{"-nostdin", "-v", "error"}, args...), path)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return path
}

const sentence = "../../../testdata/recordings/sentence-01.wav"

// TestNamedPipe checks that a named pipe is read once, from its beginning.
func TestNamedPipe(t *testing.T) {
	t.Parallel()
	want := samplesOf(t, sentence)
	pcm := filepath.Join(t.TempDir(), "a.pcm")
	if err := os.WriteFile(pcm, audio.EncodePCM(nil, want), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{sentence, pcm, convert(t, "a.mp3", "-i", sentence), convert(t, "a.m4a", "-i", sentence)} {
		pipe := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Skip("no named pipes here: ", err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		written := make(chan error, 1)
		go func() { written <- os.WriteFile(pipe, content, 0) }()
		got := samplesOf(t, pipe)
		if extra := len(got) - len(want); extra < -1600 || extra > 3200 {
			t.Errorf("%s: %d samples, want %d", path, len(got), len(want))
		}
		if err := <-written; err != nil {
			t.Error(err)
		}
	}
}

// TestNamedPipeWaits checks that waiting for a writer to a named pipe happens in
// a read that the caller can interrupt.
func TestNamedPipeWaits(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	ended := errors.New("ended")
	o := input.Options{Through: func(io.Reader) io.Reader { return errReader{ended} }}
	if _, err := o.OpenFile(pipe); !errors.Is(err, ended) {
		t.Errorf("%v", err)
	}
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

// TestLateSound checks that silence fills the time before a container's sound and
// gaps in it.
func TestLateSound(t *testing.T) {
	t.Parallel()
	want := samplesOf(t, sentence)
	late := convert(t, "late.mkv", "-f", "lavfi", "-i", "color=black:s=64x48:r=10:d=12", "-itsoffset", "5", "-i", sentence,
		"-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", "aac")
	got := samplesOf(t, late)
	if extra := len(got) - len(want) - 5*16000; extra < -1600 || extra > 3200 {
		t.Errorf("%d samples, want %d plus 5 s", len(got), len(want))
	}
	gap := convert(t, "gap.mka", "-i", sentence, "-af", "asetpts='if(gte(T,1),PTS+3/TB,PTS)'", "-c:a", "pcm_s16le")
	if extra := len(samplesOf(t, gap)) - len(want) - 3*16000; extra < -1600 || extra > 3200 {
		t.Errorf("%d samples more than the recording and the gap", extra)
	}
}

// TestTracks checks that the requested track is read and others are reported.
func TestTracks(t *testing.T) {
	t.Parallel()
	path := convert(t, "two.mka", "-f", "lavfi", "-i", "anullsrc=d=2:r=16000", "-i", sentence, "-map", "0:a", "-map", "1:a")
	for track, wantLoud := range []bool{false, false, true} {
		in, err := input.Options{Track: track}.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		samples, err := input.ReadAll(in)
		if loud := loudness(samples) > 100; err != nil || loud != wantLoud {
			t.Errorf("track %d: loud %v, %v", track, loud, err)
		}
		if remarks := strings.Join(in.Remarks(), ""); strings.Contains(remarks, "it has 2 audio tracks") != (track == 0) {
			t.Errorf("track %d: %q", track, remarks)
		}
		in.Close()
	}
	if _, err := (input.Options{Track: 3}).OpenFile(path); err == nil || !strings.Contains(err.Error(), "there is no audio track 3: it has 2") {
		t.Errorf("track 3: %v", err)
	}
	if _, err := (input.Options{Channel: 3}).OpenFile(path); err == nil || !strings.Contains(err.Error(), "there is no channel 3") {
		t.Errorf("channel 3: %v", err)
	}
}

// TestCutOff checks that a truncated file is read as far as it goes, with an error
// or a remark.
func TestCutOff(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.mp3", "a.flac", "a.m4a", "a.mka", "a.aiff", "a.caf"} {
		args := []string{"-i", sentence}
		if name == "a.m4a" {
			args = append(args, "-movflags", "faststart")
		}
		path := convert(t, name, args...)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, info.Size()/2); err != nil {
			t.Fatal(err)
		}
		in, err := input.OpenFile(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		samples, err := input.ReadAll(in)
		if len(samples) < 8000 || err != nil && !errors.Is(err, audio.ErrTruncated) || err == nil && len(in.Remarks()) == 0 {
			t.Errorf("%s: %d samples, %v, %q", name, len(samples), err, in.Remarks())
		}
		in.Close()
	}
	for _, name := range []string{"b.mp3", "b.flac", "b.m4a", "b.ogg"} { // whole ones
		in, err := input.OpenFile(convert(t, name, "-i", sentence))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := input.ReadAll(in); err != nil || len(in.Remarks()) > 0 {
			t.Errorf("%s: %v, %q", name, err, in.Remarks())
		}
		in.Close()
	}
}
