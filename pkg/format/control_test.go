package format_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// TestNoControls: whatever a transcript has in its text and its words, no format has a
// control character that is never text, and those in JSON read back as they are.
func TestNoControls(t *testing.T) {
	for r := rune(0); r <= 0x9f; r++ {
		if !unicode.IsControl(r) {
			continue
		}
		text := "one" + string(r) + "two"
		word := event.Word{Word: text, Start: 0, End: 1}
		for _, s := range []event.Segment{
			{Start: 0, End: 1, Text: text},
			{Start: 0, End: 1, Text: text, Words: []event.Word{word}, Spoken: []event.Word{word}},
		} {
			tr := &event.Transcript{ID: 1, File: text, End: 1, Text: text, Model: text, Segments: []event.Segment{s}}
			for _, name := range format.Names() {
				var out bytes.Buffer
				if err := format.Write(&out, name, tr); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(name, "json") {
					var back struct{ Text string }
					if err := json.Unmarshal(out.Bytes(), &back); err != nil || back.Text != text {
						t.Errorf("%s, %U: %q, %v", name, r, back.Text, err)
					}
					continue
				}
				plain := strings.ReplaceAll(out.String(), "\n", "")
				if name == "tsv" {
					plain = strings.ReplaceAll(plain, "\t", "")
				}
				if strings.ContainsFunc(plain, unicode.IsControl) {
					t.Errorf("%s, %U: %q", name, r, out.String())
				}
			}
		}
		if line := format.Line(text); line != "one two" && line != "onetwo" {
			t.Errorf("Line(%q) = %q", text, line)
		}
	}
}
