package exitcode

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestDocumented(t *testing.T) {
	docs, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	want := &strings.Builder{}
	fmt.Fprint(want, "## Exit codes\n\n| code | |\n|---|---|\n")
	for _, m := range Meanings() {
		fmt.Fprintf(want, "| %d | %s |\n", m.Code, m.Text)
	}
	fmt.Fprintf(want, "\nOnly vf-health is different, and returns what monitoring systems expect:\n%d OK, %d WARNING, %d CRITICAL, %d UNKNOWN.\n", Healthy, Warning, Critical, Unknown)
	if !strings.Contains(string(docs), want.String()) {
		t.Errorf("docs/formats.md does not have this table:\n%s", want)
	}
}
