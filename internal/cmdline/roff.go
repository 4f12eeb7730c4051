package cmdline

import (
	"fmt"
	"regexp"
	"strings"

	"voiceflow/internal/prose"
)

// roffWidth is the maximum width of lines in roff before escaping. It does not
// change how a page looks.
const roffWidth = 80

// roffPage is text for groff or mandoc, with the macros of man(7).
type roffPage struct{ strings.Builder }

// title starts the page.
func (r *roffPage) title(name string) {
	fmt.Fprintf(r, ".TH %s 1 \"\" \"VoiceFlow %s\" \"VoiceFlow\"\n", roff(strings.ToUpper(name)), roff(Version))
	r.WriteString(".nh\n.ad l\n") // neither hyphenate nor justify
}

// section starts a section, and subsection one within it.
func (r *roffPage) section(name string)    { fmt.Fprintf(r, ".SH %s\n", roff(name)) }
func (r *roffPage) subsection(name string) { fmt.Fprintf(r, ".SS \"%s\"\n", roff(name)) }

// heading starts a part of a subsection.
func (r *roffPage) heading(name string) { fmt.Fprintf(r, ".PP\n%s\n", bold(name)) }

// entry writes a term, already in roff, and an indented explanation.
func (r *roffPage) entry(term, text string) {
	fmt.Fprintf(r, ".TP\n%s\n", term)
	r.lines(text)
}

// paragraph writes a paragraph.
func (r *roffPage) paragraph(text string) {
	r.WriteString(".PP\n")
	r.lines(text)
}

// lines writes words, which roff fills into lines of its own.
func (r *roffPage) lines(text string) {
	if text == "" {
		return // roff warns of empty lines
	}
	for _, line := range prose.Wrap(text, roffWidth) {
		r.WriteString(roff(line) + "\n")
	}
}

// explained is an example, indented, with what it does after two or more spaces.
var explained = regexp.MustCompile(`^(.*?\S)\s{2,}(\S.*)$`)

// description writes the description of a command: paragraphs, and blocks of
// examples, which are indented.
func (r *roffPage) description(text string) {
	text = strings.Trim(text, "\n")
	if text == "" {
		return
	}
	for block := range strings.SplitSeq(text, "\n\n") {
		if !strings.HasPrefix(block, "  ") {
			r.paragraph(strings.ReplaceAll(block, "\n", " "))
			continue
		}
		for line := range strings.SplitSeq(block, "\n") {
			command, what := strings.TrimSpace(line), ""
			if m := explained.FindStringSubmatch(command); m != nil {
				command, what = m[1], m[2]
			}
			r.entry(bold(command), what)
		}
	}
}

var roffEscapes = strings.NewReplacer(
	`\`, `\(rs`, "-", `\-`, `"`, `\(dq`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// roff returns text that roff shows as it is, even at the start of a line or in
// the quoted argument of a macro.
func roff(text string) string {
	text = roffEscapes.Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

func bold(text string) string   { return `\fB` + roff(text) + `\fR` }
func italic(text string) string { return `\fI` + roff(text) + `\fR` }
