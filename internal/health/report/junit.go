package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"voiceflow/internal/health/check"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

// The elements of JUnit XML that CI servers agree on.
type (
	testSuites struct {
		XMLName  xml.Name    `xml:"testsuites"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Suites   []testSuite `xml:"testsuite"`
	}
	testSuite struct {
		Name      string     `xml:"name,attr"`
		Tests     int        `xml:"tests,attr"`
		Failures  int        `xml:"failures,attr"`
		Time      string     `xml:"time,attr"`
		Timestamp string     `xml:"timestamp,attr"`
		Cases     []testCase `xml:"testcase"`
	}
	testCase struct {
		Name      string    `xml:"name,attr"`
		ClassName string    `xml:"classname,attr"`
		Time      string    `xml:"time,attr"`
		Failures  []failure `xml:"failure"`
		Out       string    `xml:"system-out,omitempty"`
	}
	failure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a test case for everything that was judged. A critical
// finding is a failure; JUnit has no warnings, so a warning goes to the case's
// output.
func writeJUnit(w io.Writer, r *check.Report) error {
	all := testSuites{Name: "voiceflow"}
	for _, c := range cases(r) {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != c.Suite {
			all.Suites = append(all.Suites, testSuite{Name: c.Suite, Timestamp: r.Time.Format("2006-01-02T15:04:05")})
		}
		s := &all.Suites[len(all.Suites)-1]
		tc := testCase{
			Name: prose.Line(c.Name), ClassName: "voiceflow." + c.Suite,
			Time: fmt.Sprintf("%.3f", c.Took.Seconds()),
		}
		for _, f := range r.Findings {
			if f.Suite != c.Suite || caseOf(f) != c.Name {
				continue
			}
			if f.Status == verdict.Critical {
				tc.Failures = append(tc.Failures, failure{prose.Line(f.What), f.Check, prose.Line(f.Remedy)})
			} else {
				tc.Out += prose.Line(fmt.Sprintf("%s %s: %s; %s", f.Status, f.Check, f.What, f.Remedy)) + "\n"
			}
		}
		s.Tests++
		if len(tc.Failures) > 0 {
			s.Failures++
		}
		s.Cases = append(s.Cases, tc)
	}
	for i := range all.Suites {
		s := &all.Suites[i]
		total := 0.0
		for _, c := range r.Cases {
			if c.Suite == s.Name {
				total += c.Took.Seconds()
			}
		}
		s.Time = fmt.Sprintf("%.3f", total)
		all.Tests += s.Tests
		all.Failures += s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// cases returns the cases of the report by suite, and adds one for each finding
// that belongs to none of them.
func cases(r *check.Report) []check.Case {
	var order []string
	bySuite := map[string][]check.Case{}
	seen := map[[2]string]bool{}
	add := func(c check.Case) {
		if _, ok := bySuite[c.Suite]; !ok {
			order = append(order, c.Suite)
		}
		if key := [2]string{c.Suite, c.Name}; !seen[key] {
			seen[key] = true
			bySuite[c.Suite] = append(bySuite[c.Suite], c)
		}
	}
	for _, c := range r.Cases {
		add(c)
	}
	for _, f := range r.Findings {
		add(check.Case{Suite: f.Suite, Name: caseOf(f)})
	}
	var all []check.Case
	for _, s := range order {
		all = append(all, bySuite[s]...)
	}
	return all
}

// caseOf returns the name of the case that a finding belongs to.
func caseOf(f check.Finding) string {
	if f.Subject != "" {
		return f.Subject
	}
	return f.Check
}
