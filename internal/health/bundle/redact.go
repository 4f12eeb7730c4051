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

// redactor takes out of texts what is nobody's business.
type redactor struct {
	home   string         // its name becomes ~
	inText *regexp.Regexp // home as a path of its own
	names  bool           // names of files stay
	// salt makes the stand-ins of one bundle its own: nobody can find a name by
	// trying likely ones, and those of two bundles cannot be compared.
	salt []byte
}

func newRedactor(home string, names bool) redactor {
	salt := make([]byte, 16)
	rand.Read(salt)
	home = strings.TrimSuffix(home, "/")
	inText := regexp.MustCompile(`(^|[^A-Za-z0-9_.~/-])` + regexp.QuoteMeta(home) + `([\s:;,"'()/]|$)`)
	return redactor{home: home, inText: inText, names: names, salt: salt}
}

// Parts of names of settings whose values are secrets, or texts of the user's.
var (
	secretName = regexp.MustCompile(`(?i)token|passw|passphrase|secret|credential|cookie|bearer|authoriz|(^|[-_.])(auth|pwd|pw|pin|api-?key|keys?)($|[-_.])|apikey`)
	textName   = regexp.MustCompile(`(?i)prompt|(^|[-_.])(exec|command|text|words|phrases)($|[-_.])`)
)

// hides tells whether a setting's value stays out because of the setting's name.
func hides(name string) bool { return secretName.MatchString(name) || textName.MatchString(name) }

// What is hidden wherever it stands.
var (
	urlPart    = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*)://([^\s"'<>]*)`)
	saidSecret = regexp.MustCompile(`(?i)\b((?:[a-z0-9]+[-_])*(?:token|password|passwd|passphrase|secret|authorization|bearer|cookie|api[-_ ]?key)[a-z0-9_-]*)("?\s*[=:]\s*|\s+)("[^"]*"|'[^']*'|(?:bearer|basic)\s+\S+|\S+)`)
	longSecret = regexp.MustCompile(`[A-Za-z0-9_+=-]{32,}`)
	userFolder = regexp.MustCompile(`/(home|Users|media)/[^/\s:;,"'()]+`)
)

// text makes a text safe to show: secrets, credentials in addresses and the home
// folder's name go, and control characters.
func (r redactor) text(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\t' || unicode.Is(unicode.Bidi_Control, c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	s = urlPart.ReplaceAllStringFunc(s, hostOnly)
	s = r.folders(s)
	s = saidSecret.ReplaceAllString(s, "$1$2"+removed)
	return longSecret.ReplaceAllStringFunc(s, func(word string) string {
		if strings.ContainsFunc(word, unicode.IsDigit) && strings.ContainsFunc(word, unicode.IsLetter) {
			return removed
		}
		return word
	})
}

// folders takes the names of users out of paths.
func (r redactor) folders(s string) string {
	if len(r.home) > 1 {
		// Twice: what ends one path may begin the next.
		s = r.inText.ReplaceAllString(s, "${1}~${2}")
		s = r.inText.ReplaceAllString(s, "${1}~${2}")
	}
	return userFolder.ReplaceAllString(s, "/$1/USER")
}

// hostOnly leaves of an address what tells where it leads, without user, path
// and query: each may hold a secret.
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
		host = removed // a password with a slash in it
	}
	if len(host) < len(rest) {
		host += "/..."
	}
	return scheme + "://" + host + after
}

// file is a stand-in for the name of a file: the same for the same name within
// a bundle, with its extension.
func (r redactor) file(name string) string {
	if name == "" || name == "-" {
		return name
	}
	if r.names {
		return r.text(filepath.Base(name))
	}
	extension := filepath.Ext(name)
	if !shortExtension.MatchString(extension) {
		extension = ""
	}
	return "file-" + hex.EncodeToString(r.sum(filepath.Base(name))) + extension
}

// sum is of four bytes, the same for the same text within a bundle, and of no use
// beyond it.
func (r redactor) sum(s string) []byte {
	sum := sha256.Sum256(append(r.salt[:len(r.salt):len(r.salt)], s...))
	return sum[:4]
}

var (
	shortExtension = regexp.MustCompile(`^\.[A-Za-z0-9]{1,5}$`)
	quotedPart     = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|\"[^\"]*\"|`[^`]*`|„[^“”\"]*[“”\"]|“[^”]*”|‚[^‘’']*[‘’']|‘[^’]*’|«[^»]*»|»[^«]*«|‹[^›]*›")
	singleQuoted   = regexp.MustCompile(`(^|[\s(=:])'[^']*'`)
	digits         = regexp.MustCompile(`[0-9]+`)
)

// unquoted is text without what stands in quotation marks.
func (r redactor) unquoted(s string) string {
	s = quotedPart.ReplaceAllString(r.text(s), `"..."`)
	return singleQuoted.ReplaceAllString(s, "$1'...'")
}

// message is a stand-in for a message, which may hold anything: its length, and
// letters that are the same for the same message within a bundle, so that equal
// ones can be counted. Messages that differ only in their figures, or in the name
// of the line's file, are equal.
func (r redactor) message(s, file string) string {
	if file != "" {
		s = strings.ReplaceAll(s, file, "FILE")
	}
	s = digits.ReplaceAllString(s, "0")
	return fmt.Sprintf("message-%s, %d characters", letters(r.sum(s)), utf8.RuneCountInString(s))
}

// letters writes a sum without digits, which vf-health analyze takes for what
// differs between messages that say the same.
func letters(sum []byte) string {
	var b strings.Builder
	for _, c := range sum {
		b.WriteByte('a' + c>>4)
		b.WriteByte('a' + c&15)
	}
	return b.String()
}
