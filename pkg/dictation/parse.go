package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is a part of an utterance: text, or a command to carry out.
type piece struct {
	kind kind
	text string
	// fresh says that text begins the utterance or follows a command: a space
	// before it is then to be found. Other text has its own.
	fresh bool
}

// parser goes through one utterance.
type parser struct {
	table  phrases
	text   string
	i      int // where in text
	pieces []piece
	plain  strings.Builder // text that is not a piece yet
	fresh  bool
}

// parse cuts an utterance into pieces.
func (table phrases) parse(text string) []piece {
	p := parser{table: table, text: text, fresh: true}
	for p.i < len(p.text) {
		found, n := table.at(p.text, p.i)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(p.text[p.i:])
			p.take(n)
			continue
		}
		switch found.kind {
		case literal:
			p.literal(n)
		case word:
			p.flush()
			p.emit(piece{kind: word, text: found.text})
			p.i += n
		case replace:
			p.i += n
			p.plain.WriteString(found.text)
			if found.text == "" {
				p.closeUp()
			}
		default:
			p.flush()
			p.emit(piece{kind: found.kind, text: found.text})
			p.i += n
			p.skipMarks()
		}
	}
	p.flush()
	return p.pieces
}

// take adds the next n bytes as they are.
func (p *parser) take(n int) {
	p.plain.WriteString(p.text[p.i : p.i+n])
	p.i += n
}

// flush makes a piece of the text so far.
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

// literal takes the phrase behind the word for it, which is n bytes long, as
// mere words. Where none follows, the word for it is one like any other.
func (p *parser) literal(n int) {
	behind := p.i + n
	rest := strings.TrimLeft(p.text[behind:], blanks+",")
	at := len(p.text) - len(rest)
	if at == behind || rest == "" {
		p.take(n)
		return
	}
	found, m := p.table.at(p.text, at)
	if m == 0 || found.kind == literal || found.kind == word {
		p.take(n)
		return
	}
	p.i = at
	p.take(m)
}

// skipMarks leaves out the punctuation that the recogniser put behind a
// command.
func (p *parser) skipMarks() {
	rest := strings.TrimLeft(p.text[p.i:], marks)
	p.i = len(p.text) - len(rest)
}

// closeUp mends the text where a phrase was replaced by nothing: of "well, um,
// yes" stays "well, yes", and of "well um." stays "well.".
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
