package main

import (
	"context"
	"fmt"
	"slices"
)

// section measures one thing with one model and adds it to the report.
type section func(ctx context.Context, b *bench, m model) error

// sections returns everything that can be measured, by the names that -only accepts.
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

// sectionNames returns the names in the order of the report.
func sectionNames() []string {
	return []string{
		"libraries", "equal", "used", "long", "many", "refresh",
		"files", "lengths", "jobs", "context", "words", "speech",
	}
}

// measure runs the sections. A section that fails is reported, and the others continue.
func (b *bench) measure(ctx context.Context) {
	for _, name := range sectionNames() {
		if len(b.only) > 0 && !slices.Contains(b.only, name) {
			continue
		}
		for _, m := range b.models {
			if ctx.Err() != nil || !m.measures(name) {
				continue
			}
			b.logf("%s: %s", m.name, name)
			if err := sections()[name](ctx, b, m); err != nil && ctx.Err() == nil {
				b.logf("%s: %s: %v", m.name, name, err)
				b.report.claim(m, name, "measured", "failed: "+err.Error(), false)
			}
		}
	}
}

func (b *bench) logf(format string, args ...any) {
	fmt.Fprintf(b.progress, "bench: "+format+"\n", args...)
}
