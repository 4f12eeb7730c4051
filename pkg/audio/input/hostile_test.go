package input_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// run runs ffmpeg, quietly, in a folder.
func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(ffmpegProgram(t), append([]string{"-nostdin", "-y", "-v", "error"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %q: %v: %s", args, err, out)
	}
}

// TestPlaylists checks that a file that names others, whatever it is called, does
// not make ffmpeg read them. The secret is in another folder, and next to the file.
func TestPlaylists(t *testing.T) {
	t.Parallel()
	elsewhere, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(elsewhere, "secret.flac")
	tone := []string{"-f", "lavfi", "-i", "sine=d=3:r=16000"}
	run(t, dir, append(tone, secret)...)
	for _, near := range []string{"secret.flac", "secret.ts", "secret.wav", "secret.mkv"} {
		run(t, dir, append(tone, near)...)
	}
	id3 := "ID3\x04\x00\x00\x00\x00\x00\x0a" + strings.Repeat("\x00", 10)
	big := "ID3\x04\x00\x00\x00\x60\x00\x00" + strings.Repeat("\x00", 0x60<<14)
	hls := func(url string) string {
		return "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\n" + url + "\n#EXT-X-ENDLIST\n"
	}
	concat := func(url string) string { return "ffconcat version 1.0\nfile " + url + "\n" }
	dash := func(url string) string {
		return `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT3S">` +
			`<Period><AdaptationSet contentType="audio"><Representation id="1" bandwidth="1000"><BaseURL>` + url +
			`</BaseURL></Representation></AdaptationSet></Period></MPD>`
	}
	contents := map[string]string{
		"hls": hls(secret), "hls file": hls("file:" + secret), "hls near": hls("secret.ts"), "hls near wav": hls("secret.wav"),
		"hls concat": hls("concat:" + secret), "hls subfile": hls("subfile,,start,0,end,0,,:" + secret),
		"hls crypto": hls("crypto+file:" + secret), "hls data": hls("data:audio/wav;base64,UklGRg=="),
		"hls fd": hls("/dev/fd/0"), "hls endless": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + secret + "\n",
		"hls master": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + secret + "\n",
		"hls BOM":    "\ufeff" + hls(secret), "hls blank": "\n\n\r\n" + hls(secret), "hls ID3": id3 + hls(secret), "hls big ID3": big + hls(secret),
		"concat": concat(secret), "concat near": concat("secret.flac"), "concat near mkv": concat("secret.mkv"),
		"concat BOM": "\ufeff" + concat(secret), "concat blank": "\n" + concat(secret), "concat ID3": id3 + concat("secret.flac"),
		"dash": dash("file://" + secret), "dash near": dash("secret.mkv"),
		"sdp":    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
		"pls":    "[playlist]\nFile1=" + secret + "\nNumberOfEntries=1\nVersion=2\n",
		"vobsub": "# VobSub index file, v7 (do not modify this line!)\ntimestamp: 00:00:00:000, filepos: 000000000\n",
		"asx":    `<asx version="3.0"><entry><ref href="` + secret + `"/></entry></asx>`,
		"imf":    `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>x</Id></CompositionPlaylist>`,
		"rtsp":   "[Reference]\nRef1=file://" + secret + "\n", "rtsp text": "RTSPtextrtsp://127.0.0.1:1/x\n",
		"script": "AviSynth\nDirectShowSource(\"" + secret + "\")\n",
	}
	extensions := []string{
		"mp3", "flac", "ogg", "m4a", "aac", "ts", "mkv", "wav", "m3u8", "ffconcat", "mpd", "sdp", "avs", "al", "gsm", "idx", "jpg",
	}
	check := func(name, content, extension string) {
		path := filepath.Join(dir, name+"."+extension)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		if samples, err := input.ReadFile(path); err == nil || len(samples) > 0 {
			t.Errorf("%s: %d samples, %v", path, len(samples), err)
		}
	}
	for i, name := range slices.Sorted(maps.Keys(contents)) {
		check(name, contents[name], extensions[i%len(extensions)])
	}
	for _, name := range []string{"hls", "concat near"} {
		for _, extension := range extensions {
			check(name, contents[name], extension)
		}
	}
}

// TestImplausibleRates checks that a header cannot turn a few kilobytes into hours.
func TestImplausibleRates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := strings.Repeat("\x10\x20", 41000)
	le, be := binary.LittleEndian, binary.BigEndian
	wav := func(tag uint16, rate uint32, channels, align, bits uint16) string {
		h := []byte("RIFF\x24\x40\x01\x00WAVEfmt \x10\x00\x00\x00")
		h = le.AppendUint16(h, tag)
		h = le.AppendUint16(h, channels)
		h = le.AppendUint32(h, rate)
		h = le.AppendUint32(h, rate*uint32(align))
		h = le.AppendUint16(h, align)
		h = le.AppendUint16(h, bits)
		return string(le.AppendUint32(append(h, "data"...), uint32(len(data)))) + data
	}
	au := func(rate uint32) string {
		h := []byte(".snd\x00\x00\x00\x20\xff\xff\xff\xff\x00\x00\x00\x03")
		return string(append(be.AppendUint32(be.AppendUint32(be.AppendUint32(h, rate), 1), 0), 0, 0, 0, 0)) + data
	}
	tests := map[string]string{
		"0hz.wav": wav(1, 0, 1, 2, 16), "1hz.wav": wav(1, 1, 1, 2, 16), "999hz.wav": wav(1, 999, 1, 2, 16),
		"8bit.wav": wav(1, 1, 1, 1, 8), "mulaw.wav": wav(7, 1, 1, 1, 8), "adpcm.wav": wav(0x11, 1, 1, 512, 4),
		"4ghz.wav": wav(1, 1<<32-1, 1, 2, 16), "65535.wav": wav(1, 16000, 65535, 2, 16), "0channels.wav": wav(1, 16000, 0, 2, 16),
		"1hz.au": au(1), "10hz.au": au(10), "999hz.au": au(999),
		"align.wav": wav(1, 1, 1, 3, 16), "0bits.wav": wav(1, 1, 1, 2, 0), "unknown.wav": wav(0x1234, 1, 1, 2, 16),
	}
	for name, content := range tests {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		samples, err := input.ReadFile(path)
		if err == nil || audio.Seconds(len(samples)) > 600 {
			t.Errorf("%s: %.0f s, %v", name, audio.Seconds(len(samples)), err)
		}
		stream, err := streamed(t, path)
		if err == nil || audio.Seconds(len(stream)) > 600 {
			t.Errorf("%s as a stream: %.0f s, %v", name, audio.Seconds(len(stream)), err)
		}
	}
}

// TestMaxDuration checks the limit of files, which may be in any format.
func TestMaxDuration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, "-f", "lavfi", "-i", "sine=d=4:r=16000", "a.wav", "a.flac")
	for _, name := range []string{"a.wav", "a.flac"} {
		for limit, want := range map[time.Duration]error{0: nil, 5 * time.Second: nil, 3 * time.Second: input.ErrTooLong} {
			in, err := input.Options{MaxDuration: limit}.OpenFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			samples, err := input.ReadAll(in)
			if !errors.Is(err, want) || want != nil && len(samples) > 3*audio.SampleRate {
				t.Errorf("%s, limit %v: %d samples, %v", name, limit, len(samples), err)
			}
			in.Close()
		}
	}
}

// TestOddFiles checks that what is neither a file nor a pipe is refused at once.
func TestOddFiles(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for path, want := range map[string]string{
		dir: "is a folder", socket: "is a device or a socket", "/dev/zero": "is a device or a socket",
		"/dev/tty": "", filepath.Join(dir, "missing"): "no such file",
	} {
		if _, err := input.OpenFile(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestNamedPipeFFmpeg checks that a writer that is slow to come gets its sound read, in a
// format that ffmpeg reads.
func TestNamedPipeFFmpeg(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, "-f", "lavfi", "-i", "sine=d=2:r=16000", "a.flac")
	pipe := filepath.Join(dir, "pipe.flac")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		data, _ := os.ReadFile(filepath.Join(dir, "a.flac"))
		_ = os.WriteFile(pipe, data, 0) // a failure shows as too few samples
	}()
	if samples, err := input.ReadFile(pipe); err != nil || len(samples) != 2*audio.SampleRate {
		t.Errorf("%d samples, %v", len(samples), err)
	}
}

// TestFileNames checks formats that ffmpeg recognises only by the extension, or not
// behind a large picture, and names that are not plain.
func TestFileNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tone := []string{"-f", "lavfi", "-i", "sine=d=2:r=8000", "-ar", "8000", "-ac", "1"}
	run(t, dir, append(tone, "-f", "alaw", "a.al", "-f", "mulaw", "a.UL", "-ar", "16000", "-f", "g722", "a.g722",
		"-f", "mp3", "plain.mp3", "-f", "adts", "plain.aac", "-f", "flac", "plain.flac", "-f", "mov", "file:with: odd%20name\n.mp3")...)
	tag := "ID3\x04\x00\x00\x01\x00\x00\x00" + strings.Repeat("\xff\xfb", 1<<20)
	for _, name := range []string{"mp3", "aac", "flac"} {
		data, err := os.ReadFile(filepath.Join(dir, "plain."+name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "picture."+name), append([]byte(tag), data...), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"a.al", "a.UL", "a.g722", "plain.mp3", "picture.mp3", "picture.aac", "picture.flac", "with: odd%20name\n.mp3",
	} {
		samples, err := input.ReadFile(filepath.Join(dir, name))
		// A-law and mu-law have no rate; ffmpeg takes them for 44.1 kHz, others are close.
		if seconds := audio.Seconds(len(samples)); err != nil || seconds < 0.3 || seconds > 2.5 {
			t.Errorf("%s: %.2f s, %v", name, seconds, err)
		}
	}
}

// TestMessagesAreClean checks that a file's name and tags cannot control the
// terminal through an error.
func TestMessagesAreClean(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	evil := "\x1b]0;x\x07\u202e\r\x9b31m"
	run(t, dir, "-f", "lavfi", "-i", "sine=d=2:r=16000", "-metadata", "title="+evil, "-metadata:s:a", "language="+evil[:3], "a.mkv")
	data, err := os.ReadFile(filepath.Join(dir, "a.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int{len(data) / 2, len(data) / 4, 900} {
		path := filepath.Join(dir, fmt.Sprint(cut, ".mkv"))
		if err := os.WriteFile(path, data[:min(cut, len(data))], 0o666); err != nil {
			t.Fatal(err)
		}
		in, err := input.OpenFile(path)
		said := fmt.Sprint(err)
		if err == nil {
			_, err = input.ReadAll(in)
			said = fmt.Sprint(err, in.Remarks())
			in.Close()
		}
		if strings.ContainsAny(said, "\x1b\x07\r\u202e\u009b") {
			t.Errorf("cut at %d: %q", cut, said)
		}
	}
}
