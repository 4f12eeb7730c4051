package bundle

import (
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// config makes a configuration file safe. Comments go, whatever is in them. One
// that cannot be read goes line by line.
func (r redactor) config(data []byte) []byte {
	var file map[string]any
	if err := toml.Unmarshal(data, &file); err != nil {
		return r.brokenConfig(string(data), err)
	}
	r.settings(file)
	out, err := toml.Marshal(file)
	if err != nil {
		return r.brokenConfig(string(data), err)
	}
	return out
}

func (r redactor) settings(section map[string]any) {
	for name, value := range section {
		section[name] = r.setting(name, value)
	}
}

func (r redactor) setting(name string, value any) any {
	if hides(name) {
		return removed
	}
	switch v := value.(type) {
	case string:
		return r.text(v)
	case map[string]any:
		r.settings(v)
		return v
	case []any:
		for i := range v {
			v[i] = r.setting(name, v[i])
		}
		return v
	default:
		return v
	}
}

var (
	sectionLine = regexp.MustCompile(`^\s*\[+\s*([A-Za-z0-9_.-]+)\s*\]*\s*(?:#.*)?$`)
	settingLine = regexp.MustCompile(`^\s*("?[A-Za-z0-9_.-]+"?)\s*=(.*)$`)
	plainValue  = regexp.MustCompile(`^[\s=]*(?:true|false|[-+0-9._:]+[a-zµ%]*|"[^"#]*"?|'[^'#]*'?)[\s,]*(?:#.*)?$`)
	textMarks   = regexp.MustCompile(`"""|'''`)
)

// brokenConfig keeps the lines that are sections or simple settings; all others
// may be the rest of a text over several lines.
func (r redactor) brokenConfig(data string, why error) []byte {
	var b strings.Builder
	b.WriteString("# This file cannot be read: " + r.message(why.Error(), "") + "\n# It is shown line by line, as far as its lines are simple.\n")
	within := "" // the mark that ends a text over several lines
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
		b.WriteString(r.brokenLine(line) + "\n")
	}
	return []byte(b.String())
}

func (r redactor) brokenLine(line string) string {
	if strings.TrimSpace(line) == "" {
		return ""
	}
	if s := sectionLine.FindStringSubmatch(line); s != nil && !hides(s[1]) {
		return "[" + s[1] + "]"
	}
	s := settingLine.FindStringSubmatch(line)
	switch {
	case s == nil:
		return "# (line removed)"
	case hides(s[1]) || !plainValue.MatchString(s[2]):
		return s[1] + " = " + removed
	}
	value, _, _ := strings.Cut(s[2], "#")
	return s[1] + " =" + strings.TrimRight(r.text(value), " ")
}

// variables are the settings that the environment makes, one a line.
func (r redactor) variables(environ []string) []byte {
	var b strings.Builder
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if !shownVariable.MatchString(name) {
			continue
		}
		if hides(name) {
			value = removed
		}
		b.WriteString(name + "=" + strings.ReplaceAll(r.text(value), "\n", " ") + "\n")
	}
	return []byte(b.String())
}

var shownVariable = regexp.MustCompile(`^(VOICEFLOW_.*|XDG_.*|PULSE_.*|OMP_.*|DISPLAY|WAYLAND_DISPLAY)$`)
