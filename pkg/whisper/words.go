package whisper

/*
#include "shim.h"
*/
import "C"

import (
	"strings"
	"unicode/utf8"
)

// readWords joins the tokens of a segment into words, and into pieces that make up its
// text. A token that starts with a
// space starts a word. In languages written without spaces, every character is a
// word.
func readWords(ctx *C.struct_whisper_context, state *C.struct_whisper_state, segment C.int) ([]Word, []Piece) {
	eot := C.whisper_token_eot(ctx)
	var b wordBuilder
	for t := C.int(0); t < C.whisper_full_n_tokens_from_state(state, segment); t++ {
		token := C.whisper_full_get_token_data_from_state(state, segment, t)
		if token.id >= eot {
			continue
		}
		text := C.GoString(C.whisper_full_get_token_text_from_state(ctx, state, segment, t))
		b.add(text, centiseconds(token.t0), centiseconds(token.t1), probability(token.p))
	}
	return b.words(), b.pieces
}

// wordBuilder joins tokens into words; the last word may still grow.
type wordBuilder struct {
	done   []Word
	tokens int // in the last word
	pieces []Piece
}

func (b *wordBuilder) add(text string, start, end, probability float64) {
	if len(b.done) == 0 || b.begins(text) {
		b.close()
		b.done = append(b.done, Word{Start: start})
	}
	w := &b.done[len(b.done)-1]
	w.Text += text
	w.End = max(w.End, end, w.Start)
	w.Probability += probability
	b.tokens++
}

// begins reports whether a token starts a new word.
func (b *wordBuilder) begins(text string) bool {
	last := b.done[len(b.done)-1].Text
	if !utf8.ValidString(last) {
		return false // it ends in half a character
	}
	r, _ := utf8.DecodeRuneInString(text)
	end, _ := utf8.DecodeLastRuneInString(last)
	return strings.HasPrefix(text, " ") || unspaced(r) || unspaced(end)
}

// unspaced reports whether a character belongs to a script written without spaces
// between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese.
func unspaced(r rune) bool {
	switch {
	case r >= 0x0E00 && r <= 0x0EFF, r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17FF:
		return true
	case r >= 0x3040 && r <= 0x30FF, r >= 0x3400 && r <= 0x4DBF, r >= 0x4E00 && r <= 0x9FFF, r >= 0x20000 && r <= 0x2FA1F:
		return true
	}
	return false
}

// close completes the last word.
func (b *wordBuilder) close() {
	if b.tokens == 0 {
		return
	}
	w := &b.done[len(b.done)-1]
	text := strings.ToValidUTF8(w.Text, "")
	w.Text = strings.TrimSpace(text)
	w.Probability /= float64(b.tokens)
	b.pieces = append(b.pieces, Piece{text, w.Probability})
	b.tokens = 0
	if w.Text == "" {
		b.done = b.done[:len(b.done)-1]
	}
}

func (b *wordBuilder) words() []Word {
	b.close()
	return b.done
}
