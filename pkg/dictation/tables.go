package dictation

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"voiceflow/pkg/language"
)

//go:embed commands
var tables embed.FS

// Languages returns the codes of the languages that have a built-in table of
// commands.
func Languages() []string {
	files, _ := tables.ReadDir("commands") // cannot fail: it is embedded
	var codes []string
	for _, f := range files {
		codes = append(codes, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return codes
}

// CommandTable returns the built-in table of a language as a TOML file that users
// can copy and change. The language is a name that package language accepts, such
// as "en", "en-GB" or "English".
func CommandTable(name string) ([]byte, error) {
	code, _ := language.Code(name)
	if !slices.Contains(Languages(), code) {
		return nil, fmt.Errorf("no built-in commands for the language %q: choose one of %s, or use a command file",
			name, strings.Join(Languages(), ", "))
	}
	return tables.ReadFile("commands/" + code + ".toml")
}

// commandTable is the format of a table of commands; en.toml explains it.
type commandTable struct {
	Literal []spoken          `toml:"literal"`
	Scratch []spoken          `toml:"scratch"`
	Remove  []spoken          `toml:"remove"`
	Close   map[string]insert `toml:"close"`
	Open    map[string]insert `toml:"open"`
	Join    map[string]insert `toml:"join"`
	Apart   map[string]insert `toml:"apart"`

	// The context in which a command is a word.
	Adjectives []spoken            `toml:"adjectives"`
	Clauses    []spoken            `toml:"clauses"`
	WordAfter  map[string][]spoken `toml:"word-after"`
	WordWithin map[string][]spoken `toml:"word-within"`
	WordBefore map[string][]spoken `toml:"word-before"`
	NotAfter   map[string][]spoken `toml:"not-after"`
	NotBefore  map[string][]spoken `toml:"not-before"`
	Pair       map[string][]spoken `toml:"pair"`
}

const commandFormat = `the lists literal, scratch, remove, adjectives and clauses come first, ` +
	`then lines "phrase" = "text" under [close], [open], [join] or [apart], ` +
	`and lines "phrase" = ["word"] under [word-after], [word-within], [word-before], [not-after], [not-before] or [pair]`

// replaceTable is the format of a file of replacements and words.
type replaceTable struct {
	Replace map[string]insert `toml:"replace"`
	Words   struct {
		List []spoken `toml:"list"`
	} `toml:"words"`
}

const replaceFormat = `write lines "phrase" = "text" under [replace], and list = ["Word"] under [words]`

// loadGrammar reads everything that the options select. A command in a later file
// overrides an earlier one; the package comment describes the other rules.
func loadGrammar(o Options) (*grammar, error) {
	g := &grammar{context: newContext()}
	all := map[string]phrase{}
	if o.Commands != "" {
		data, err := CommandTable(o.Commands)
		if err != nil {
			return nil, err
		}
		f := file{contents: "built-in commands", path: o.Commands, format: commandFormat, data: data}
		if err := f.commands(all, g.context, false); err != nil {
			return nil, err
		}
	}
	if o.CommandFile != "" {
		f, err := readFile("commands", o.CommandFile, commandFormat)
		if err == nil {
			err = f.commands(all, g.context, true)
		}
		if err != nil {
			return nil, err
		}
	}
	if o.ReplaceFile != "" {
		f, err := readFile("replacements", o.ReplaceFile, replaceFormat)
		if err == nil {
			err = f.replacements(all)
		}
		if err != nil {
			return nil, err
		}
	}
	g.phrases = newPhrases(all)
	var err error
	g.numbers, err = numbersOf(o.Numbers)
	return g, err
}

// commands adds the commands of a table to all, and its lists to the context. own means
// that the table is the user's.
func (f file) commands(all map[string]phrase, c *context, own bool) error {
	var t commandTable
	if err := f.decode(&t); err != nil {
		return err
	}
	for _, s := range t.Remove {
		delete(all, foldPhrase(s.text))
	}
	defined := map[string]bool{}
	lists := []struct {
		name  string
		kind  kind
		lines map[string]insert
	}{
		{"literal", literal, asLines(t.Literal)}, {"scratch", scratch, asLines(t.Scratch)},
		{"close", closing, t.Close}, {"open", opening, t.Open}, {"join", joining, t.Join}, {"apart", apart, t.Apart},
	}
	for _, l := range lists {
		if err := f.add(all, defined, l.name, phrase{kind: l.kind, own: own}, l.lines); err != nil {
			return err
		}
	}
	c.extend(&t)
	return nil
}

func asLines(list []spoken) map[string]insert {
	lines := map[string]insert{}
	for _, s := range list {
		lines[s.text] = insert{}
	}
	return lines
}

// replacements adds the replacements and custom words of a file to all.
func (f file) replacements(all map[string]phrase) error {
	var t replaceTable
	if err := f.decode(&t); err != nil {
		return err
	}
	spellings := map[string]string{}
	for _, s := range t.Words.List {
		spelling := strings.Join(strings.Fields(s.text), " ")
		folded := foldPhrase(spelling)
		if other := spellings[folded]; other != "" && other != spelling {
			return fmt.Errorf("%s %s: the words %q and %q differ in case only: remove one",
				f.contents, f.path, other, spelling)
		}
		spellings[folded] = spelling
		if _, isCommand := all[folded]; !isCommand {
			all[folded] = phrase{kind: word, text: spelling}
		}
	}
	return f.add(all, map[string]bool{}, "replace", phrase{kind: replace}, t.Replace)
}

// add adds the lines of one section to all. defined contains the phrases of this
// file's earlier sections.
func (f file) add(
	all map[string]phrase, defined map[string]bool, section string, like phrase, lines map[string]insert,
) error {
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		if err := checkLength(key); err != nil {
			return fmt.Errorf("%s %s: %w", f.contents, f.path, err)
		}
		folded := foldPhrase(key)
		if !strings.ContainsFunc(folded, isWordRune) {
			return fmt.Errorf("%s %s%s: the phrase %q in %s has no letter or digit: spell it the way it is spoken",
				f.contents, f.path, f.place(key), key, section)
		}
		if defined[folded] {
			return fmt.Errorf("%s %s%s: the phrase %q in %s is defined twice, ignoring case: remove one",
				f.contents, f.path, f.place(key), key, section)
		}
		defined[folded] = true
		like.text = lines[key].text
		all[folded] = like
	}
	return nil
}
