// Package wer measures how far a transcript is from what was said: the word
// error rate, which is the Levenshtein distance between two texts counted in
// words, divided by the number of words said.
//
// [Compare] takes words as they are written; texts that [Normalise] has gone over
// first are compared by what was said: "twelve" is then 12. Composed and decomposed
// letters are not matched, and a text written without spaces, such as Chinese, is one
// long word.
package wer

import (
	"strings"
	"unicode"
)

// Words splits a text into words for comparison: in lower case and without
// punctuation and symbols, which part words just as spaces do. Letters, their
// marks and numbers of all scripts make up words, and so does an apostrophe
// between them (as in "don't"), be it ' or ’, which comes out as '.
func Words(text string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = nil
		}
	}
	runes := []rune(strings.ToLower(text))
	for i, r := range runes {
		switch {
		case inWord(r), unicode.IsMark(r) && len(word) > 0:
			word = append(word, r)
		case (r == '\'' || r == '’') && len(word) > 0 && i+1 < len(runes) && inWord(runes[i+1]):
			word = append(word, '\'')
		default:
			end()
		}
	}
	end()
	return words
}

// inWord tells whether r can begin a word. A mark cannot: without a letter it
// belongs to a symbol, as in many emoji.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// Result counts the words of a reference and the errors of a hypothesis about
// it. Results of several texts are summed with Add.
type Result struct {
	Words         int // in the reference
	Substitutions int // words taken for others
	Insertions    int // words that are in the hypothesis only
	Deletions     int // words that are in the reference only
}

// Compare counts the errors of hypothesis, after Words has split both texts.
// Their sum is the least with which one text becomes the other (Wagner and
// Fischer, "The String-to-String Correction Problem", 1974). Where several
// ways have that sum it takes one of them, so another program may share it out
// differently. Time grows with the product of the numbers of words.
func Compare(reference, hypothesis string) Result {
	ref, hyp := Words(reference), Words(hypothesis)
	// row[j] is the cheapest way from the reference words so far to hyp[:j].
	row := make([]Result, len(hyp)+1)
	for j := range row {
		row[j].Insertions = j
	}
	for _, word := range ref {
		diagonal := row[0]
		row[0].Deletions++
		for j := range hyp {
			best := diagonal
			if word != hyp[j] {
				best.Substitutions++
			}
			deletion := row[j+1]
			deletion.Deletions++
			if deletion.errors() < best.errors() {
				best = deletion
			}
			insertion := row[j]
			insertion.Insertions++
			if insertion.errors() < best.errors() {
				best = insertion
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	result := row[len(hyp)]
	result.Words = len(ref)
	return result
}

func (r Result) errors() int {
	return r.Substitutions + r.Insertions + r.Deletions
}

// Rate is the number of errors for each word of the reference: 0 is perfect,
// and insertions can take it over 1. Where the reference has no words it is 0
// if the hypothesis has none either, and else 1.
func (r Result) Rate() float64 {
	if r.Words == 0 {
		return float64(min(r.errors(), 1))
	}
	return float64(r.errors()) / float64(r.Words)
}

// Add returns the sum of both counts. The Rate of a sum weighs each text by
// its length.
func (r Result) Add(other Result) Result {
	return Result{
		Words:         r.Words + other.Words,
		Substitutions: r.Substitutions + other.Substitutions,
		Insertions:    r.Insertions + other.Insertions,
		Deletions:     r.Deletions + other.Deletions,
	}
}
