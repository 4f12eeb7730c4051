package cmdline

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
)

// Formats of --docs.
const (
	docsMan      = "man"      // manual page, in roff
	docsSettings = "settings" // tables of docs/configuration.md, in Markdown
	docsFiles    = "files"    // a line "COMMAND<tab>FLAG" for each flag that takes a path, for tests
)

// printDocs prints documentation made from the flags.
func (p *program) printDocs(ctx *cli.Context) error {
	text := ""
	switch ctx.String("docs") {
	case docsMan:
		text = manPage(p.command, slices.Concat(p.command.Flags, commonFlags(), builtinFlags()))
	case docsSettings:
		text = p.settingsTable()
	case docsFiles:
		for _, k := range p.flags {
			if k.Path {
				text += k.Command + "\t" + k.Key + "\n"
			}
		}
	default:
		return usage(p.name, WrongValue(ctx, "docs", "use man or settings"))
	}
	_, err := io.WriteString(p.env.Stdout, text)
	return err
}

// settingsTable describes the program's section of the configuration file, without
// the keys that all programs share, and lists the flags that are not keys.
func (p *program) settingsTable() string {
	own := slices.DeleteFunc(slices.Clone(p.flags), func(k knownFlag) bool {
		return slices.ContainsFunc(commonFlags(), func(f cli.Flag) bool { return f.Names()[0] == k.Key })
	})
	var keys []knownFlag
	var only []string
	for _, k := range own {
		if k.isKey() {
			keys = append(keys, k)
			continue
		}
		name := "`--" + k.Key + "`"
		if slices.ContainsFunc(own, func(o knownFlag) bool { return o.Key == k.Key && o.isKey() }) {
			name += " of " + k.Command
		}
		if !slices.Contains(only, name) {
			only = append(only, name)
		}
	}
	text := keyTable(p.name, keys)
	if len(only) > 0 {
		text += "\nOn the command line only: " + strings.Join(only, ", ") + ".\n"
	}
	return text
}

// keyRow is a row of the table of keys.
type keyRow struct{ name, kind, value, meaning string }

// keyTable returns a table with a row for each key. Subcommands whose flags of the
// same name read the same share a row, which names them unless the program itself
// has the flag, too.
func keyTable(program string, keys []knownFlag) string {
	var rows []keyRow
	commands := map[keyRow][]string{}
	for _, k := range keys {
		row := newKeyRow(program, k)
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
		commands[row] = append(commands[row], k.Command)
	}
	var b strings.Builder
	b.WriteString("| key | value | default | meaning |\n|---|---|---|---|\n")
	for _, row := range rows {
		where := ""
		if !slices.Contains(commands[row], "") {
			where = strings.Join(commands[row], ", ") + ": "
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", row.name, row.kind, row.value, where+row.meaning)
	}
	return b.String()
}

func newKeyRow(program string, k knownFlag) keyRow {
	value := markdown(k.Otherwise)
	switch {
	case k.Default != "" && k.Kind == config.Duration:
		value = "`" + shortDuration(k.Default) + "`"
	case k.Default != "":
		value = "`" + k.Default + "`"
	}
	meaning := markdown(k.Usage)
	for _, variable := range k.variables {
		if variable != variableOf(program, k.Key) {
			meaning += " [`$" + variable + "`]" // as help shows it
		}
	}
	return keyRow{k.Key, string(k.Kind), value, meaning}
}

var markdownEscapes = strings.NewReplacer(`|`, `\|`, `*`, `\*`, `[`, `\[`, `<`, `\<`)

// markdown escapes text for the cell of a table.
func markdown(text string) string { return markdownEscapes.Replace(text) }
