package dictation

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"voiceflow/pkg/event"
)

// Options say what a Dictation does. With none it joins the texts, no more.
type Options struct {
	// AppendSpace puts the space between utterances after each one in place of
	// before the next. It is for text that the user types on behind.
	AppendSpace bool
	// Capitalise begins the dictation and each sentence with a capital, see
	// the file capitals.go for what a sentence is.
	Capitalise bool

	// Commands is the language of a built-in table of spoken commands, such as
	// "en" or "en-GB"; none if empty. See Languages.
	Commands string
	// CommandFile is a table of the user's in the form of the built-in ones,
	// which CommandTable shows. It adds to that of Commands, and what both have
	// is as the file says.
	CommandFile string
	// ReplaceFile has the user's replacements and custom words:
	//
	//	[replace]
	//	"voice flow" = "VoiceFlow"
	//	"um" = ""
	//	[words]
	//	list = ["Kubernetes", "iPhone"]
	//
	// Whole words match, whatever their case. A custom word is one whose
	// spelling is right but for case.
	ReplaceFile string

	// MinConfidence, 0 to 1, leaves out segments whose Confidence is less.
	MinConfidence float64
	// OnlyNew leaves out a transcript whose file and id were there before (0 is
	// no id), or whose text is that of the one before while their times
	// overlap, or would if both were longer by Window.
	OnlyNew bool
	Window  time.Duration

	// NoDelete says that what was delivered cannot be taken back. Edit.Delete
	// is then 0, and "scratch that" works within its own utterance only.
	NoDelete bool

	// Clean is applied to each text, and to the text of each segment, before
	// all else. Its result for a clean text must be the same text.
	Clean func(string) string
}

// Edit is what to do to the text delivered before. Characters are Unicode code
// points: a program that erases more with one backspace, such as a letter with
// its combining accent, needs fewer of them.
type Edit struct {
	// Delete is how many characters to take back from the end.
	Delete int
	// Insert is what to write then.
	Insert string
	// Kept is how many characters "scratch that" would have taken back but for
	// Options.NoDelete. The user should be told.
	Kept int
}

// Dictation is one text that grows by an utterance at a time. It is not for
// use from several goroutines at once.
type Dictation struct {
	options Options
	phrases phrases
	now     text
	past    []undo // of each utterance, the latest last
	seen    history
}

// New checks the options and reads the files they name.
func New(options Options) (*Dictation, error) {
	// Written so that it catches NaN too.
	if c := options.MinConfidence; !(c >= 0 && c <= 1) {
		return nil, fmt.Errorf("minimum confidence %v: want a number from 0 to 1", c)
	}
	if options.Window < 0 {
		return nil, fmt.Errorf("window for repeated transcripts %v: want 0 or more", options.Window)
	}
	p, err := loadPhrases(options)
	if err != nil {
		return nil, err
	}
	return &Dictation{options: options, phrases: p}, nil
}

// Add takes in a transcript, unless the filters leave it out.
func (d *Dictation) Add(t *event.Transcript) Edit {
	said := d.clean(d.confident(t))
	if said == "" || d.options.OnlyNew && d.seen.repeats(t, d.options.Window) {
		return Edit{}
	}
	return d.say(said)
}

// AddText takes in a line of text. The filters, which need times and
// probabilities, do not apply to it.
func (d *Dictation) AddText(line string) Edit {
	if line = d.clean(line); line == "" {
		return Edit{}
	}
	return d.say(line)
}

// Follow says what the text comes behind, as Tail gave it of a dictation before, so
// that the first word is set apart from it. It is for before the first utterance.
func (d *Dictation) Follow(tail string) {
	if d.now.body == "" {
		d.now.after = tail
	}
}

// Tail stands for the end of the text, for Follow: a character that a space is set
// apart from as from the last one, or nothing where no space may follow. It gives
// away nothing of the text, so that it may be stored.
func (d *Dictation) Tail() string {
	end := d.now.end() + d.trail()
	last := lastRune(end)
	switch {
	case d.now.joined, !spaceMayFollow(end):
		return ""
	case isWideMark(last):
		return "。"
	case isWide(last):
		return "中"
	}
	return "a"
}

// Text is all the text there is now, as the edits so far made it.
func (d *Dictation) Text() string { return d.now.body + d.trail() }

// Reset begins a new text, in another place: nothing before is taken back any
// more. What transcripts were seen is not forgotten.
func (d *Dictation) Reset() { d.now, d.past = text{}, nil }

func (d *Dictation) clean(s string) string {
	if d.options.Clean != nil {
		s = d.options.Clean(s)
	}
	return strings.TrimSpace(strings.ToValidUTF8(s, ""))
}

// trail is the space that AppendSpace puts behind the text. It is not part of
// the text, so that a comma can still follow the last word.
func (d *Dictation) trail() string {
	if d.options.AppendSpace && !d.now.joined && spaceMayFollow(d.now.body) && !isWide(lastRune(d.now.body)) {
		return " "
	}
	return ""
}

// say carries out one utterance.
func (d *Dictation) say(said string) Edit {
	before := d.Text()
	if d.options.NoDelete {
		d.now.body, d.now.floor = before, len(before)
	}
	start, kept := d.now, 0
	for _, p := range d.phrases.parse(said) {
		switch {
		case p.kind != scratch:
			d.now.add(p, d.options.Capitalise)
		case d.now != start: // there is something of this utterance
			d.now = start
		case d.options.NoDelete:
			kept = d.lastLength()
		default:
			d.takeBack()
			start = d.now
		}
	}
	if d.now != start {
		d.past = append(d.past, undoTo(start, d.now.body))
	}
	edit := change(before, d.Text())
	edit.Kept = kept
	return edit
}

// takeBack undoes the last utterance, if there is one.
func (d *Dictation) takeBack() {
	if last := len(d.past) - 1; last >= 0 {
		d.now = d.past[last].apply(d.now)
		d.past = d.past[:last]
	}
}

// lastLength is how many characters the last utterance added.
func (d *Dictation) lastLength() int {
	if len(d.past) == 0 {
		return 0
	}
	return utf8.RuneCountInString(d.now.body[d.past[len(d.past)-1].keep:])
}

// change is the shortest edit at the end that makes before into after.
func change(before, after string) Edit {
	same := commonPrefix(before, after)
	return Edit{Delete: utf8.RuneCountInString(before[same:]), Insert: after[same:]}
}

// commonPrefix is the length in bytes of the whole characters with which both
// texts begin.
func commonPrefix(a, b string) int {
	if strings.HasPrefix(b, a) { // nearly always, and quickly found
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
