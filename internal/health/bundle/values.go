package bundle

import (
	"encoding/hex"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"voiceflow/internal/config"
	"voiceflow/pkg/language"
)

// texts describes the values of a setting that is a text or a list of texts.
type texts struct {
	path    bool            // they are paths
	figures bool            // the program's own description has figures
	words   map[string]bool // lower-case words that the program itself mentions, such as auto and jsonl
}

// textsOf returns what a program says about a setting's values.
func textsOf(s config.Effective) texts {
	described := s.Usage + " " + s.Default + " " + s.Otherwise
	t := texts{path: s.Path, figures: strings.ContainsAny(described, "0123456789"), words: map[string]bool{}}
	for _, word := range anyWord.FindAllString(described, -1) {
		t.words[strings.ToLower(strings.TrimRight(word, ".-"))] = true
	}
	return t
}

// join returns what two settings with the same name have in common.
func (t texts) join(other texts) texts {
	both := texts{path: t.path || other.path, figures: t.figures || other.figures, words: map[string]bool{}}
	for word := range t.words {
		both.words[word] = true
	}
	for word := range other.words {
		both.words[word] = true
	}
	return both
}

var (
	anyWord = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9_.-]*`)
	// figureForm matches numbers, times, sizes, dates and limits: 15%:30%, 2/8, 0.25MB:0.75MB.
	figureForm = regexp.MustCompile(`^[-+]?[0-9]+(?:[.:/-][0-9]+)*(?:%|[a-zµ]{1,2}|[kMG]?i?B)?` +
		`(?:[:/]?[0-9]+(?:\.[0-9]+)?(?:%|[a-zµ]{1,2}|[kMG]?i?B)?)*$`)
	fewDigits  = regexp.MustCompile(`^[0-9]{1,4}$`)
	deviceForm = regexp.MustCompile(`(?i)^(?:cpu|igpu|gpu|cuda|vulkan|metal|mtl|hip|rocm|` +
		`sycl|musa|cann|opencl|blas)[0-9]{0,3}` +
		`(?:, OpenBLAS)?$`)
)

// known makes the value of a setting safe. It keeps what only the programs' own vocabulary can
// express; anything else may name a person, a recording or a place.
func (r redactor) known(t texts, value string) string {
	if t.path {
		return r.path(value)
	}
	parts := strings.Split(value, ",")
	for i, part := range parts {
		parts[i] = r.item(t, strings.TrimSpace(part))
	}
	return strings.Join(parts, ",")
}

func (r redactor) item(t texts, s string) string {
	scheme, _, isURL := strings.Cut(s, "://")
	_, isLanguage := language.Code(s)
	switch {
	case s == "", t.words[strings.ToLower(s)], isLanguage,
		isFigure(t, s), deviceForm.MatchString(s), modelForm.MatchString(s):
		return s
	case isLoopback(s):
		return s
	case isURL && slices.Contains([]string{"http", "https", "unix", "tcp"}, scheme):
		return scheme + "://" + removed
	case strings.HasPrefix(s, "unix:"):
		return "unix:" + r.path(strings.TrimPrefix(s, "unix:"))
	case strings.HasPrefix(s, "/"), strings.HasPrefix(s, "~"):
		return r.path(s)
	}
	return "text-" + hex.EncodeToString(r.sum(s))
}

// isFigure reports whether s is a number or the like that may be shown. Where a program
// does not speak of numbers, a longer one may be a telephone number or a birthday.
func isFigure(t texts, s string) bool {
	if t.figures {
		return figureForm.MatchString(s) && !isAddress(s)
	}
	return fewDigits.MatchString(s)
}

// isAddress reports whether s is an IP address, with or without a port.
func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	_, portErr := netip.ParseAddrPort(s)
	return err == nil || portErr == nil
}

// isLoopback reports whether s is an address of this machine for itself, with or without a port.
func isLoopback(s string) bool {
	if host, port, err := net.SplitHostPort(s); err == nil && figureForm.MatchString(port) {
		s = host
	}
	ip, err := netip.ParseAddr(s)
	return s == "localhost" || err == nil && ip.Zone() == "" && (ip.IsLoopback() || ip.IsUnspecified())
}

// commonParts are the parts of paths that say nothing about a person.
var commonParts = regexp.MustCompile(`^(?:|\.|\.\.|~|USER|usr|local|lib|lib64|libexec|bin|sbin|` +
	`etc|opt|var|run|user|home|Users|media|mnt|` +
	`dev|null|stdin|stdout|stderr|shm|tmp|proc|sys|share|config|\.config|\.local|\.cache|\.state|state|log|logs|` +
	`voiceflow|models|quantised|backends[0-9]*|ggml|vf-(?:record|vad|transcribe|paste|health)(?:\.log)?|` +
	`config\.toml|history|checks\.jsonl|transcribe\.sock|pulse|native|pipewire-[0-9]|wayland-[0-9]+|` +
	`x86_64-linux-gnu|aarch64-linux-gnu|[0-9]{1,6})$`)

// path makes a path safe: the parts that a user has named become stand-ins with the same
// extension.
func (r redactor) path(s string) string {
	if s == "" || s == "-" {
		return s
	}
	if scheme, _, isURL := strings.Cut(s, "://"); isURL && plainName.MatchString(scheme) {
		return strings.ToLower(scheme[:min(len(scheme), 5)]) + "://" + removed
	}
	parts := strings.Split(r.folders(s), "/")
	for i, part := range parts {
		_, isLanguage := language.Code(part)
		switch {
		case commonParts.MatchString(part), modelForm.MatchString(part), isLanguage && len(part) == 2:
		case r.names && i == len(parts)-1:
			parts[i] = r.text(part)
		default:
			parts[i] = r.standIn(part)
		}
	}
	return strings.Join(parts, "/")
}

var anyPath = regexp.MustCompile(`(^|[\s=:,;("'])([~.]{0,2}/[^\s:,;"')]*)`)

// paths makes the paths in a text safe. Parts after a space are left to private.
func (r redactor) paths(s string) string {
	return anyPath.ReplaceAllStringFunc(s, func(match string) string {
		part := anyPath.FindStringSubmatch(match)
		return part[1] + r.path(part[2])
	})
}

// private replaces the values that the user has chosen, and their parts, wherever they occur.
func (c *collector) private(s string) string {
	for _, value := range c.chosen {
		s = strings.ReplaceAll(s, value, c.standIn(value))
	}
	return s
}

// choose adds a value that the user has chosen to those that private replaces, unless it is one
// that may be shown.
func (c *collector) choose(shown, value string) {
	if shown == value || len(value) < 3 {
		return
	}
	for _, part := range append(strings.Split(value, "/"), value, c.folders(value)) {
		if len(part) >= 3 && !commonParts.MatchString(part) && !modelForm.MatchString(part) &&
			!slices.Contains(c.chosen, part) {
			c.chosen = append(c.chosen, part)
		}
	}
	slices.SortFunc(c.chosen, func(a, b string) int { return len(b) - len(a) }) // a longer one may contain a shorter
}

// chooseAll notes what the user has chosen in the environment and in the configuration.
func (c *collector) chooseAll(settings knownSettings) {
	for _, v := range c.Environ {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, "VOICEFLOW_") {
			c.choose(c.known(settings.texts[name], value), value)
		}
	}
	for _, path := range append(c.matching(c.ConfigFolder, "configuration", anyConfig), c.ConfigFile) {
		data, err := readUpTo(path, maxConfig)
		if err != nil {
			continue // configs notes it
		}
		all, err := config.Parse(path, data)
		if err != nil {
			continue
		}
		for _, s := range all {
			for _, value := range s.Values {
				c.choose(c.known(settings.texts[s.Section+"."+s.Key], value), value)
			}
		}
	}
	for _, path := range []string{c.ConfigFile, c.Logs} {
		c.choose("", path)
	}
}

// public makes the answer of a program safe.
func (c *collector) public(s string) string { return c.paths(c.private(c.text(s))) }
