//go:build !race

// The race detector makes reading a day twenty times slower, so make test runs this test
// without it.

package dashboard

import (
	"strings"
	"testing"
	"time"
)

// A day of 100,000 utterances opens within a second on an idle machine; the bound
// here allows for a busy one.
func TestPageOpensQuickly(t *testing.T) {
	folder := writeDay(t, 100_000, 24*time.Hour)
	b := newTab(t, "http://127.0.0.1")
	begun := time.Now()
	address := serve(t, Options{Logs: folder})
	b.host = strings.TrimPrefix(address, "http://")
	b.open(address)
	t.Logf("drawn %v after the start, %s ms after the page was requested", time.Since(begun), eval[string](b, `document.documentElement.dataset.drawn`))
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("the page took %v", took)
	}
	b.open(address)
	t.Logf("drawn %s ms after the page was requested again, with the logs read", eval[string](b, `document.documentElement.dataset.drawn`))
	if text := eval[string](b, `document.getElementById("day").innerText`); !strings.Contains(text, "100000") {
		t.Errorf("not all utterances: %q", text)
	}
}
