package bundle

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const removed = "(removed)"

// redactor removes private data from texts.
type redactor struct {
	home   string         // replaced by ~
	inText *regexp.Regexp // matches home as a whole path
	names  bool           // keep file names
	// salt makes the stand-ins unique to a bundle, so that names cannot be guessed by
	// trying likely ones, and two bundles cannot be compared.
	salt []byte
}

func newRedactor(home string, names bool) redactor {
	salt := make([]byte, 16)
	rand.Read(salt)
	home = strings.TrimSuffix(home, "/")
	inText := regexp.MustCompile(`(^|[^A-Za-z0-9_.~/-])` + regexp.QuoteMeta(home) + `([\s:;,"'()/]|$)`)
	return redactor{home: home, inText: inText, names: names, salt: salt}
}

// Names of settings whose values are secrets or the user's texts.
var (
	secretName = regexp.MustCompile(`(?i)token|passw|passphrase|secret|credential|cookie|bearer|authoriz|` +
		`(^|[-_.])(auth|pwd|pw|pin|api-?key|keys?)($|[-_.])|apikey`)
	textName = regexp.MustCompile(`(?i)prompt|(^|[-_.])(exec|command|text|words|phrases)($|[-_.])`)
)

// hides reports whether a setting's name means that its value must be removed.
func hides(name string) bool { return secretName.MatchString(name) || textName.MatchString(name) }

// Parts that are removed wherever they occur.
var (
	urlPart     = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*)://([^\s"'<>]*)`)
	namedSecret = regexp.MustCompile(`(?i)\b((?:[a-z0-9]+[-_])*` +
		`(?:token|password|passwd|passphrase|secret|authorization|bearer|cookie|api[-_ ]?key)[a-z0-9_-]*)` +
		`("?\s*[=:]\s*|\s+)("[^"]*"|'[^']*'|(?:bearer|basic)\s+\S+|\S+)`)
	longSecret = regexp.MustCompile(`[A-Za-z0-9_+=-]{32,}`)
	userFolder = regexp.MustCompile(`/(home|Users|media)/[^/\s:;,"'()]+`)
)

// text makes a text safe to show: it removes secrets, credentials in URLs, the home
// folder's name and control characters.
func (r redactor) text(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\t' || unicode.Is(unicode.Bidi_Control, c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	s = urlPart.ReplaceAllStringFunc(s, hostOnly)
	s = r.folders(s)
	s = namedSecret.ReplaceAllString(s, "$1$2"+removed)
	return longSecret.ReplaceAllStringFunc(s, func(word string) string {
		if strings.ContainsFunc(word, unicode.IsDigit) && strings.ContainsFunc(word, unicode.IsLetter) {
			return removed
		}
		return word
	})
}

// folders removes user names from paths.
func (r redactor) folders(s string) string {
	if len(r.home) > 1 {
		// Twice, because the character that ends one path may begin the next.
		s = r.inText.ReplaceAllString(s, "${1}~${2}")
		s = r.inText.ReplaceAllString(s, "${1}~${2}")
	}
	return userFolder.ReplaceAllString(s, "/$1/USER")
}

// hostOnly reduces a URL to its scheme and host: user, path and query may hold
// secrets.
func hostOnly(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host := strings.TrimRight(rest, ":;,.)")
	after := rest[len(host):]
	rest = host
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	} else if strings.Contains(rest, "@") {
		host = removed // a password that contains a slash
	}
	if len(host) < len(rest) {
		host += "/..."
	}
	return scheme + "://" + host + after
}

// file returns a stand-in for a file name, with the same extension. Within a bundle,
// equal names get equal stand-ins.
func (r redactor) file(name string) string {
	if name == "" || name == "-" {
		return name
	}
	if r.names {
		return r.text(filepath.Base(name))
	}
	return r.standIn(name)
}

// standIn is like file, whatever the user wants to keep.
func (r redactor) standIn(name string) string {
	extension := filepath.Ext(name)
	if !shortExtension.MatchString(extension) {
		extension = ""
	}
	return "file-" + hex.EncodeToString(r.sum(filepath.Base(name))) + extension
}

// sum returns a salted hash of four bytes, meaningful only within a bundle.
func (r redactor) sum(s string) []byte {
	sum := sha256.Sum256(append(r.salt[:len(r.salt):len(r.salt)], s...))
	return sum[:4]
}

var (
	shortExtension = regexp.MustCompile(`^\.[A-Za-z0-9]{1,5}$`)
	quotedPart     = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|\"[^\"]*\"|`[^`]*`|" +
		"„[^“”\"]*[“”\"]|“[^”]*”|‚[^‘’']*[‘’']|‘[^’]*’|«[^»]*»|»[^«]*«|‹[^›]*›")
	singleQuoted = regexp.MustCompile(`(^|[\s(=:])'[^']*'`)
	digits       = regexp.MustCompile(`[0-9]+`)
)

// unquoted makes a text safe and removes everything in quotation marks.
func (r redactor) unquoted(s string) string {
	s = quotedPart.ReplaceAllString(r.text(s), `"..."`)
	return singleQuoted.ReplaceAllString(s, "$1'...'")
}

// message returns a stand-in for a message, which may contain anything: its length,
// and letters that are the same for equal messages within a bundle, so that the
// messages can be counted. Messages that differ only in digits, or in the name of the
// line's file, count as equal.
func (r redactor) message(s, file string) string {
	if file != "" {
		s = strings.ReplaceAll(s, file, "FILE")
	}
	s = digits.ReplaceAllString(s, "0")
	return fmt.Sprintf("message-%s, %d characters", letters(r.sum(s)), utf8.RuneCountInString(s))
}

// letters formats a hash without digits, because vf-health analyze ignores digits
// when it groups messages.
func letters(sum []byte) string {
	var b strings.Builder
	for _, c := range sum {
		b.WriteByte('a' + c>>4)
		b.WriteByte('a' + c&15)
	}
	return b.String()
}
