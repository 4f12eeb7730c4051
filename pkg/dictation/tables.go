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
	// The folder is part of the program, so that it can be read.
	files, _ := tables.ReadDir("commands")
	var codes []string
	for _, f := range files {
		codes = append(codes, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return codes
}

// CommandTable returns the built-in table of a language as a user can copy and
// change it. The language is named as package language
// understands it, such as "en", "en-GB" or "English".
func CommandTable(name string) ([]byte, error) {
	code, _ := language.Code(name)
	if !slices.Contains(Languages(), code) {
		return nil, fmt.Errorf("no built-in commands for the language %q: want one of %s, or a command file",
			name, strings.Join(Languages(), ", "))
	}
	return tables.ReadFile("commands/" + code + ".toml")
}

// commandTable is the form of a table of commands; en.toml tells what is what.
type commandTable struct {
	Literal []spoken          `toml:"literal"`
	Scratch []spoken          `toml:"scratch"`
	Remove  []spoken          `toml:"remove"`
	Close   map[string]insert `toml:"close"`
	Open    map[string]insert `toml:"open"`
	Join    map[string]insert `toml:"join"`
	Apart   map[string]insert `toml:"apart"`
}

const commandForm = `want the lists literal, scratch and remove, then lines "phrase" = "text" below [close], [open], [join] or [apart]`

// replaceTable is the form of a file of replacements and words.
type replaceTable struct {
	Replace map[string]insert `toml:"replace"`
	Words   struct {
		List []spoken `toml:"list"`
	} `toml:"words"`
}

const replaceForm = `want lines "phrase" = "text" below [replace], and list = ["Word"] below [words]`

// loadPhrases reads all phrases that the options ask for. A command is as the
// file read last says; see the package for what else wins.
func loadPhrases(o Options) (phrases, error) {
	all := map[string]phrase{}
	if o.Commands != "" {
		data, err := CommandTable(o.Commands)
		if err != nil {
			return nil, err
		}
		f := file{what: "built-in commands", path: o.Commands, form: commandForm, data: data}
		if err := f.commands(all); err != nil {
			return nil, err
		}
	}
	if o.CommandFile != "" {
		f, err := readFile("commands", o.CommandFile, commandForm)
		if err == nil {
			err = f.commands(all)
		}
		if err != nil {
			return nil, err
		}
	}
	if o.ReplaceFile != "" {
		f, err := readFile("replacements", o.ReplaceFile, replaceForm)
		if err == nil {
			err = f.replacements(all)
		}
		if err != nil {
			return nil, err
		}
	}
	return newPhrases(all), nil
}

// commands adds the commands of a table to all.
func (f file) commands(all map[string]phrase) error {
	var t commandTable
	if err := f.decode(&t); err != nil {
		return err
	}
	for _, s := range t.Remove {
		delete(all, foldPhrase(s.text))
	}
	here := map[string]bool{}
	lists := []struct {
		name  string
		kind  kind
		lines map[string]insert
	}{
		{"literal", literal, asLines(t.Literal)}, {"scratch", scratch, asLines(t.Scratch)},
		{"close", closing, t.Close}, {"open", opening, t.Open}, {"join", joining, t.Join}, {"apart", apart, t.Apart},
	}
	for _, l := range lists {
		if err := f.add(all, here, l.name, l.kind, l.lines); err != nil {
			return err
		}
	}
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
		said := foldPhrase(spelling)
		if other := spellings[said]; other != "" && other != spelling {
			return fmt.Errorf("%s %s: the words %q and %q differ in case only: leave one out",
				f.what, f.path, other, spelling)
		}
		spellings[said] = spelling
		if _, isCommand := all[said]; !isCommand {
			all[said] = phrase{kind: word, text: spelling}
		}
	}
	return f.add(all, map[string]bool{}, "replace", replace, t.Replace)
}

// add adds the lines of one section to all; here are the phrases of the
// sections of this file so far.
func (f file) add(all map[string]phrase, here map[string]bool, section string, k kind, lines map[string]insert) error {
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		said := foldPhrase(key)
		if !strings.ContainsFunc(said, isWordRune) {
			return fmt.Errorf("%s %s%s: the phrase %q in %s has no letter or digit: write it as it is spoken",
				f.what, f.path, f.place(key), key, section)
		}
		if here[said] {
			return fmt.Errorf("%s %s%s: the phrase %q in %s is there twice, in whatever case: leave one out",
				f.what, f.path, f.place(key), key, section)
		}
		here[said] = true
		all[said] = phrase{kind: k, text: lines[key].text}
	}
	return nil
}
