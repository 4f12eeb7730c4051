package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// grammar is what the options select: the phrases, how to tell commands from words,
// and the language's numbers.
type grammar struct {
	phrases
	context *context
	numbers *numerals // nil: numbers stay as they are
}

// piece is a part of an utterance: text, or a command to carry out.
type piece struct {
	kind kind
	text string
	// fresh means that the piece is at the beginning of the utterance or follows a
	// command, so the space before it has yet to be determined. Other pieces include
	// their space.
	fresh bool
}

// match is a phrase found in an utterance.
type match struct {
	phrase
	start, end int
	skip       int // after end: the bytes of the phrase that a literal command makes plain
}

// parser cuts one utterance into pieces.
type parser struct {
	text   string
	i      int // position in text
	pieces []piece
	plain  strings.Builder // plain text since the last piece
	fresh  bool            // for the next piece
}

// parse cuts an utterance into pieces.
func (g *grammar) parse(text string) []piece {
	p := parser{text: text, fresh: true}
	for _, m := range g.find(text) {
		if m.start < p.i {
			continue // skipMarks and closeUp skip no phrases; this is for safety
		}
		p.take(m.start - p.i)
		switch m.kind {
		case plain:
			p.take(m.end - m.start)
		case literal:
			p.i = m.end
		case word:
			p.flush()
			p.emit(piece{kind: word, text: m.text})
			p.i = m.end
		case replace:
			p.i = m.end
			p.plain.WriteString(m.text)
			if m.text == "" {
				p.closeUp()
			}
		default:
			p.flush()
			p.emit(piece{kind: m.kind, text: m.text})
			p.i = m.end
			p.skipMarks()
		}
	}
	p.take(len(text) - p.i)
	p.flush()
	return p.pieces
}

// find returns the phrases that count, in order. Commands that are meant as words are
// not among them, and a number is a replacement.
func (g *grammar) find(text string) []match {
	var all []match
	start := 0 // the end of the last command
	lists := 0 // up to here, commas between numbers separate them
	for i := 0; i < len(text); {
		if i > 0 && isASCIILetter(text[i-1]) && isASCIILetter(text[i]) {
			i++ // nothing begins within a word
			continue
		}
		found, n := g.at(text, i)
		m := match{phrase: found, start: i, end: i + n}
		switch {
		case n == 0 && g.numbers != nil:
			m, lists = g.number(text, i, lists)
		case n > 0 && found.kind == literal:
			m = g.literal(text, m)
		case n > 0 && found.isCommand() && !g.meant(found, text, start, i, i+n):
			m.kind = plain
		}
		if m.end == m.start {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		i = m.end
		if m.kind != plain {
			all = append(all, m)
		}
		switch {
		case m.kind == literal:
			i = m.end + m.skip
		case m.isCommand():
			start = m.end
		}
	}
	return g.pair(text, all)
}

// literal returns the match of a literal command, which covers what comes before the
// phrase after it. If no phrase follows, the command itself is plain text.
func (g *grammar) literal(text string, m match) match {
	rest := strings.TrimLeft(text[m.end:], blanks+",")
	at := len(text) - len(rest)
	if at == m.end || rest == "" {
		m.kind = plain
		return m
	}
	found, n := g.at(text, at)
	if n == 0 || found.kind == literal || found.kind == word {
		m.kind = plain
		return m
	}
	m.end, m.skip = at, n
	return m
}

// pair makes phrases that only count in pairs, such as "quote", plain text unless one
// closes them. The two in a row ("quote unquote") are words as well.
func (g *grammar) pair(text string, all []match) []match {
	if g.context == nil || len(g.context.partners) == 0 {
		return all
	}
	open := map[string][]int{} // by opening phrase: where those are in all that close one, from the end
	for i := len(all) - 1; i >= 0; i-- {
		key := string(all[i].key)
		for opening, partners := range g.context.partners {
			if partners[key] {
				open[opening] = append(open[opening], i)
			}
		}
		if g.context.partners[key] == nil {
			continue
		}
		closing := open[key]
		if len(closing) == 0 {
			all[i].kind = plain
			continue
		}
		last := closing[len(closing)-1]
		open[key] = closing[:len(closing)-1]
		if strings.Trim(text[all[i].end:all[last].start], marks+blanks) == "" {
			all[i].kind, all[last].kind = plain, plain
		}
	}
	return all
}

// take adds the next n bytes unchanged.
func (p *parser) take(n int) {
	p.plain.WriteString(p.text[p.i : p.i+n])
	p.i += n
}

// flush turns the plain text so far into a piece.
func (p *parser) flush() {
	text := p.plain.String()
	p.plain.Reset()
	if p.fresh {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
	}
	if text != "" {
		p.emit(piece{kind: plain, text: text})
	}
}

func (p *parser) emit(next piece) {
	next.fresh = p.fresh
	p.fresh = next.kind >= scratch
	p.pieces = append(p.pieces, next)
}

// skipMarks skips the punctuation that the recogniser added after a command.
func (p *parser) skipMarks() {
	rest := strings.TrimLeft(p.text[p.i:], marks)
	p.i = len(p.text) - len(rest)
}

// closeUp closes the gap where a phrase was replaced by nothing: "well, um, yes"
// becomes "well, yes", and "well um." becomes "well.".
func (p *parser) closeUp() {
	before := p.plain.String()
	atStart := before == "" && (p.fresh || len(p.pieces) == 0)
	rest := strings.TrimLeft(p.text[p.i:], ",")
	next := strings.TrimLeft(rest, blanks)
	switch {
	case len(next) < len(rest) && (atStart || before != strings.TrimRight(before, blanks)):
		p.i = len(p.text) - len(next)
	case rest == "" || closes(rest):
		p.plain.Reset()
		p.plain.WriteString(strings.TrimRight(before, blanks))
		p.i = len(p.text) - len(rest)
	}
}
