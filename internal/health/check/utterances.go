package check

import (
	"fmt"
	"slices"
	"strings"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/health/wer"
)

// systematic is the share of utterances with a damaged start from which on that
// is no chance but a fault.
const systematic = 1.0 / 3

// flaw is something wrong with one utterance or some.
type flaw struct {
	check string
	what  string // for people
	words string // what was recognised; never kept
}

// flaws judges each utterance: whole, once, and nothing of the one before.
func flaws(said, heard []string) []flaw {
	var found []flaw
	for _, p := range pair(said, heard) {
		n, m := p.saidEnd-p.said, p.heardEnd-p.heard
		switch {
		case n == 1 && m > 1:
			found = append(found, flaw{Split, fmt.Sprintf("utterance %d came out as %d", p.said+1, m), ""})
		case n > 1 && m == 1:
			found = append(found, flaw{Merged, fmt.Sprintf("utterances %d to %d came out as one", p.said+1, p.saidEnd), ""})
		case m == 0, n == 1 && len(wer.Words(heard[p.heard])) == 0 && len(wer.Words(said[p.said])) > 0:
			found = append(found, flaw{Lost, fmt.Sprintf("utterance %d did not come out", p.said+1), ""})
			continue
		case n == 0:
			found = append(found, surplus(said, heard[p.heard], p.said))
			continue
		}
		reference, hypothesis := p.words(said, heard)
		before := ""
		if p.said > 0 {
			before = said[p.said-1]
		}
		if f, ok := contaminated(before, reference, hypothesis); ok {
			f.what = fmt.Sprintf("utterance %d %s", p.said+1, f.what)
			found = append(found, f)
			continue
		}
		if f, ok := badStart(reference, hypothesis); ok {
			found = append(found, f)
		}
	}
	return found
}

// surplus names an utterance that nobody said there: one that was said about
// then, or none at all.
func surplus(said []string, heard string, at int) flaw {
	for i := max(0, at-2); i <= min(at, len(said)-1); i++ {
		if w := wer.Compare(said[i], heard); w.Rate() <= 0.5 {
			return flaw{Repeated, fmt.Sprintf("utterance %d came out again", i+1), heard}
		}
	}
	return flaw{Extra, fmt.Sprintf("an utterance after number %d that nobody said", at), heard}
}

// contaminated tells whether words of the utterance before have got into this
// one: two that stand side by side in both, or its last word in front. One
// common word alone can be misheard.
func contaminated(before, said, heard string) (flaw, bool) {
	old, words := wer.Words(before), wer.Words(heard)
	if len(old) == 0 {
		return flaw{}, false
	}
	extra := extraWords(wer.Words(said), words)
	var recurring []string
	for k, j := range extra {
		if k > 0 && extra[k-1] == j-1 && follows(old, words[j-1], words[j]) {
			recurring = append(recurring, words[j-1], words[j])
		}
	}
	if len(extra) > 0 && extra[0] == 0 && words[0] == old[len(old)-1] && len(extra) < len(words) {
		recurring = append(recurring, words[0])
	}
	if len(recurring) == 0 {
		return flaw{}, false
	}
	return flaw{Contamination, "has words of the one before", strings.Join(slices.Compact(recurring), " ")}, true
}

func follows(words []string, a, b string) bool {
	for i := 1; i < len(words); i++ {
		if words[i-1] == a && words[i] == b {
			return true
		}
	}
	return false
}

// badStart tells whether the first word is wrong. Where the rest is right, its
// sound was lost: the pre-roll is there to prevent that.
func badStart(said, heard string) (flaw, bool) {
	want, got := wer.Words(said), wer.Words(heard)
	if len(want) == 0 || len(got) > 0 && got[0] == want[0] {
		return flaw{}, false
	}
	first := ""
	if len(got) > 0 {
		first = got[0]
	}
	f := flaw{FirstWord, "its first word is wrong", fmt.Sprintf("begins with %q, not %q", first, want[0])}
	rest := strings.Join(want[1:], " ")
	for from := range min(len(got), 3) {
		if len(want) > 1 && wer.Compare(rest, strings.Join(got[from:], " ")).Rate() <= 0.3 {
			f.check, f.what = ClippedStart, "clipped start: the first word is missing or damaged, the rest is right"
		}
	}
	return f, true
}

// utteranceFindings sums up the flaws of a recording: a finding for each kind.
func utteranceFindings(suite, subject string, said, heard []string, found []flaw) []Finding {
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
		describe(&all[i], n, len(said), len(heard))
	}
	return all
}

// describe words a finding about n utterances.
func describe(f *Finding, n, said, heard int) {
	f.Measured = fmt.Sprintf("%d of %d utterances", n, said)
	switch f.Check {
	case Split, Merged:
		f.What = fmt.Sprintf("%s utterances: %d utterances, not %d (%s)", f.Check, heard, said, f.What)
	case ClippedStart, FirstWord:
		if float64(n) < systematic*float64(said) {
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
