package bundle

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

const removed = "(removed)"

// redactor takes out of texts what is nobody's business.
type redactor struct {
	home   string         // its name becomes ~
	inText *regexp.Regexp // home as a path of its own
	names  bool           // names of files stay
	words  vocabulary     // that messages may have
	// salt makes the stand-ins of one bundle its own: nobody can find a name by
	// trying likely ones, and those of two bundles cannot be compared.
	salt []byte
}

func newRedactor(home string, names bool) redactor {
	salt := make([]byte, 16)
	rand.Read(salt)
	home = strings.TrimSuffix(home, "/")
	inText := regexp.MustCompile(`(^|[^A-Za-z0-9_.~/-])` + regexp.QuoteMeta(home) + `([\s:;,"'()/]|$)`)
	return redactor{home: home, inText: inText, names: names, words: newVocabulary(), salt: salt}
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
	sum := sha256.Sum256(append(r.salt[:len(r.salt):len(r.salt)], filepath.Base(name)...))
	extension := filepath.Ext(name)
	if !shortExtension.MatchString(extension) {
		extension = ""
	}
	return "file-" + hex.EncodeToString(sum[:4]) + extension
}

var (
	shortExtension = regexp.MustCompile(`^\.[A-Za-z0-9]{1,5}$`)
	quotedPart     = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|\"[^\"]*\"|`[^`]*`|„[^“”\"]*[“”\"]|“[^”]*”|‚[^‘’']*[‘’']|‘[^’]*’|«[^»]*»|»[^«]*«|‹[^›]*›")
	singleQuoted   = regexp.MustCompile(`(^|[\s(=:])'[^']*'`)
	systemPath     = regexp.MustCompile(`^(?:/(?:usr|lib|lib64|dev|proc|sys|etc|opt|run|snap)/[^\s:;,"'()]*|input/output error)`)
	pathStart      = regexp.MustCompile(`[^\s=:;,"'()]*/`)
	hostPart       = regexp.MustCompile(`^//[^\s"'<>,;()]*`)
	pathEnd        = regexp.MustCompile(`[:;,"'()\n]`)
	mediaFile      = regexp.MustCompile(`[^:;,"'()/\n]*\.(?i:wav|wave|mp3|flac|ogg|oga|opus|m4a|aac|mp4|mkv|mov|webm|avi|wma|aiff?|txt|srt|vtt|tsv|csv|lrc|json|jsonl|docx?|pdf)\b`)
)

// shortestName is how long the name of a line's file must be to be looked for as
// it is; one such as "a" is in every message.
const shortestName = 5

// message makes a message of a log safe: beside what text hides, what stands in
// quotation marks, which may be anything, the names of files, and all words that
// are none of the programs' own. A name may have spaces, so that more of a
// message may go than the name.
func (r redactor) message(s, file string) string {
	if len(file) >= shortestName {
		s = strings.ReplaceAll(s, file, r.file(file))
	}
	s = r.unquoted(s)
	if r.names {
		return s
	}
	s = r.paths(s)
	s = mediaFile.ReplaceAllStringFunc(s, func(name string) string {
		if standIn.MatchString(name) {
			return name
		}
		lead := name[:len(name)-len(strings.TrimLeft(name, " "))]
		return lead + r.file(strings.TrimSpace(name))
	})
	return r.ownWords(s)
}

// unquoted is text without what stands in quotation marks.
func (r redactor) unquoted(s string) string {
	s = quotedPart.ReplaceAllString(r.text(s), `"..."`)
	return singleQuoted.ReplaceAllString(s, "$1'...'")
}

var standIn = regexp.MustCompile(`^[^.]*\bfile-[0-9a-f]{8}\.[A-Za-z0-9]{1,5}$`)

// paths puts stand-ins in the place of whatever has a slash, but for paths of
// the system and hosts of addresses.
func (r redactor) paths(s string) string {
	var b strings.Builder
	for {
		at := pathStart.FindStringIndex(s)
		if at == nil {
			return b.String() + s
		}
		b.WriteString(s[:at[0]])
		isAddress := strings.HasSuffix(b.String(), ":")
		s = s[at[0]:]
		harmless := systemPath.FindString(s)
		if isAddress && harmless == "" {
			harmless = hostPart.FindString(s)
		}
		if harmless != "" {
			b.WriteString(harmless)
			s = s[len(harmless):]
			continue
		}
		end := len(s)
		if i := pathEnd.FindStringIndex(s); i != nil {
			end = i[0]
		}
		b.WriteString(r.file(strings.TrimSpace(s[:end])))
		s = s[end:]
	}
}
