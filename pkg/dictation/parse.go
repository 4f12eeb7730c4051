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
	// fresh means that the piece is at the beginning of the utterance or follows a
	// command, so the space before it has yet to be determined. Other pieces include
	// their space.
	fresh bool
}

// parser cuts one utterance into pieces.
type parser struct {
	table  phrases
	text   string
	i      int // position in text
	pieces []piece
	plain  strings.Builder // plain text since the last piece
	fresh  bool            // for the next piece
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

// literal handles a literal command of n bytes: the phrase after it is taken as
// plain text. If no phrase follows, the command itself is plain text.
func (p *parser) literal(n int) {
	end := p.i + n
	rest := strings.TrimLeft(p.text[end:], blanks+",")
	at := len(p.text) - len(rest)
	if at == end || rest == "" {
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
