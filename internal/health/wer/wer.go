// Package wer calculates the word error rate of a transcript: the Levenshtein
// distance between two texts, counted in words, divided by the number of words in
// the reference.
//
// [Compare] compares words as they are written; pass both texts to [Normalise]
// first if "twelve" and 12 should be equal. Composed and decomposed letters do
// not match, and text without spaces, such as Chinese, counts as one long word.
package wer

import (
	"strings"
	"unicode"
)

// Words splits a text into words for comparison: in lower case and without
// punctuation and symbols, which separate words like spaces. Words consist of
// letters, their marks and numbers of all scripts, and of apostrophes between them
// (as in "don't"): both ' and ’ become '.
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

// inWord reports whether r can start a word. A mark cannot: without a letter it
// belongs to a symbol, as in many emoji.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// Result counts the words of a reference and the errors of a hypothesis. Use Add
// to sum the results of several texts.
type Result struct {
	Words         int // in the reference
	Substitutions int // words replaced by others
	Insertions    int // words in the hypothesis only
	Deletions     int // words in the reference only
}

// Compare counts the errors of the hypothesis after splitting both texts with
// Words. Their sum is the smallest number of edits between the two (Wagner and
// Fischer, "The String-to-String Correction Problem", 1974). If several
// alignments have that sum, it takes one of them, so other programs may divide it
// differently. The time is proportional to the product of the numbers of words.
func Compare(reference, hypothesis string) Result {
	ref, hyp := Words(reference), Words(hypothesis)
	// row[j] is the best alignment of the reference words so far with hyp[:j].
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

// Rate returns the number of errors per word of the reference: 0 is perfect, and
// insertions can raise it above 1. If the reference has no words, it is 0 if the
// hypothesis has none either, and 1 otherwise.
func (r Result) Rate() float64 {
	if r.Words == 0 {
		return float64(min(r.errors(), 1))
	}
	return float64(r.errors()) / float64(r.Words)
}

// Add returns the sum of two results. The Rate of a sum weights each text by its
// length.
func (r Result) Add(other Result) Result {
	return Result{
		Words:         r.Words + other.Words,
		Substitutions: r.Substitutions + other.Substitutions,
		Insertions:    r.Insertions + other.Insertions,
		Deletions:     r.Deletions + other.Deletions,
	}
}
