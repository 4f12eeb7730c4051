package bundle

import (
	_ "embed"
	"regexp"
	"strings"
	"syscall"
)

// ownText has the words of all that the programs say, one a line. A test writes
// it, from the source.
//
//go:embed words.txt
var ownText string

// foreignText is what Go, the operating system's loader and ffmpeg say, as far
// as it tells what went wrong.
const foreignText = `EOF unexpected end of file context canceled deadline exceeded exit status
signal killed aborted terminated core dumped closed connection refused reset timeout tcp udp unix i/o operation
copy permitted supported temporarily executable lookup dial fork/exec load shared library libraries
Invalid data found when processing moov atom Error opening decoder codec stream
JSON cannot unmarshal toml expected invalid character looking beginning value huggingface.co started stopped
Get Head tls x509 certificate signed authority misbehaving segmentation fault SIGSEGV SIGABRT SIGBUS SIGILL index out of
range length nil pointer dereference encountered illegal access memory address Connection AMD NVIDIA Intel GeForce
RTX GTX Radeon RX Arc Graphics RADV Mesa Failed Compositor support protocol`

// vocabulary are the words that may stand in a message.
type vocabulary map[string]bool

func newVocabulary() vocabulary {
	v := vocabulary{}
	for _, word := range strings.Fields(ownText + "\n" + foreignText) {
		v[word] = true
	}
	for e := range syscall.Errno(140) {
		for _, word := range strings.Fields(e.Error()) {
			v[strings.Trim(word, around)] = true
		}
	}
	return v
}

const (
	around = `.,;:()[]{}!?"'=<>` + "`" // what stands around a word
	after  = `,;:()[]{}"=`             // what ends a name of several words
)

var (
	// formed are the words that are known by their form: figures with a unit, short
	// flags, characters, variables, devices, models, libraries, paths of the system, addresses,
	// and what stands for what was hidden.
	formed = regexp.MustCompile(`^(?:[-+]?\d+(?:\.\d+)?[A-Za-zµ%]{0,4}|(?:\d+(?:\.\d+)?(?:h|m|s|ms|µs|ns))+|\d+[/x-]\d+|\d\.\d{1,2}\.\d{1,2}|\d+(?:\.\d+){3}(?:\:\d+)?` +
		`|%+|vk::[A-Za-z:]+|Error(?:DeviceLost|OutOf[A-Za-z]+|InitializationFailed)|GLIBC(?:XX)?_[0-9.]+|[SUF](?:8|16|24|32)_(?:3)?(?:LE|BE)|-[a-zA-Z]|\$[A-Z_]+|U\+[0-9A-F]{4,6}|(?:VOICEFLOW|XDG|OMP|PULSE|SLURM|GGML)_[A-Z0-9_]+|(?:Vulkan|CUDA|Metal|CPU|GPU)\d*` +
		`|(?:tiny|base|small|medium|large|silero)(?:\.en)?(?:-v\d[0-9.]*)?(?:-turbo)?(?:-q\d(?:_\d)?)?|lib[a-z0-9_-]+\.so[0-9.]*` +
		`|/.*|[A-Za-z][A-Za-z0-9+.-]*://.*|.*\(removed\)?.*|file-[0-9a-f]{8}(?:\.[A-Za-z0-9]{1,5})?)$`)
	figureForm = regexp.MustCompile(`^[-+0-9.]+$`)
	// libraryLine is what libwhisper says of itself.
	libraryLine = regexp.MustCompile(`^(?:whisper|ggml|gguf)_[a-z0-9_]+:`)
	wordPart    = regexp.MustCompile(`\S+`)
)

func (v vocabulary) has(word string) bool {
	flag, isFlag := strings.CutPrefix(word, "--")
	return word == "" || v[word] || v[strings.TrimSuffix(word, "'s")] || isFlag && v[flag] || formed.MatchString(word)
}

// ownWords puts a stand-in in the place of each row of words that are not in the
// vocabulary: names of files mostly, wherever in the message they stand.
func (r redactor) ownWords(s string) string {
	if libraryLine.MatchString(s) {
		return s
	}
	var b strings.Builder
	done, from, to := 0, -1, 0 // s[from:to] is the row that is being read
	flush := func() {
		if from >= 0 {
			b.WriteString(s[done:from] + r.file(s[from:to]))
			done, from = to, -1
		}
	}
	for _, at := range wordPart.FindAllStringIndex(s, -1) {
		word := s[at[0]:at[1]]
		start := at[0] + len(word) - len(strings.TrimLeft(word, around))
		core := strings.Trim(word, around)
		end := start + len(core)
		if start > at[0] && strings.ContainsAny(s[at[0]:start], after) {
			flush()
		}
		switch known := r.words.has(core); {
		case !known && from < 0:
			from, to = start, end
		case !known, from >= 0 && figureForm.MatchString(core):
			to = end // a figure within a name is of it
		default:
			flush()
		}
		if strings.ContainsAny(s[min(end, at[1]):at[1]], after) {
			flush()
		}
	}
	flush()
	return b.String() + s[done:]
}
