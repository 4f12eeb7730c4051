package corpus

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// writeTable writes one line per sentence: its start and end in seconds and its words,
// separated by tabs. The file only gets its final name when it is complete.
func writeTable(file string, spoken []Spoken) error {
	var b bytes.Buffer
	for _, s := range spoken {
		fmt.Fprintf(&b, "%.4f\t%.4f\t%s\n", s.Start, s.End, s.Text)
	}
	if err := os.WriteFile(file+".part", b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}

func readTable(file string) ([]Spoken, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spoken []Spoken
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s:%d: %d fields instead of 3; delete the file to generate it again",
				file, len(spoken)+1, len(fields))
		}
		start, err1 := strconv.ParseFloat(fields[0], 64)
		end, err2 := strconv.ParseFloat(fields[1], 64)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%s:%d: invalid times %q and %q; delete the file to generate it again",
				file, len(spoken)+1, fields[0], fields[1])
		}
		spoken = append(spoken, Spoken{Start: start, End: end, Text: fields[2]})
	}
	return spoken, nil
}

// Words returns everything said, one sentence per line.
func (l *Long) Words() string {
	var b strings.Builder
	for _, s := range l.Spoken {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}
