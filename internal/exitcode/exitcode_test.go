package exitcode

import (
	"context"
	"errors"
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

func TestInputError(t *testing.T) {
	stopped := fmt.Errorf("read: %w", context.Canceled)
	if got := InputError("a.wav", stopped); got != stopped {
		t.Errorf("%v, want the error of the one who stops unchanged", got)
	}
	cause := errors.New("no such file")
	var got *Error
	if err := InputError("a.wav", cause); !errors.As(err, &got) || got.Code != Input ||
		err.Error() != "a.wav: no such file" || !errors.Is(err, cause) {
		t.Errorf("%v, %+v", err, got)
	}
	if err := New(NoTarget, nil); err.Error() == "" || errors.Unwrap(err) != nil {
		t.Errorf("%v", err)
	}
}
