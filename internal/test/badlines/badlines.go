// Package badlines makes sequences of lines that no program of the pipeline writes, for
// fuzz tests of those that read them.
package badlines

import (
	"fmt"
	"strings"
)

var (
	ids   = []string{"0", "0", "1", "2", "3", "-1", "9007199254740992", "-9007199254740992", "9223372036854775807", "1e3"}
	times = []string{"0", "0.1", "0.3", "1", "1.5", "2", "316224000", "316223999.9", "1e308", "-1", "4e14"}
	at    = []string{"0", "1600", "16000", "5059584000000", "9223372036854775807", "-1"}
	texts = []string{"", "one", "one two", "One.", "\\u0000", "\\ud800", "  ", "äöü\\n", "scratch that", "\u2028"}
	marks = []string{"begin", "pause", "resume", "gap", "end", "cancel", "lunch"}
	pcm   = []string{"", "AAA=", "AAAAAAAA", "AAAAAAA", strings.Repeat("AAAA", 800)}
	ends  = []string{"", "", "", `,"ends":true`}
)

// Lines returns a sequence of lines chosen by data: cancels before a beginning, ends that
// come twice, IDs that come again, and numbers without sense.
func Lines(data []byte) string {
	var b strings.Builder
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		n := int(data[0])
		data = data[1:]
		return n
	}
	pick := func(from []string) string { return from[next()%len(from)] }
	for len(data) > 0 {
		switch next() % 12 {
		case 0, 1:
			fmt.Fprintf(&b, `{"type":"mark","mark":"%s","at":%s,"samples":%s%s}`,
				pick(marks), pick(at), pick(at), pick(ends))
		case 2, 3:
			fmt.Fprintf(&b, `{"type":"utterance","id":%s,"start":%s,"end":%s,"pcm_start":%s,"decided":%s,"pcm":"%s"%s}`,
				pick(ids), pick(times), pick(times), pick(times), pick(times), pick(pcm), pick(ends))
		case 4, 5:
			flags := next()
			fmt.Fprintf(&b,
				`{"type":"tentative","id":%s,"start":%s,"end":%s,"pcm_start":%s,"paused":%t,"may_end":%t,"pcm":"%s"}`,
				pick(ids), pick(times), pick(times), pick(times), flags&1 == 0, flags&2 == 0, pick(pcm))
		case 6:
			fmt.Fprintf(&b, `{"type":"audio","at":%s,"pcm":"%s"%s}`, pick(at), pick(pcm), pick(ends))
		case 7:
			fmt.Fprintf(&b, `{"type":"transcript","id":%s,"start":%s,"end":%s,"text":"%s"%s}`,
				pick(ids), pick(times), pick(times), pick(texts), pick(ends))
		case 8:
			fmt.Fprintf(&b, `{"type":"partial","id":%s,"start":%s,"end":%s,"stable":"%s","unstable":"%s"}`,
				pick(ids), pick(times), pick(times), pick(texts), pick(texts))
		case 9:
			fmt.Fprintf(&b, `{"type":"error","id":%s,"error":"%s"}`, pick(ids), pick(texts))
		case 10:
			fmt.Fprintf(&b, `{"type":"end","utterances":%s,"incomplete":%t,"reason":"%s"}`,
				pick(ids), next()%2 == 0, pick(texts))
		case 11:
			fmt.Fprintf(&b, `{"type":"mood"%s,"x":"%s"`, pick(ends), pick(texts)) // cut
			b.WriteString([]string{"}", "} ", ""}[next()%3])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
