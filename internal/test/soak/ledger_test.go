//go:build linux

package soak

import (
	"bytes"
	"fmt"
	"slices"

	"voiceflow/pkg/event"
)

// account is what is known about a session when it has ended.
type account struct {
	harm              string // that may have cost words; empty: none
	spoken, delivered []string
	arrived           []string // texts that vf-paste has got
	codes             [stages]int
	silent            bool // nothing has come out of one of the programs before vf-paste
	pcm               bool
	hung              bool

	service    bool // voiceflow-dictate serve ran the programs; its code is in the place of vf-paste's
	cutAfter   bool // vf-paste was harmed
	unanswered int  // utterances that vf-transcribe took, without words or an error line
}

// verdict is what became of a session.
type verdict string

const (
	whole    verdict = "whole"    // every word, and no error
	reported verdict = "reported" // an exit code says that words are missing, or may be
	broken   verdict = "broken"
)

// judge returns the verdict about a session, and why.
func judge(a account) (verdict, string) {
	failed := slices.ContainsFunc(a.codes[:], func(code int) bool { return code != 0 })
	exact := slices.Equal(a.delivered, a.spoken)
	switch {
	case a.hung:
		return broken, "a program did not end"
	case disordered(a.spoken, a.delivered):
		return broken, "doubled, or in another order"
	case exact && !failed:
		return whole, ""
	case a.harm == "" && exact:
		return broken, "a false alarm"
	case a.harm == "":
		return broken, "words are missing or wrong"
	case !a.cutAfter && !slices.Equal(a.arrived, a.delivered):
		return broken, "vf-paste did not deliver what it got"
	case a.unanswered > 0:
		return broken, fmt.Sprintf("vf-transcribe did not answer %d utterances", a.unanswered)
	case a.service && failed:
		return reported, "by voiceflow-dictate serve"
	case a.codes[paste] != 0:
		return reported, "by vf-paste"
	case failed && (exact || a.pcm || a.silent): // see "The last line" in docs/formats.md
		return reported, "by the program that failed"
	}
	return broken, "lost without a report"
}

// disordered reports whether a text came twice, or before one that was spoken earlier.
func disordered(spoken, delivered []string) bool {
	last := -1
	for _, text := range delivered {
		at := slices.Index(spoken, text)
		if at >= 0 && at <= last {
			return true
		}
		last = max(last, at)
	}
	return false
}

// account takes stock of a session that has ended.
func (d *dictation) account(spoken []string, codes [stages]int, hung bool) (account, error) {
	delivered, err := d.delivered()
	a := account{harm: d.plan.harm(), spoken: spoken, delivered: delivered, codes: codes, pcm: d.plan.pcm, hung: hung}
	for i := range paste {
		a.silent = a.silent || d.Passed(i).Len() == 0
	}
	a.cutAfter = d.plan.harmed(paste)
	utterances, _ := items(d.Passed(vad).Bytes())
	answers, texts := items(d.Passed(transcribe).Bytes())
	a.arrived = texts
	if !d.plan.harmed(transcribe) {
		a.unanswered = max(0, utterances-answers)
	}
	return a, err
}

// items counts the utterances, transcripts and errors in lines, and returns the texts.
func items(lines []byte) (n int, texts []string) {
	lines = lines[:bytes.LastIndexByte(lines, '\n')+1] // one that was cut is none
	for in := event.NewReader(bytes.NewReader(lines)); in.Scan(); {
		switch rec := in.Record().(type) {
		case *event.Transcript:
			n++
			if rec.Text != "" {
				texts = append(texts, rec.Text)
			}
		case *event.Utterance, *event.Failure:
			n++
		}
	}
	return n, texts
}
