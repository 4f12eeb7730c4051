package bundle

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
)

// fieldKind is the type of a field, which decides how its value is made safe.
type fieldKind int

const (
	fieldNumber   fieldKind = iota + 1 // a number, true or false
	fieldWord                          // a word chosen by the programs
	fieldWords                         // a list of such words
	fieldTime                          // a time
	fieldVersion                       // a program's version
	fieldLevel                         // a log level
	fieldProgram                       // one of our programs
	fieldQuantity                      // a number with its unit
	fieldDevice                        // a device's name, which may be any text
	fieldMessage                       // a message, replaced by a stand-in
	fieldName                          // the name of a file or of one of our programs
	fieldModel                         // a model's name
	fieldLimits                        // an object of numbers
	fieldRecords                       // a list of objects, filtered in turn
)

// logFields returns the fields of a log record that are kept.
func logFields() map[string]fieldKind {
	fields := map[string]fieldKind{
		"time": fieldTime, "level": fieldLevel, "tool": fieldProgram, "event": fieldWord,
		"version": fieldVersion, "method": fieldWord, "message": fieldMessage, "error": fieldMessage,
		"file": fieldName, "model": fieldModel, "device": fieldDevice, "degraded": fieldWords,
	}
	for _, name := range []string{
		"pid", "id", "audio_seconds", "processing_seconds", "speed_factor", "latency_seconds", "queue", "retries",
		"refreshes", "memory_mb", "growth_mb", "cpu_percent", "seconds", "exit_code", "at", "times", "rate",
		"channels", "latency_ms", "leading_silence_ms", "characters", "failures", "floor_dbfs", "audio_ctx",
		"duration", "dropped", "uncovered", "replayed",
	} {
		fields[name] = fieldNumber
	}
	return fields
}

// checkFields returns the fields of a record of checks that are kept. Its sentences
// say nothing that is not also in the figures.
func checkFields() map[string]fieldKind {
	fields := map[string]fieldKind{
		"time": fieldTime, "version": fieldVersion, "suites": fieldWords, "suite": fieldWord, "status": fieldWord,
		"unit": fieldQuantity, "check": fieldWord, "name": fieldWord,
		"model": fieldModel, "device": fieldDevice, "subject": fieldName,
		"what": fieldMessage, "measured": fieldQuantity, "limit": fieldLimits,
		"findings": fieldRecords, "measures": fieldRecords,
	}
	fields["seconds"], fields["value"], fields["busy"] = fieldNumber, fieldNumber, fieldNumber
	return fields
}

// ourWords are the words in fields of type fieldWord and fieldWords: events, methods of delivery,
// compromises, suites, checks and their verdicts.
const ourWords = "started|stopped|utterance|failure|delivery|problem|overflow|gap|device_lost|device_returned|" +
	"config_mistake|config_fallback|device_started|first_sound|remark|unreadable|" +
	"wayland|wayland-paste|x11|x11-paste|macos-paste|tmux|screen|wtype|xdotool|ydotool|dotool|" +
	"wl-copy|xclip|xsel|pbcopy|osc52|exec|stdout|auto|none|kept|" +
	"gpu|cpu|beam|greedy|" +
	"timing|edge|performance|environment|baseline|configuration|all|" +
	"clipped-start|first-word|split|merged|lost|repeated|extra|contamination|invented|words|" +
	"words-wrong|speed|speed-factor|" +
	"latency|memory|leak|error-rate|decay|device|degraded|silent|accepted|panic|disk-free|disk-full|unwritable|" +
	"regression|no-baseline|not-judged|growth|processing|total|" +
	"OK|WARNING|CRITICAL|UNKNOWN|ok|warning|critical|unknown"

var (
	// Words are those of a list: any other might be a name.
	wordForm    = regexp.MustCompile("^(?:" + ourWords + ")$")
	wordsForm   = regexp.MustCompile("^(?:" + ourWords + ")(?: -> (?:" + ourWords + "))?$")
	versionForm = regexp.MustCompile(`^[0-9]{1,4}(?:\.[0-9]{1,6}){1,3}` +
		`(?:[-+.](?:[0-9]{1,14}|g?[0-9a-f]{4,40}|dirty|dev|rc[0-9]*))*$`)
	timeForm    = regexp.MustCompile(`^[0-9TZ:.+ -]{10,40}$`)
	levelForm   = regexp.MustCompile(`^(?:trace|debug|info|warn|error|fatal|panic)$`)
	programForm = regexp.MustCompile(`^vf-(?:record|vad|transcribe|paste|health|check-record)$`)
	// quantityForm matches numbers with the units used by vf-health check.
	quantityForm = regexp.MustCompile(`^(?:-?[0-9]+(?:\.[0-9]+)?)? ?(?:%|s|ms|MB)?$`)
	modelForm    = regexp.MustCompile(`^(?:ggml-)?(?:demo|tiny|base|small|medium|large|silero)(?:\.en)?` +
		`(?:-v[0-9][0-9.]*)?(?:-turbo)?(?:-q[0-9](?:_[0-9])?)?(?:\.bin)?$`)
)

// maxText bounds each text in a line, in bytes.
const maxText = 600

// fields returns a copy of an object with only the given fields, made safe.
func (r redactor) fields(object map[string]any, kinds map[string]fieldKind) map[string]any {
	safe := map[string]any{}
	file, _ := object["file"].(string)
	if event, _ := object["event"].(string); object["level"] == "info" && wordForm.MatchString(event) {
		object["message"] = nil // the event says it all
	}
	for name, value := range object {
		if v := r.field(kinds[name], value, file, kinds); v != nil {
			safe[name] = v
		}
	}
	return safe
}

// field makes a value safe; nil if it must be left out.
func (r redactor) field(kind fieldKind, value any, file string, kinds map[string]fieldKind) any {
	s, isText := value.(string)
	s = s[:min(len(s), maxText)]
	list, _ := value.([]any)
	switch kind {
	case fieldNumber:
		switch value.(type) {
		case json.Number, bool:
			return value
		}
		return nil
	case fieldWords:
		var all []any
		for _, v := range list {
			s, _ := v.(string)
			if ifMatches(wordsForm, s) != nil {
				all = append(all, s)
			}
		}
		return all
	case fieldRecords:
		var all []any
		for _, v := range list {
			if object, ok := v.(map[string]any); ok {
				all = append(all, r.fields(object, kinds))
			}
		}
		return all
	case fieldLimits:
		return r.limit(value, s)
	}
	if !isText {
		return nil
	}
	return r.textField(kind, s, file)
}

// limit makes a limit safe: an object of numbers, or a number with its unit.
func (r redactor) limit(value any, s string) any {
	if object, ok := value.(map[string]any); ok {
		return r.fields(object, map[string]fieldKind{"warning": fieldNumber, "critical": fieldNumber, "falling": fieldNumber})
	}
	return ifMatches(quantityForm, s)
}

// textField makes a text safe; nil if it must be left out.
func (r redactor) textField(kind fieldKind, s, file string) any {
	switch kind {
	case fieldWord:
		return ifMatches(wordForm, s)
	case fieldVersion:
		return ifMatches(versionForm, s)
	case fieldTime:
		return ifMatches(timeForm, s)
	case fieldLevel:
		return ifMatches(levelForm, s)
	case fieldProgram:
		return ifMatches(programForm, s)
	case fieldQuantity:
		return ifMatches(quantityForm, s)
	case fieldDevice:
		if deviceForm.MatchString(s) {
			return s
		}
		return "device-" + hex.EncodeToString(r.sum(s))
	case fieldMessage:
		return r.message(s, file)
	case fieldName:
		if programForm.MatchString(s) {
			return s
		}
		return r.file(s)
	case fieldModel:
		s = s[strings.LastIndexByte(s, '/')+1:]
		if modelForm.MatchString(s) {
			return s
		}
		return r.file(s)
	default:
		return nil
	}
}

// ifMatches returns s if it matches the form, otherwise nil.
func ifMatches(form *regexp.Regexp, s string) any {
	if !form.MatchString(s) {
		return nil
	}
	return s
}
