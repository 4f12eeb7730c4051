package input_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/audio/input"
)

// streamFormats are formats that ffmpeg writes, one per line: name, muxer,
// arguments. Few builds write those with a question mark. Formats after the
// empty line have no header and cannot be recognised, but must not be taken for
// PCM.
const streamFormats = `
wav wav
rifx-like-w64 w64
aiff aiff
aiff-24 aiff -c:a pcm_s24be
aifc-mulaw aiff -c:a pcm_mulaw
au au
au-mulaw au -c:a pcm_mulaw
caf caf
caf-24 caf -c:a pcm_s24be
voc voc
sox sox
ircam ircam -c:a pcm_s16le
avi avi -c:a pcm_s16le
avi-mp3 avi -c:a libmp3lame
adpcm-wav wav -c:a adpcm_ms
ima-wav wav -c:a adpcm_ima_wav
alaw-wav wav -c:a pcm_alaw
mulaw-wav wav -c:a pcm_mulaw
gsm-wav wav -c:a libgsm_ms -ar 8000
mp3-wav wav -c:a libmp3lame
f64-wav wav -c:a pcm_f64le
mp3 mp3
mp3-no-id3 mp3 -id3v2_version 0 -write_xing 0
mp3-8k mp3 -id3v2_version 0 -ar 8000
mp3-44k mp3 -id3v2_version 0 -ar 44100 -ac 2 -b:a 128k
mp2 mp2
aac adts
latm latm -c:a aac
m4a ipod
m4a-front ipod -movflags faststart
mp4-fragments mp4 -movflags frag_keyframe+empty_moov
alac ipod -c:a alac
mov mov
3gp 3gp -c:a aac
flac flac
ogg ogg -c:a libvorbis
opus opus
oga oga -c:a flac
speex ogg -c:a libspeex
webm webm -c:a libopus
mka matroska
mkv-pcm matroska -c:a pcm_s16le
ts mpegts
m2ts mpegts -mpegts_m2ts_mode 1
vob vob -c:a mp2
mpeg mpeg -c:a mp2
flv flv -c:a libmp3lame -ar 44100
swf swf -c:a libmp3lame -ar 44100
asf asf
wma asf -c:a wmav2
wtv wtv -c:a mp2
ac3 ac3
eac3 eac3
dts dts -strict -2 -ar 48000 -ac 2
mlp mlp -strict -2 -ar 48000 -ac 2
truehd truehd -strict -2 -ar 48000 -ac 2
spdif spdif -c:a ac3 -ar 48000
tta tta
wavpack wv
?amr amr -ar 8000
codec2 codec2 -ar 8000
nut nut -c:a pcm_s16le
rm rm -ar 44100 -c:a ac3
mmf mmf -ar 8000
adx adx -ac 2 -ar 44100
smjpeg smjpeg
ast ast

s8 s8
u8 u8
s16be s16be
u16le u16le
u16be u16be
s24le s24le
s24be s24be
u24le u24le
u24be u24be
s32le s32le
s32be s32be
u32le u32le
u32be u32be
f32le f32le
f32be f32be
f64le f64le
f64be f64be
mulaw mulaw
alaw alaw
vidc vidc
g722 g722
g726 g726 -ar 8000
g726le g726le -ar 8000
g723_1 g723_1 -ar 8000 -b:a 6300
gsm gsm -ar 8000
sbc sbc -ac 2
aptx aptx -ac 2
aptx_hd aptx_hd -ac 2
dfpwm dfpwm
stereo-s16le s16le -ac 2
codec2raw codec2raw -ar 8000
rso rso -ar 8000
wsaud wsaud -ar 8000
`

// TestStreamFormats checks that every format ffmpeg writes is decoded from a
// stream or refused, but never taken for PCM.
func TestStreamFormats(t *testing.T) {
	ffmpeg := ffmpegProgram(t)
	const source = "../../../testdata/recordings/timing-after-500ms.wav"
	want := samplesOf(t, source)
	dir := t.TempDir()
	known, raw, _ := strings.Cut(strings.TrimSpace(streamFormats), "\n\n")
	// One process for all is faster, but writes nothing if it lacks a format.
	all := []string{"-nostdin", "-v", "error", "-y", "-i", source}
	for line := range strings.Lines(known + "\n" + raw) {
		if !strings.HasPrefix(line, "?") {
			all = append(all, outputArgs(dir, strings.Fields(line))...)
		}
	}
	together := exec.Command(ffmpeg, all...).Run() == nil
	for i, list := range []string{known, raw} {
		for line := range strings.Lines(list) {
			fields := strings.Fields(line)
			t.Run(fields[0], func(t *testing.T) {
				t.Parallel()
				if !together || fields[0][0] == '?' {
					args := append([]string{"-nostdin", "-v", "error", "-y", "-i", source}, outputArgs(dir, fields)...)
					if out, err := exec.Command(ffmpeg, args...).CombinedOutput(); err != nil {
						t.Skipf("this ffmpeg does not write it: %s", out)
					}
				}
				got, err := streamed(t, filepath.Join(dir, fields[0]))
				if i == 1 && (errors.Is(err, input.ErrNotPCM) || err != nil && strings.Contains(err.Error(), "ffmpeg can read")) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if extra := len(got) - len(want); extra < -3200 || extra > 4800 {
					t.Errorf("%d samples, want %d", len(got), len(want))
				}
				// When ffmpeg makes mono into stereo, it lowers the level by 3 dB.
				if a, b := loudness(got), loudness(want); a < b/2.3 || a > b*1.5 {
					t.Errorf("mean square %.0f, want %.0f", a, b)
				}
			})
		}
	}
}

// outputArgs returns ffmpeg's arguments for a line of streamFormats.
func outputArgs(dir string, fields []string) []string {
	return slices.Concat(fields[2:], []string{"-f", fields[1], "file:" + filepath.Join(dir, fields[0])})
}

// streamed hides everything about a file but its bytes, as a stream does.
func streamed(t *testing.T, path string) ([]int16, error) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in, err := input.Open(struct{ io.Reader }{file})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return input.ReadAll(in)
}
