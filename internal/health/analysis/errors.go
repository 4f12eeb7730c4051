package analysis

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"voiceflow/internal/logrecord"
)

type groupKey struct{ program, level, message string }

// maxGroups bounds the number of groups, so that messages that all differ do not
// exhaust memory; further ones share one group.
const maxGroups = 1000

func (c *Collector) group(r logrecord.Record) {
	message := r.Message
	if r.File != "" {
		message = strings.ReplaceAll(message, r.File, " PATH ")
	}
	key := groupKey{r.Program, r.Level, Normalise(message)}
	if c.groups[key] == nil && len(c.groups) >= maxGroups {
		key = groupKey{message: "(other messages)"}
	}
	g := c.groups[key]
	if g == nil {
		g = &ErrorGroup{Program: key.program, Level: key.level, Message: key.message, First: r.Time}
		c.groups[key] = g
	}
	g.Count++
	if r.Event == logrecord.Failure {
		g.Items++
	}
	g.Last, g.Example = r.Time, r.Message
}

func (c *Collector) errorGroups() []ErrorGroup {
	var all []ErrorGroup
	for _, g := range c.groups {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b ErrorGroup) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Message, b.Message),
			strings.Compare(a.Program, b.Program), strings.Compare(a.Level, b.Level))
	})
	return all
}

// The parts in which otherwise equal messages differ.
var (
	quotedPart  = regexp.MustCompile("\"[^\"]*\"|`[^`]*`|“[^”]*”")
	singleQuote = regexp.MustCompile(`(^|[\s(=:])'[^']*'`)
	urlPart     = regexp.MustCompile(`[A-Za-z][A-Za-z+.-]*://[^\s"'<>]*`)
	namedFile   = regexp.MustCompile(`^[^:/]*\.[A-Za-z0-9]{2,4}:`)
	pathPart    = regexp.MustCompile(`(^|[\s(=:,])(?:~|\.{1,2})?/[^\s:;,()]*`)
	filePart    = regexp.MustCompile(`[^\s:;,()/]+\.(?i:wav|mp3|flac|ogg|opus|m4a|mp4|mkv|webm|` +
		`bin|gguf|so|toml|txt|json|jsonl|srt|vtt|log)\b`)
	wordPart   = regexp.MustCompile(`[\p{L}\p{M}\p{N}_]+`)
	joinedPart = regexp.MustCompile(`#(?:[.,:]#)+`)
	signPart   = regexp.MustCompile(`(^|[\s(=])[-+]#`)
)

// Normalise maps messages that differ only in details to the same text: quoted
// names become NAME, URLs URL, paths and file names PATH, and words containing
// digits #.
func Normalise(message string) string {
	s := strings.ToValidUTF8(message, "?")
	s = quotedPart.ReplaceAllString(s, " NAME ")
	s = singleQuote.ReplaceAllString(s, "$1 NAME ")
	s = urlPart.ReplaceAllString(s, " URL ")
	s = namedFile.ReplaceAllString(s, "PATH:")
	s = pathPart.ReplaceAllString(s, "$1 PATH ")
	s = filePart.ReplaceAllString(s, " PATH ")
	s = wordPart.ReplaceAllStringFunc(s, func(word string) string {
		if strings.ContainsFunc(word, unicode.IsNumber) {
			return "#"
		}
		return word
	})
	s = joinedPart.ReplaceAllString(s, "#")
	s = signPart.ReplaceAllString(s, "$1#")
	return tidy(s)
}

// tidy removes the superfluous spaces around placeholders.
func tidy(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for _, mark := range []string{":", ",", ";", ")", "."} {
		s = strings.ReplaceAll(s, " "+mark, mark)
	}
	return strings.ReplaceAll(s, "( ", "(")
}
