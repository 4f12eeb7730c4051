package bundle

import (
	"encoding/json"
	"regexp"
	"strings"
)

// fieldKind says how a field of a line passes.
type fieldKind int

const (
	figure   fieldKind = iota + 1 // a number, true or false
	word                          // a name that the programs choose themselves
	words                         // several
	moment                        // a time
	version                       // of a program
	severity                      // a level of the log
	tool                          // a program of ours
	quantity                      // a figure with its unit
	free                          // a device
	said                          // a message, for which a stand-in passes
	named                         // a file's name, or a program's
	model                         // a model's
	limits                        // an object of figures
	records                       // a list of objects, whose fields are known
)

// logFields are those of the programs' logs that pass.
func logFields() map[string]fieldKind {
	fields := map[string]fieldKind{
		"time": moment, "level": severity, "tool": tool, "event": word, "version": version, "method": word,
		"message": said, "error": said, "file": named, "model": model, "device": free, "degraded": words,
	}
	for _, name := range []string{"pid", "id", "audio_seconds", "processing_seconds", "speed_factor", "latency_seconds", "queue",
		"retries", "refreshes", "memory_mb", "growth_mb", "cpu_percent", "seconds", "exit_code", "at", "times", "rate", "channels",
		"latency_ms", "leading_silence_ms", "characters", "failures", "floor_dbfs", "audio_ctx", "duration",
		"dropped", "uncovered", "replayed"} {
		fields[name] = figure
	}
	return fields
}

// checkFields are those of the record of checks that pass. What its sentences
// say is in the figures, too.
func checkFields() map[string]fieldKind {
	fields := map[string]fieldKind{
		"time": moment, "version": version, "suites": words, "suite": word, "status": word,
		"unit": quantity, "check": word, "name": word,
		"model": model, "device": free, "subject": named,
		"what": said, "measured": quantity, "limit": limits,
		"findings": records, "measures": records,
	}
	fields["seconds"], fields["value"], fields["busy"] = figure, figure, figure
	return fields
}

var (
	// wordForm has no dot, which names of files have.
	wordForm    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,31}$`)
	wordsForm   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,31}(?: -> [A-Za-z][A-Za-z0-9_-]{0,31})?$`)
	versionForm = regexp.MustCompile(`^[0-9]{1,4}(?:\.[0-9]{1,6}){1,3}(?:[-+][A-Za-z0-9.+-]{1,40})?$`)
	momentForm  = regexp.MustCompile(`^[0-9TZ:.+ -]{10,40}$`)
	levelForm   = regexp.MustCompile(`^(?:trace|debug|info|warn|error|fatal|panic)$`)
	toolForm    = regexp.MustCompile(`^vf-[a-z]{1,16}$`)
	// quantityForm has figures with the units that vf-health check counts in.
	quantityForm = regexp.MustCompile(`^(?:-?[0-9]+(?:\.[0-9]+)?)? ?(?:%|s|ms|MB)?$`)
	modelForm    = regexp.MustCompile(`^(?:ggml-)?(?:demo|tiny|base|small|medium|large|silero)(?:\.en)?` +
		`(?:-v[0-9][0-9.]*)?(?:-turbo)?(?:-q[0-9](?:_[0-9])?)?(?:\.bin)?$`)
)

// maxText bounds a text of a line, in bytes.
const maxText = 600

// fields makes an object of those of its fields that are known.
func (r redactor) fields(object map[string]any, known map[string]fieldKind) map[string]any {
	safe := map[string]any{}
	file, _ := object["file"].(string)
	if event, _ := object["event"].(string); object["level"] == "info" && wordForm.MatchString(event) {
		object["message"] = nil // the event says it
	}
	for name, value := range object {
		if v := r.field(known[name], value, file, known); v != nil {
			safe[name] = v
		}
	}
	return safe
}

// field is a value as it may pass; nil: not at all.
func (r redactor) field(kind fieldKind, value any, file string, known map[string]fieldKind) any {
	s, isText := value.(string)
	s = s[:min(len(s), maxText)]
	list, _ := value.([]any)
	switch kind {
	case figure:
		switch value.(type) {
		case json.Number, bool:
			return value
		}
		return nil
	case words:
		var all []any
		for _, v := range list {
			s, _ := v.(string)
			if passing(wordsForm, s) != nil {
				all = append(all, s)
			}
		}
		return all
	case records:
		var all []any
		for _, v := range list {
			if object, ok := v.(map[string]any); ok {
				all = append(all, r.fields(object, known))
			}
		}
		return all
	case limits:
		return r.limit(value, s)
	}
	if !isText {
		return nil
	}
	return r.textField(kind, s, file)
}

// limit is an object of figures, or a figure with its unit.
func (r redactor) limit(value any, s string) any {
	if object, ok := value.(map[string]any); ok {
		return r.fields(object, map[string]fieldKind{"warning": figure, "critical": figure, "falling": figure})
	}
	return passing(quantityForm, s)
}

// textField is a text as it may pass; nil: not at all.
func (r redactor) textField(kind fieldKind, s, file string) any {
	switch kind {
	case word:
		return passing(wordForm, s)
	case version:
		return passing(versionForm, s)
	case moment:
		return passing(momentForm, s)
	case severity:
		return passing(levelForm, s)
	case tool:
		return passing(toolForm, s)
	case quantity:
		return passing(quantityForm, s)
	case free:
		return strings.ReplaceAll(r.text(s), "\n", " ")
	case said:
		return r.message(s, file)
	case named:
		if toolForm.MatchString(s) {
			return s
		}
		return r.file(s)
	case model:
		s = s[strings.LastIndexByte(s, '/')+1:]
		if modelForm.MatchString(s) {
			return s
		}
		return r.file(s)
	default:
		return nil
	}
}

func passing(form *regexp.Regexp, s string) any {
	if !form.MatchString(s) {
		return nil
	}
	return s
}
