package dictation

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"voiceflow/pkg/event"
)

// Options configure a Dictation. The zero value only joins texts.
type Options struct {
	// AppendSpace puts a space after each utterance instead of before the next
	// one, so that the user can go on typing after it.
	AppendSpace bool
	// Capitalise begins the dictation and each sentence with a capital letter;
	// capitals.go describes what a sentence is.
	Capitalise bool

	// Commands is the language of a built-in table of spoken commands, such as
	// "en" or "en-GB"; empty for none. See Languages.
	Commands string
	// CommandFile is a file of the user's own commands in the format of the
	// built-in tables; see CommandTable. It extends the table chosen by Commands,
	// and overrides phrases that are in both.
	CommandFile string
	// ReplaceFile is a file of the user's replacements and custom words:
	//
	//	[replace]
	//	"voice flow" = "VoiceFlow"
	//	"um" = ""
	//	[words]
	//	list = ["Kubernetes", "iPhone"]
	//
	// Only whole words match, ignoring case. A custom word corrects the case of a
	// word that is otherwise spelt correctly.
	ReplaceFile string

	// Numbers is the language whose numbers and units are written in figures and
	// signs, such as "twenty five percent" as 25%; empty for none. See
	// NumberLanguages, and numbers.go for the rules.
	Numbers string

	// MinConfidence, 0 to 1, drops segments with a lower Confidence.
	MinConfidence float64
	// OnlyNew drops repeated transcripts: those with the file and id of an earlier
	// one (0 is no id), and those with the text of the previous one if the two
	// overlap in time, or are less than Window apart.
	OnlyNew bool
	Window  time.Duration

	// NoDelete means that delivered text cannot be deleted. Edit.Delete is then
	// always 0, and "scratch that" only works within an utterance.
	NoDelete bool

	// Clean is applied first to each text and to the text of each segment. It must
	// return clean text unchanged.
	Clean func(string) string
}

// Edit is a change to the text delivered so far. Characters are Unicode code
// points: a program whose backspace deletes more at a time, such as a letter with
// its combining accent, needs fewer backspaces.
type Edit struct {
	// Delete is how many characters to delete from the end.
	Delete int
	// Insert is the text to insert after that.
	Insert string
	// Kept is how many characters "scratch that" would have deleted without
	// Options.NoDelete. The user should be told about them.
	Kept int
}

// Dictation is a text that grows by one utterance at a time. It is not safe for
// concurrent use.
type Dictation struct {
	options Options
	grammar *grammar
	current text
	undos   []undo // one per utterance, the latest last; at most maxUndos
	seen    history
}

// New checks the options and reads their files.
func New(options Options) (*Dictation, error) {
	// The negation also catches NaN.
	if c := options.MinConfidence; !(c >= 0 && c <= 1) {
		return nil, fmt.Errorf("minimum confidence %v: must be between 0 and 1", c)
	}
	if options.Window < 0 {
		return nil, fmt.Errorf("window for repeated transcripts %v: must not be negative", options.Window)
	}
	g, err := loadGrammar(options)
	if err != nil {
		return nil, err
	}
	return &Dictation{options: options, grammar: g}, nil
}

// Add adds a transcript, unless the filters drop it.
func (d *Dictation) Add(t *event.Transcript) Edit {
	utterance := d.clean(d.confident(t))
	if utterance == "" || d.options.OnlyNew && d.seen.repeats(t, d.options.Window) {
		return Edit{}
	}
	defer d.forget()
	return d.apply(utterance)
}

// AddText adds a line of text. The filters need times and probabilities, so they
// do not apply.
func (d *Dictation) AddText(line string) Edit {
	if line = d.clean(line); line == "" {
		return Edit{}
	}
	defer d.forget()
	return d.apply(line)
}

// Follow makes the text continue after an earlier dictation that ended in tail;
// see Tail. The first word is then separated from it if necessary. It must be
// called before the first utterance.
func (d *Dictation) Follow(tail string) {
	if d.current.body == "" {
		d.current.preceding = tail
	}
}

// Tail returns a stand-in for the end of the text, for Follow: a character that
// needs the same space after it as the last one does, or "" if no space may
// follow. It reveals nothing of the text, and so is safe to store.
func (d *Dictation) Tail() string {
	end := d.current.end() + d.trail()
	last := lastRune(end)
	switch {
	case d.current.joined, !spaceMayFollow(end):
		return ""
	case isWideMark(last):
		return "。"
	case isWide(last):
		return "中"
	}
	return "a"
}

// Text returns the recent text, as produced by all edits so far: all of it, or of a text of
// more than 64 KiB at least the last 4 KiB, and the utterances that can be scratched.
func (d *Dictation) Text() string { return d.current.body + d.trail() }

// Reset starts a new text in another place; the old one can no longer be changed.
// Repeated transcripts are still recognised.
func (d *Dictation) Reset() { d.current, d.undos = text{}, nil }

func (d *Dictation) clean(s string) string {
	if d.options.Clean != nil {
		s = d.options.Clean(s)
	}
	return strings.TrimSpace(strings.ToValidUTF8(s, ""))
}

// trail returns the space that AppendSpace puts after the text. It is not part of
// the text, so a comma can still follow the last word directly.
func (d *Dictation) trail() string {
	body := d.current.body
	if d.options.AppendSpace && !d.current.joined && spaceMayFollow(body) && !isWide(lastRune(body)) {
		return " "
	}
	return ""
}

// apply adds one utterance and carries out its commands.
func (d *Dictation) apply(utterance string) Edit {
	before := d.Text()
	if d.options.NoDelete {
		d.current.body, d.current.fixed = before, len(before)
	}
	start, kept := d.current, 0
	for _, p := range d.grammar.parse(utterance) {
		switch {
		case p.kind != scratch:
			d.current.add(p, d.options.Capitalise)
		case !d.current.is(&start): // this utterance has added something
			d.current = start
		case d.options.NoDelete:
			kept = d.lastLength()
		default:
			d.undoLast()
			start = d.current
		}
	}
	changed := !d.current.is(&start)
	d.current.settle()
	if changed {
		d.undos = append(d.undos, undoTo(start, d.current.body))
	}
	edit := editBetween(before, d.Text())
	edit.Kept = kept
	return edit
}

// undoLast undoes the last utterance, if there is one.
func (d *Dictation) undoLast() {
	if last := len(d.undos) - 1; last >= 0 {
		d.current = d.undos[last].apply(d.current)
		d.undos = d.undos[:last]
	}
}

// lastLength returns how many characters the last utterance added.
func (d *Dictation) lastLength() int {
	if len(d.undos) == 0 {
		return 0
	}
	return utf8.RuneCountInString(d.current.body[d.undos[len(d.undos)-1].keep:])
}

// editBetween returns the shortest edit that turns before into after.
func editBetween(before, after string) Edit {
	same := CommonPrefix(before, after)
	return Edit{Delete: utf8.RuneCountInString(before[same:]), Insert: after[same:]}
}

// CommonPrefix returns the length of the common prefix of whole characters, in
// bytes.
func CommonPrefix(a, b string) int {
	if strings.HasPrefix(b, a) { // the usual case, and quick to check
		return len(a)
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && (n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && !utf8.RuneStart(b[n])) {
		n--
	}
	return n
}
