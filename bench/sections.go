package main

import (
	"context"
	"fmt"
	"slices"
)

// section measures one thing with one model and writes it into the report.
type section func(ctx context.Context, b *bench, m model) error

// sections are all that can be measured, by the names that -only takes.
func sections() map[string]section {
	return map[string]section{
		"libraries": libraries,
		"equal":     equalWork,
		"used":      asUsed,
		"long":      longFile,
		"many":      manyFiles,
		"refresh":   refresh,
		"files":     scaleFiles,
		"lengths":   scaleLengths,
		"jobs":      scaleJobs,
		"context":   shortContext,
		"words":     wordTimes,
		"speech":    findSpeech,
	}
}

// sectionNames are in the order of the report.
func sectionNames() []string {
	return []string{"libraries", "equal", "used", "long", "many", "refresh", "files", "lengths", "jobs", "context", "words", "speech"}
}

// measure goes through the sections. What cannot be measured is told and does
// not keep the rest from being.
func (b *bench) measure(ctx context.Context) {
	for _, name := range sectionNames() {
		if len(b.only) > 0 && !slices.Contains(b.only, name) {
			continue
		}
		for _, m := range b.models {
			if ctx.Err() != nil || !m.has(name) {
				continue
			}
			b.say("%s: %s", m.name, name)
			if err := sections()[name](ctx, b, m); err != nil && ctx.Err() == nil {
				b.say("%s: %s: %v", m.name, name, err)
				b.report.claim(m, name, "measured", "it could not be: "+err.Error(), false)
			}
		}
	}
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, "bench: "+format+"\n", args...)
}
