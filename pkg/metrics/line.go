package metrics

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// scanner reads a line as the programs write it: one flat object without
// spaces, whose values are numbers without exponent, strings without escapes,
// and lists of such strings. A day's logs may have a hundred thousand of them,
// and this is eight times as fast as encoding/json. It gives up on every other line, and
// encoding/json judges that.
type scanner struct {
	rest []byte
	ok   bool
}

// scan fills a reading, or gives up; then the reading is of no use.
func scan(line []byte, r *Reading) bool {
	s := &scanner{rest: bytes.Trim(line, " \t\r\n"), ok: true} // JSON's space
	s.expect('{')
	for s.ok {
		key := s.text()
		s.expect(':')
		if !s.ok {
			break
		}
		s.value(key, r)
		if len(s.rest) == 0 || s.rest[0] != ',' {
			break
		}
		s.rest = s.rest[1:]
	}
	s.expect('}')
	return s.ok && len(s.rest) == 0
}

func (s *scanner) value(key []byte, r *Reading) {
	switch string(key) {
	case "time":
		s.ok = r.Time.UnmarshalText(s.text()) == nil && s.ok
	case "tool":
		r.Program = string(s.text())
	case "pid":
		r.PID = s.whole()
	case "event":
		r.Event = Event(s.text())
	case "level":
		r.Level = string(s.text())
	case "message":
		r.Message = string(s.text())
	case "version":
		r.Version = string(s.text())
	case "id":
		r.ID = s.whole()
	case "file":
		r.File = string(s.text())
	case "audio_seconds":
		r.AudioSeconds = s.number()
	case "processing_seconds":
		r.ProcessingSeconds = s.number()
	case "speed_factor":
		r.SpeedFactor = s.number()
	case "replayed":
		r.Replayed = s.truth()
	case "latency_seconds":
		r.LatencySeconds = s.number()
	case "queue":
		r.Queue = s.whole()
	case "model":
		r.Model = string(s.text())
	case "device":
		r.Device = string(s.text())
	case "retries":
		r.Retries = s.whole()
	case "refreshes":
		r.Refreshes = s.whole()
	case "degraded":
		r.Degraded = s.list()
	case "memory_mb":
		r.MemoryMB = s.number()
	case "growth_mb":
		r.GrowthMB = s.number()
	case "cpu_percent":
		r.CPUPercent = s.number()
	case "method":
		r.Method = string(s.text())
	case "seconds":
		r.Seconds = s.number()
	case "exit_code":
		r.ExitCode = s.whole()
	default:
		s.unknown(key)
	}
}

// unknown skips a value. encoding/json ignores the case of keys: one with
// others than small letters may mean a field after all.
func (s *scanner) unknown(key []byte) {
	for _, c := range key {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			s.ok = false
		}
	}
	if len(s.rest) > 0 && s.rest[0] == '"' {
		s.text()
	} else {
		s.number()
	}
}

func (s *scanner) expect(c byte) {
	if len(s.rest) == 0 || s.rest[0] != c {
		s.ok = false
		return
	}
	s.rest = s.rest[1:]
}

// text is what stands between two quotes.
func (s *scanner) text() []byte {
	s.expect('"')
	if !s.ok {
		return nil
	}
	ascii := true
	for i, c := range s.rest {
		switch {
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			s.ok = ascii || utf8.Valid(text)
			return text
		case c < ' ' || c == '\\':
			s.ok = false
			return nil
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	s.ok = false
	return nil
}

func (s *scanner) truth() bool {
	for text, value := range map[string]bool{"true": true, "false": false} {
		if rest, found := bytes.CutPrefix(s.rest, []byte(text)); found {
			s.rest = rest
			return value
		}
	}
	s.ok = false
	return false
}

func (s *scanner) list() []string {
	list := []string{}
	s.expect('[')
	for s.ok && len(s.rest) > 0 && s.rest[0] != ']' {
		if len(list) > 0 {
			s.expect(',')
		}
		list = append(list, string(s.text()))
	}
	s.expect(']')
	return list
}

// powers of ten that a float64 holds exactly, as far as needed.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// digits takes a number's characters: what it is without the point, and how
// many digits follow that.
func (s *scanner) digits() (text []byte, mantissa uint64, decimals int) {
	i, point := 0, -1
	for ; i < len(s.rest); i++ {
		c := s.rest[i]
		if c == '.' && point < 0 && i > 0 {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		mantissa = mantissa*10 + uint64(c-'0')
	}
	text, s.rest = s.rest[:i], s.rest[i:]
	if point >= 0 {
		decimals = i - point - 1
	}
	if i == 0 || point == i-1 || text[0] == '0' && i > 1 && point != 1 {
		s.ok = false
	}
	return text, mantissa, decimals
}

func (s *scanner) number() float64 {
	text, mantissa, decimals := s.digits()
	if len(text) <= 16 && mantissa < 1e15 && decimals < len(powers) {
		return float64(mantissa) / powers[decimals] // exact operands: rounded as it should be
	}
	v, err := strconv.ParseFloat(string(text), 64)
	s.ok = s.ok && err == nil
	return v
}

func (s *scanner) whole() int {
	text, mantissa, decimals := s.digits()
	s.ok = s.ok && decimals == 0 && len(text) <= 18
	return int(mantissa)
}
