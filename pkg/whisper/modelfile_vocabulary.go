package whisper

import (
	"errors"
	"fmt"
)

// Sizes of vocabularies, including special tokens. whisper.cpp computes the numbers
// of all special tokens and the number of languages from them (whisper_vocab). It
// knows 100 languages, and any other size makes it use a language or token that does
// not exist.
const (
	englishVocabulary      = 51864
	multilingualVocabulary = 51865
	vocabularyV3           = 51866 // large-v3: one language more
)

const (
	// englishEnd is token_eot in whisper.cpp: the token that ends a text, and the
	// number of tokens of text. A multilingual model has one more.
	englishEnd = 50256
	// longestWord is the limit of a word's bytes. GPT-2's longest one has 128.
	longestWord = 256
)

// words reads the vocabulary. Its words end before the special tokens or within them;
// whisper.cpp names the missing ones itself. Words beyond the vocabulary would become
// tokens without weights, and one word must be a space, because whisper_process_logits
// looks for it. Words may be empty, equal or not valid as UTF-8.
func (m *modelReader) words(vocabulary int) {
	least := uint32(englishEnd)
	if vocabulary >= multilingualVocabulary {
		least++
	}
	n := m.count("number of words", least, uint32(vocabulary))
	hasSpace := false
	for i := 0; i < n && m.err == nil; i++ {
		length := m.uint32()
		if m.err == nil && length > longestWord {
			m.err = fmt.Errorf("word %d has %d bytes; the limit is %d", i, length, longestWord)
		}
		hasSpace = string(m.bytes(int64(length))) == " " || hasSpace
	}
	if m.err == nil && !hasSpace {
		m.err = errors.New("its vocabulary lacks the space")
	}
}
