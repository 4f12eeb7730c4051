package check

import (
	"fmt"
	"slices"
	"strings"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/health/wer"
)

// systematic is the share of utterances with a damaged start that counts as a
// fault rather than chance.
const systematic = 1.0 / 3

// flaw is something wrong with one or several utterances.
type flaw struct {
	check string
	what  string // description
	words string // recognised text; never stored
}

// findFlaws checks that each utterance was recognised whole, once, and without
// words of the previous one.
func findFlaws(ref, hyp []string) []flaw {
	var found []flaw
	for _, p := range pair(ref, hyp) {
		n, m := p.refEnd-p.ref, p.hypEnd-p.hyp
		switch {
		case n == 1 && m > 1:
			found = append(found, flaw{Split, fmt.Sprintf("utterance %d was recognised as %d", p.ref+1, m), ""})
		case n > 1 && m == 1:
			found = append(found, flaw{Merged, fmt.Sprintf("utterances %d to %d became one", p.ref+1, p.refEnd), ""})
		case m == 0, n == 1 && len(wer.Words(hyp[p.hyp])) == 0 && len(wer.Words(ref[p.ref])) > 0:
			found = append(found, flaw{Lost, fmt.Sprintf("utterance %d is missing", p.ref+1), ""})
			continue
		case n == 0:
			found = append(found, classifySurplus(ref, hyp[p.hyp], p.ref))
			continue
		}
		reference, hypothesis := p.words(ref, hyp)
		before := ""
		if p.ref > 0 {
			before = ref[p.ref-1]
		}
		if f, ok := findContamination(before, reference, hypothesis); ok {
			f.what = fmt.Sprintf("utterance %d %s", p.ref+1, f.what)
			found = append(found, f)
			continue
		}
		if f, ok := findBadStart(reference, hypothesis); ok {
			found = append(found, f)
		}
	}
	return found
}

// classifySurplus classifies a recognised utterance that has no counterpart: it
// repeats one spoken shortly before, or was never spoken.
func classifySurplus(ref []string, hyp string, at int) flaw {
	for i := max(0, at-2); i <= min(at, len(ref)-1); i++ {
		if w := wer.Compare(ref[i], hyp); w.Rate() <= 0.5 {
			return flaw{Repeated, fmt.Sprintf("utterance %d was recognised twice", i+1), hyp}
		}
	}
	return flaw{Extra, fmt.Sprintf("an utterance after number %d was never spoken", at), hyp}
}

// findContamination reports whether words of the previous utterance have got
// into this one: two words that are adjacent in both, or its last word at the
// start. A single common word can be misheard.
func findContamination(before, ref, hyp string) (flaw, bool) {
	old, words := wer.Words(before), wer.Words(hyp)
	if len(old) == 0 {
		return flaw{}, false
	}
	extra := extraWords(wer.Words(ref), words)
	var recurring []string
	for k, j := range extra {
		if k > 0 && extra[k-1] == j-1 && contains(old, words[j-1], words[j]) {
			recurring = append(recurring, words[j-1], words[j])
		}
	}
	if len(extra) > 0 && extra[0] == 0 && words[0] == old[len(old)-1] && len(extra) < len(words) {
		recurring = append(recurring, words[0])
	}
	if len(recurring) == 0 {
		return flaw{}, false
	}
	return flaw{Contamination, "has words of the previous one", strings.Join(slices.Compact(recurring), " ")}, true
}

func contains(words []string, a, b string) bool {
	for i := 1; i < len(words); i++ {
		if words[i-1] == a && words[i] == b {
			return true
		}
	}
	return false
}

// findBadStart reports whether the first word is wrong. If the rest is right, the
// start of the audio was lost, which the pre-roll should prevent.
func findBadStart(ref, hyp string) (flaw, bool) {
	want, got := wer.Words(ref), wer.Words(hyp)
	if len(want) == 0 || len(got) > 0 && got[0] == want[0] {
		return flaw{}, false
	}
	first := ""
	if len(got) > 0 {
		first = got[0]
	}
	f := flaw{FirstWord, "the first word is wrong", fmt.Sprintf("begins with %q instead of %q", first, want[0])}
	rest := strings.Join(want[1:], " ")
	for from := range min(len(got), 3) {
		if len(want) > 1 && wer.Compare(rest, strings.Join(got[from:], " ")).Rate() <= 0.3 {
			f.check, f.what = ClippedStart, "clipped start: the first word is missing or damaged, the rest is right"
		}
	}
	return f, true
}

// utteranceFindings sums up the flaws of a recording, one finding per check.
func utteranceFindings(suite, subject string, ref, hyp []string, found []flaw) []Finding {
	var all []Finding
	for _, f := range found {
		if slices.ContainsFunc(all, func(a Finding) bool { return a.Check == f.check }) {
			continue
		}
		all = append(all, Finding{
			Status: verdict.Critical, Suite: suite, Check: f.check, Subject: subject, What: f.what, Words: f.words,
		})
	}
	for i := range all {
		n := 0
		for _, f := range found {
			if f.check == all[i].Check {
				n++
			}
		}
		describe(&all[i], n, len(ref), len(hyp))
	}
	return all
}

// describe completes a finding that n utterances share. A damaged start is only a
// warning unless it is systematic.
func describe(f *Finding, n, ref, hyp int) {
	f.Measured = fmt.Sprintf("%d of %d utterances", n, ref)
	switch f.Check {
	case Split, Merged:
		f.What = fmt.Sprintf("%s: %d utterances instead of %d (%s)", f.Check, hyp, ref, f.What)
	case ClippedStart, FirstWord:
		if float64(n) < systematic*float64(ref) {
			f.Status = verdict.Warning
		}
	case Contamination:
		f.What = "contaminated: " + f.What
	default:
		f.What = f.Check + ": " + f.What
	}
	if n > 1 {
		f.What += fmt.Sprintf(", and %d more", n-1)
	}
}
