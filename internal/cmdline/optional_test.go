package cmdline

import (
	"slices"
	"strings"
	"testing"
)

func TestOptionalValues(t *testing.T) {
	optional := map[string]OptionalValue{
		"connect": {Default: "auto", Is: func(s string) bool { return strings.Contains(s, ":") }},
	}
	for _, tt := range []struct{ args, want string }{
		{"prog --connect", "prog --connect=auto"},
		{"prog --connect talk.wav", "prog --connect=auto talk.wav"},
		{"prog --connect host:80 talk.wav", "prog --connect host:80 talk.wav"},
		{"prog --connect=host:80", "prog --connect=host:80"},
		{"prog -r --connect -f text", "prog -r --connect=auto -f text"},
		{"prog -- --connect", "prog -- --connect"},
	} {
		if got := strings.Join(withValues(strings.Fields(tt.args), optional), " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.args, got, tt.want)
		}
	}
	if got := withValues([]string{"prog", ""}, optional); !slices.Equal(got, []string{"prog", ""}) {
		t.Errorf("%q", got)
	}
}
