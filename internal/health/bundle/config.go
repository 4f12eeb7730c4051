package bundle

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// config makes a configuration file safe. It drops all comments, and the values of
// unknown keys, which may be text in the wrong place. A file that cannot be parsed
// is handled line by line.
func (r redactor) config(data []byte, settings knownSettings) []byte {
	var file map[string]any
	if err := toml.Unmarshal(data, &file); err != nil {
		return r.brokenConfig(string(data), err, settings)
	}
	var b strings.Builder
	var sections []string
	for _, key := range slices.Sorted(maps.Keys(file)) {
		if _, isSection := file[key].(map[string]any); isSection {
			sections = append(sections, key)
		} else {
			b.WriteString(r.setting("", key, file[key], settings))
		}
	}
	for _, section := range sections {
		if !plainName.MatchString(section) {
			b.WriteString("\n# (section removed)\n")
			continue
		}
		b.WriteString("\n[" + section + "]\n")
		values, _ := file[section].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(values)) {
			b.WriteString(r.setting(section, key, values[key], settings))
		}
	}
	return []byte(b.String())
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// setting returns a line with the key, and the value if it is safe.
func (r redactor) setting(section, key string, value any, settings knownSettings) string {
	kinds := settings.kinds(section, key)
	switch {
	case !plainName.MatchString(key):
		return "# (line removed)\n"
	case hides(key):
		return key + ` = "` + removed + "\"\n"
	case kinds == nil:
		return key + " = \"...\" # not a known key\n"
	case !fitsAny(kinds, value):
		return key + ` = "..." # must be a ` + either(kinds) + "\n"
	}
	line, err := toml.Marshal(map[string]any{key: r.value(settings.texts[section+"."+key], value)})
	if err != nil {
		return "# (line removed)\n"
	}
	return string(line)
}

// value removes secrets from a value that fits its key.
func (r redactor) value(t texts, value any) any {
	switch v := value.(type) {
	case string:
		return r.known(t, v)
	case []any:
		safe := make([]any, len(v))
		for i := range v {
			safe[i] = r.value(t, v[i])
		}
		return safe
	default:
		return v
	}
}

var (
	sectionLine = regexp.MustCompile(`^\s*\[+\s*([A-Za-z0-9_.-]+)\s*\]*\s*(?:#.*)?$`)
	settingLine = regexp.MustCompile(`^\s*"?([A-Za-z0-9_.-]+)"?\s*=(.*)$`)
	textMarks   = regexp.MustCompile(`"""|'''`)
	content     = regexp.MustCompile(`[^\s=,"'\[\]{}]+(\s+[^\s=,"'\[\]{}]+)*`)
)

// brokenConfig keeps only sections and simple settings: any other line may belong to
// a multi-line text.
func (r redactor) brokenConfig(data string, why error, settings knownSettings) []byte {
	var b strings.Builder
	where := "unknown place"
	if mistake := (*toml.DecodeError)(nil); errors.As(why, &mistake) {
		line, column := mistake.Position()
		where = fmt.Sprintf("line %d, column %d", line, column)
	}
	b.WriteString("# This file cannot be read: " + where +
		"\n# Only its simple lines are shown.\n")
	section, within := "", "" // within: the mark that ends a multi-line text
	for _, line := range strings.Split(data, "\n") {
		marks := textMarks.FindAllString(line, -1)
		switch {
		case within != "":
			for _, m := range marks {
				if m == within {
					within = ""
				}
			}
			b.WriteString("# (line removed)\n")
			continue
		case len(marks)%2 == 1:
			within = marks[0]
		}
		if s := sectionLine.FindStringSubmatch(line); s != nil && !hides(s[1]) {
			section = s[1]
			b.WriteString("[" + section + "]\n")
			continue
		}
		b.WriteString(r.brokenLine(section, line, settings) + "\n")
	}
	return []byte(b.String())
}

// brokenLine makes a line of a section safe. It keeps only the punctuation of an
// invalid value, where the mistake may be.
func (r redactor) brokenLine(section, line string, settings knownSettings) string {
	if strings.TrimSpace(line) == "" {
		return ""
	}
	s := settingLine.FindStringSubmatch(line)
	if s == nil {
		return "# (line removed)"
	}
	key, rest := s[1], s[2]
	if before, after, parts := strings.Cut(key, "."); parts && section == "" {
		section, key = before, after
	}
	var parsed struct{ Value any }
	switch err := toml.Unmarshal([]byte("value ="+rest), &parsed); {
	case hides(key):
		return s[1] + " = " + removed
	case err == nil:
		return strings.Replace(strings.TrimSuffix(r.setting(section, key, parsed.Value, settings), "\n"), key, s[1], 1)
	}
	rest, _, _ = strings.Cut(rest, "#")
	return s[1] + " =" + strings.TrimRight(content.ReplaceAllString(rest, "..."), " ")
}

// variables returns the environment variables that affect the programs, one per
// line.
func (r redactor) variables(environ []string, settings knownSettings) []byte {
	var b strings.Builder
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		kinds, isSetting := settings.variables[name]
		switch {
		case !shownVariable.MatchString(name):
			continue
		case hides(name):
			value = removed
		case strings.HasPrefix(name, "VOICEFLOW_") && !(isSetting && fitsAny(kinds, value)):
			value = "..."
		case strings.HasPrefix(name, "VOICEFLOW_"):
			value = r.known(settings.texts[name], value)
		default:
			value = r.desktopValue(name, value)
		}
		fmt.Fprintf(&b, "%s=%s\n", name, strings.ReplaceAll(r.text(value), "\n", " "))
	}
	return []byte(b.String())
}

// desktopValue makes the value of a variable of the desktop safe.
func (r redactor) desktopValue(name, value string) string {
	if desktopForm.MatchString(value) && !strings.HasPrefix(name, "PULSE_") {
		return value
	}
	var parts []string
	for part := range strings.SplitSeq(value, ":") {
		switch {
		case desktopForm.MatchString(part), part == "unix", part == "tcp":
			parts = append(parts, part)
		default:
			parts = append(parts, r.path(part))
		}
	}
	return strings.Join(parts, ":")
}

// desktopForm matches displays, numbers, switches and the desktops' own names.
var desktopForm = regexp.MustCompile(`(?i)^(?:|:?[0-9]+(?:\.[0-9]+)?|true|false|wayland-[0-9]+|wayland|` +
	`x11|tty|seat[0-9]+|user|` +
	`greeter|gnome|kde|plasma|sway|i3|hyprland|xfce|mate|cinnamon|lxde|lxqt|ubuntu|debian|unity|budgie|` +
	`gnome-classic|ubuntu:gnome|spread|close|master|cores|threads|sockets|active|passive|static|dynamic|guided)$`)

var shownVariable = regexp.MustCompile(`^(VOICEFLOW_[A-Z0-9_]*|XDG_.*|PULSE_.*|OMP_.*|DISPLAY|WAYLAND_DISPLAY)$`)
