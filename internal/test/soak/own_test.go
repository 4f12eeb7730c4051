//go:build linux

package soak

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestJudge: no loss goes unnoticed, and no false alarm.
func TestJudge(t *testing.T) {
	said := []string{"one", "two", "three"}
	ends := func(code int) [stages]int { return [stages]int{paste: code} }
	for name, tt := range map[string]struct {
		a    account
		want verdict
	}{
		"all words":                 {account{delivered: said}, whole},
		"all words, although":       {account{harm: "kill", delivered: said}, whole},
		"a false alarm":             {account{delivered: said, codes: ends(1)}, broken},
		"a loss":                    {account{delivered: said[:2]}, broken},
		"a loss with an error":      {account{delivered: said[:2], codes: ends(1)}, broken},
		"a wrong word":              {account{delivered: []string{"one", "two", "tree"}}, broken},
		"a report":                  {account{harm: "kill", delivered: said[:2], arrived: said[:2], codes: ends(1)}, reported},
		"no report":                 {account{harm: "kill", delivered: said[:2], arrived: said[:2]}, broken},
		"only the shell knows":      {account{harm: "kill", delivered: said[:2], arrived: said[:2], codes: [stages]int{vad: -1}}, broken},
		"nothing was written":       {account{harm: "kill", codes: [stages]int{vad: -1}, silent: true}, reported},
		"PCM has no end":            {account{harm: "kill", delivered: said[:2], arrived: said[:2], codes: [stages]int{-1}, pcm: true}, reported},
		"doubled":                   {account{harm: "kill", delivered: []string{"one", "one"}, arrived: []string{"one", "one"}, codes: ends(1)}, broken},
		"disordered":                {account{harm: "kill", delivered: []string{"two", "one"}, arrived: []string{"two", "one"}, codes: ends(1)}, broken},
		"arrived, not delivered":    {account{harm: "kill", delivered: said[:1], arrived: said[:2], codes: ends(1)}, broken},
		"vf-paste was killed":       {account{harm: "kill", delivered: said[:1], arrived: said[:2], codes: ends(-1), cutAfter: true}, reported},
		"taken, but never answered": {account{harm: "kill", delivered: said[:1], arrived: said[:1], codes: ends(1), unanswered: 1}, broken},
		"it hangs":                  {account{harm: "kill", delivered: said, hung: true}, broken},
		"the service says so":       {account{harm: "kill", delivered: said[:1], arrived: said[:1], codes: ends(1), service: true}, reported},
		"the service says nothing":  {account{harm: "kill", delivered: said[:1], arrived: said[:1], service: true}, broken},
	} {
		tt.a.spoken = said
		if got, why := judge(tt.a); got != tt.want {
			t.Errorf("%s: %s (%s), want %s", name, got, why, tt.want)
		}
	}
}

// TestTrend: a leak is found in the noise, and noise is not a leak.
func TestTrend(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		leak, noise float64 // MB per second, MB
		want        bool
	}{{0, 1, false}, {0, 30, false}, {0.01, 1, false}, {0.1, 1, true}, {0.3, 10, true}, {-1, 1, false}} {
		var points []point
		for i := range 200 {
			points = append(points, point{float64(i), 100 + tt.leak*float64(i) + tt.noise*r.NormFloat64()})
		}
		if l := fit(settled(points)); l.grows(limits["MB"]) != tt.want {
			t.Errorf("%+v: rise %.1f MB, noise %.1f MB: grows %v", tt, l.rise(), l.noise, !tt.want)
		}
	}
	if fit(nil).grows(1) {
		t.Error("nothing grows")
	}
}

// TestPlansAreRepeatable: a seed and a number make the same session again, and every kind
// of mishap has its turn.
func TestPlansAreRepeatable(t *testing.T) {
	seen := map[string]int{}
	for n := range 500 {
		s := &settings{seed: 7}
		a, b := newPlan(s.random(n)), newPlan(s.random(n))
		if a.String() != b.String() {
			t.Fatalf("session %d: %v, then %v", n, a, b)
		}
		for _, e := range a.mishaps {
			e.done = true
		}
		for _, kind := range a.kinds() {
			seen[kind]++
		}
	}
	for _, kind := range append([]string{"nothing", "full disk", "little memory", "server"}, kinds...) {
		if seen[kind] < 10 {
			t.Errorf("%s in %d of 500 sessions", kind, seen[kind])
		}
	}
}

// TestPromises: the tests that docs/reliability.md names exist.
func TestPromises(t *testing.T) {
	page, err := os.ReadFile("../../../docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, folder := range []string{"cmd", "internal", "pkg"} {
		err := filepath.WalkDir(filepath.Join("../../..", folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			tests.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	names := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(page), -1)
	for _, name := range names {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("there is no test %s", name[1])
		}
	}
	if len(names) < 20 {
		t.Errorf("the page names %d tests", len(names))
	}
}
