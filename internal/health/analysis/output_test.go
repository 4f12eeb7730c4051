package analysis

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

func troubled() *generator {
	p := noon(2)
	for n := range 300 {
		p.trouble(n)
	}
	p.problem("error", "<script>alert(%q)</script> %s", "x", strings.Repeat("a long message ", 20))
	return p
}

func TestText(t *testing.T) {
	for name, p := range map[string]*generator{"trouble": troubled(), "noise": day(1), "one": few(1), "none": few(0)} {
		var b strings.Builder
		if err := p.analysed().WriteText(&b); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(b.String(), "\n") {
			if utf8.RuneCountInString(line) > columns && i > 0 {
				t.Errorf("%s: %d columns: %s", name, utf8.RuneCountInString(line), line)
			}
		}
		if !strings.HasPrefix(b.String(), "VOICEFLOW LOGS: ") || strings.Contains(b.String(), "NaN") {
			t.Errorf("%s: %s", name, b.String())
		}
	}
}

// few is a run with n utterances.
func few(n int) *generator {
	p := generate(1)
	p.start()
	for i := range n {
		p.utterance(i, 8, nil)
	}
	return p
}

func TestJSON(t *testing.T) {
	for _, p := range []*generator{troubled(), few(0), few(1)} {
		data, err := json.Marshal(p.analysed())
		if err != nil {
			t.Fatal(err)
		}
		var r Report
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatal(err)
		}
		if r.Recommendations == nil {
			t.Error("no list of recommendations")
		}
	}
}

// A page is self-contained, escapes text from the logs, and describes its plots in
// words.
func TestHTML(t *testing.T) {
	for name, p := range map[string]*generator{"trouble": troubled(), "one": few(1), "none": few(0)} {
		var b bytes.Buffer
		r := p.analysed()
		if err := r.WriteHTML(&b, metrics.DefaultLimits()); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		for _, bad := range []string{"<script", "<link", "src=", "@import", "url(", "NaN", "ZgotmplZ"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page has %s", name, bad)
			}
		}
		outside := strings.NewReplacer(`xmlns="http://www.w3.org/2000/svg"`, "", `xmlns:xlink="http://www.w3.org/1999/xlink"`, "").Replace(page)
		if strings.Contains(outside, "http://") || strings.Contains(outside, "https://") {
			t.Errorf("%s: the page contains a URL", name)
		}
		if strings.Count(page, "<table>") != strings.Count(page, "<caption>") {
			t.Errorf("%s: a table has no caption", name)
		}
		pictures := strings.Count(page, `role="img" aria-label="`)
		if pictures != strings.Count(page, "<svg ") || name == "trouble" && pictures != 7 {
			t.Errorf("%s: %d plots with a description, %d plots", name, pictures, strings.Count(page, "<svg "))
		}
		if len(page) > 400<<10 {
			t.Errorf("%s: %d bytes", name, len(page))
		}
	}
}

// The page stays small whatever is in the logs.
func TestPageIsBounded(t *testing.T) {
	p := generate(1)
	for n := range 600 {
		p.utterance(n, 8, func(r *logrecord.Record) {
			if n%2 == 0 {
				r.Model = "tiny.en"
			}
		})
		p.problem("error", "%s", strings.Repeat("word", n%300)+" failed")
	}
	var b bytes.Buffer
	if err := p.analysed().WriteHTML(&b, metrics.DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "the newest 100 of 599") || !strings.Contains(b.String(), "the 100 most frequent of") || b.Len() > 500<<10 {
		t.Errorf("%d bytes", b.Len())
	}
}

func TestPlots(t *testing.T) {
	plots, err := troubled().analysed().Plots(metrics.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plots {
		var svg, img bytes.Buffer
		if err := errors.Join(p.WriteSVG(&svg), p.WritePNG(&img)); err != nil {
			t.Fatal(err)
		}
		if picture, err := png.Decode(&img); err != nil || picture.Bounds().Dx() < 1000 {
			t.Errorf("%s: %v", p.Name, err)
		}
		if svg.Len() > 60<<10 || strings.Contains(svg.String(), "NaN") {
			t.Errorf("%s: %d bytes", p.Name, svg.Len())
		}
		dec := xml.NewDecoder(&svg)
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
		}
	}
}

// Years of logs yield no more points than an hour.
func TestSeriesAreBounded(t *testing.T) {
	p := generate(1)
	for n := range 3000 {
		p.utterance(n, 8, nil)
		p.now = p.now.Add(11 * time.Hour)
	}
	for _, line := range p.analysed().Series.Measures {
		if len(line.Points) > maxPoints || len(line.Points) < 10 {
			t.Errorf("%s: %d points", line.Measure, len(line.Points))
		}
	}
}

func TestTicks(t *testing.T) {
	for _, length := range []time.Duration{time.Second, time.Minute, 50 * time.Minute, 9 * time.Hour, 30 * time.Hour,
		5 * 24 * time.Hour, 60 * 24 * time.Hour, 900 * 24 * time.Hour} {
		from := unixSeconds(morning)
		ticks := timeTicks{time.UTC}.Ticks(from, from+length.Seconds())
		if len(ticks) < 2 || len(ticks) > wantedTicks+2 {
			t.Errorf("%v: %d ticks", length, len(ticks))
		}
	}
	for _, most := range []float64{0.003, 1, 7.4, 99, 2100} {
		ticks := roundTicks{whole: false}.Ticks(0, most)
		if len(ticks) < 3 || len(ticks) > 6 || ticks[0].Label == ticks[1].Label {
			t.Errorf("%g: %v", most, ticks)
		}
	}
}

func TestTicksThatCount(t *testing.T) {
	if ticks := (roundTicks{whole: true}).Ticks(0, 1.05); len(ticks) != 2 || ticks[1].Label != "1" {
		t.Errorf("%v", ticks)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 3250 * time.Millisecond: "3.25 s", time.Minute: "1 min", 5*time.Minute + 7*time.Second: "5 min 7 s",
		time.Hour: "1 h", 26*time.Hour + 3*time.Minute: "26 h 3 min", 48 * time.Hour: "2 d", 51 * time.Hour: "2 d 3 h",
	} {
		if got := span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func BenchmarkReport(b *testing.B) {
	p := generate(1)
	for n := range 100000 {
		p.utterance(n, 8, nil)
	}
	for b.Loop() {
		p.analysed()
	}
}
