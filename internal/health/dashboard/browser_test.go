package dashboard

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"voiceflow/internal/health/metrics"
)

// tab is a browser tab that records what should not happen.
type tab struct {
	context.Context
	t    *testing.T
	host string // of the page; requests to any other host are faults

	mu     sync.Mutex
	faults []string // the browser's complaints, requests to other hosts
}

// openPage opens a page in Chromium and waits until its charts are drawn.
func openPage(t *testing.T, address string) *tab {
	t.Helper()
	b := newTab(t, address)
	b.open(address)
	return b
}

// open waits until the charts are drawn.
func (b *tab) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address + "/"))
	b.wait("the charts", `document.documentElement.dataset.drawn`)
}

func newTab(t *testing.T, address string) *tab {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("Chromium is not installed, and CI must run this test")
		}
		t.Skip("Chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.WindowSize(1280, 900))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox does not work for root
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{Context: ctx, t: t, host: u.Host}
	b.do() // starts the browser outside any time limit
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, fault := range b.faults {
			t.Error(fault)
		}
	})
	return b
}

func (b *tab) watch(event any) {
	fault := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Host != b.host {
			fault = "request to another host: " + e.Request.URL
		}
	case *log.EventEntryAdded:
		fault = fmt.Sprintf("browser log: %s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL)
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		fault = fmt.Sprintf("console: %s, %d values", e.Type, len(e.Args))
	}
	if fault != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.faults = append(b.faults, fault)
	}
}

// stepTime is how long a step in the browser may take.
const stepTime = 30 * time.Second

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns the value of a script.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, stepTime)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// wait waits for a script to be true. chromedp's own way of waiting compiles a
// function from text, which the page's policy forbids.
func (b *tab) wait(what, script string) {
	b.t.Helper()
	for deadline := time.Now().Add(stepTime); !eval[bool](b, "!!("+script+")"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("timed out waiting for %s; the page shows:\n%s", what, eval[string](b, "document.body.innerText"))
		}
	}
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// look saves a screenshot if DASHBOARD_PICTURES names a folder.
func (b *tab) look(name string) {
	b.t.Helper()
	folder := os.Getenv("DASHBOARD_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) size(width, height int64, theme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.t.Fatal(err)
	}
}

func TestPageIsLive(t *testing.T) {
	folder := writeDay(t, 3000, 26*time.Hour)
	history := filepath.Join(t.TempDir(), "checks.jsonl")
	if err := os.WriteFile(history, []byte(`{"time":"2026-11-24T03:00:00Z","status":"WARNING","summary":"slow","cases":[1,2]}`+"\n{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := openPage(t, serve(t, Options{Logs: folder, Checks: history}))
	b.look("first")
	for _, id := range []string{"latency", "processing", "speed", "memory", "cpu"} {
		if n := eval[int](b, fmt.Sprintf(`document.querySelector('[aria-labelledby="chart-%s"] .line').getAttribute("d").split("L").length`, id)); n < 50 {
			t.Errorf("the chart of %s has %d points", id, n)
		}
	}
	if n := eval[int](b, `document.querySelectorAll('[aria-labelledby="chart-utterances"] .bar').length`); n < 90 {
		t.Errorf("the chart of utterances has %d bars", n)
	}
	if text := eval[string](b, `document.getElementById("checks").innerText`); !strings.Contains(text, "WARNING\tslow") {
		t.Errorf("checks: %q", text)
	}
	if text := eval[string](b, `document.getElementById("day").innerText`); !strings.Contains(text, "from the day before") {
		t.Errorf("no trend: %q", text)
	}
	appendLog(t, folder, utterance(4242, time.Now(), 0.5))
	b.wait("the utterance", `document.getElementById("recent").innerText.includes("utterance 4242")`)
	if text := eval[string](b, `document.getElementById("alerts").innerText`); !strings.Contains(text, "None") {
		t.Errorf("alerts: %q", text)
	}
	for i := range 25 {
		appendLog(t, folder, utterance(5000+i, time.Now(), 4))
	}
	appendLog(t, folder, line(time.Now(), "warn", "vf-record", `"message":"<img src=x onerror=alert(1)>"`))
	b.wait("the alert", `document.querySelector("#alerts .critical")?.innerText.includes("takes 4.0 s")`)
	b.wait("the announcement of the alert",
		`document.querySelector("[aria-live=polite]").textContent.startsWith("critical: recognising an utterance takes")`)
	b.wait("the problem", `document.getElementById("problems").innerText.includes("<img src=x")`)
	b.look("alert")
	b.click("#pause")
	appendLog(t, folder, utterance(6000, time.Now(), 4))
	b.click("#pause")
	b.wait("the stream to resume", `document.getElementById("recent").innerText.includes("utterance 6000")`)
	b.click(`[name=range][value="7d"]`)
	b.wait("the week", `document.getElementById("charts-title").innerText.includes("7 days")`)
	b.look("week")
	b.click(`[name=range][value="1h"]`)
	b.wait("the hour", `document.getElementById("charts-title").innerText.includes("last hour")`)
	b.look("hour")
}

// The page shows the programs that run, folds those that ended, groups equal messages, and
// says what a check found wrong.
func TestPageShowsWhatMatters(t *testing.T) {
	folder, now := writeDay(t, 300, 3*time.Hour), time.Now()
	say := func(program string, pid int, fields string) {
		text := line(now, "error", program, fields)
		appendLog(t, folder, strings.Replace(text, `"pid":4711`, fmt.Sprintf(`"pid":%d`, pid), 1))
	}
	for pid := range 30 {
		say("vf-vad", 100+pid, `"event":"started","message":"started"`)
		say("vf-vad", 100+pid, `"event":"stopped","exit_code":0,"message":"stopped"`)
	}
	say("vf-paste", 200, `"event":"delivery","id":1,"method":"x11","message":"delivered"`)
	say("vf-record", 201, `"event":"started","message":"started"`)
	say("vf-record", 201, `"event":"device_lost","message":"the microphone is gone"`)
	for range 5 {
		say("vf-paste", 200, `"message":"no window takes the text"`)
	}
	history := filepath.Join(t.TempDir(), "checks.jsonl")
	if err := os.WriteFile(history, []byte(`{"time":"2026-11-24T03:00:00Z","status":"CRITICAL","summary":"3 recordings",`+
		`"findings":[{"status":"WARNING","what":"slow"},{"status":"CRITICAL","subject":"a.wav","what":"words are missing"}]}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := openPage(t, serve(t, Options{Logs: folder, Checks: history}))
	text := func(id string) string {
		return eval[string](b, fmt.Sprintf(`document.getElementById(%q).innerText`, id))
	}
	if got := text("programs"); strings.Contains(got, "vf-vad") || !strings.Contains(got, "microphone lost") ||
		!strings.Contains(got, "vf-paste\t200\trunning\t1\t") {
		t.Errorf("programs: %q", got)
	}
	if got := text("ended-title"); got != "31 that ended, 1 of them with an error" {
		t.Errorf("ended: %q", got)
	}
	if got := text("problems"); strings.Count(got, "no window takes the text") != 1 || !strings.Contains(got, "no window takes the text\t5\t") {
		t.Errorf("problems: %q", got)
	}
	if got := text("checks"); !strings.Contains(got, "a.wav: words are missing\nslow\n") {
		t.Errorf("checks: %q", got)
	}
	if got := eval[int](b, `document.querySelectorAll("#ended tbody tr").length`); got != 8 {
		t.Errorf("%d ended programs are shown before the user asks for all", got)
	}
	eval[any](b, `document.getElementById("ended-fold").open = true`)
	b.click(`[data-more="ended"]`)
	b.wait("all ended programs", `document.querySelectorAll("#ended tbody tr").length === 31`)
	eval[any](b, `(() => {
		const plot = document.querySelector('[aria-labelledby="chart-latency"]'), at = plot.getBoundingClientRect();
		plot.dispatchEvent(new PointerEvent("pointermove", {clientX: at.right - 20, clientY: at.top + 20}));
	})()`)
	if got := eval[string](b, `document.querySelector(".tip:not([hidden])").innerText`); !strings.Contains(got, "median: 0.") {
		t.Errorf("values under the pointer: %q", got)
	}
	if names := eval[int](b, `new Set([...document.querySelectorAll("figure summary")].map(e => e.ariaLabel)).size`); names != 8 {
		t.Errorf("%d names for 8 tables of values", names)
	}
	b.look("programs")
}

//go:embed testdata/accessible.js
var accessible string

func TestPageIsAccessible(t *testing.T) {
	folder := writeDay(t, 2000, 26*time.Hour)
	for i := range 25 { // alerts of both kinds, a gone process, a long name
		appendLog(t, folder, utterance(5000+i, time.Now(), 2.2))
	}
	appendLog(t, folder, line(time.Now(), "error", "vf-paste", `"message":"`+strings.Repeat("no window takes the text ", 12)+`"`))
	b := openPage(t, serve(t, Options{Logs: folder, Alive: func(string, int) bool { return false }}))
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 360} {
			b.size(width, 800, theme)
			eval[any](b, `document.querySelectorAll("details").forEach(d => d.open = true)`)
			b.wait("the tables", `document.querySelector("details tbody tr")`)
			for _, fault := range eval[[]string](b, accessible) {
				t.Errorf("%s, %d wide: %s", theme, width, fault)
			}
			eval[any](b, `document.querySelectorAll("details").forEach(d => d.open = false)`)
			b.look(fmt.Sprintf("%s-%d", theme, width))
		}
	}
	// The toggle overrides the system's preference.
	ground := `getComputedStyle(document.body).backgroundColor`
	dark := eval[string](b, ground)
	b.click("#theme")
	if light := eval[string](b, ground); light == dark {
		t.Errorf("light has the background of dark: %s", light)
	}
	b.click("#theme")
	if got := eval[string](b, ground); got != dark {
		t.Errorf("dark is %s, want %s", got, dark)
	}
}

// Every control can be reached with the Tab key, and the focus is visible.
func TestPageByKeyboard(t *testing.T) {
	b := openPage(t, serve(t, Options{Logs: writeDay(t, 500, time.Hour)}))
	reached := map[string]bool{}
	for range 60 {
		b.do(chromedp.KeyEvent(kb.Tab))
		got := eval[[2]string](b, `(() => { const e = document.activeElement, shown = e.matches("[type=radio]") ? e.nextElementSibling : e;
			return [e.id || e.name || e.getAttribute("href") || e.dataset?.more || e.getAttribute("aria-labelledby") || e.getAttribute("aria-label") || e.tagName + e.className,
				getComputedStyle(shown).outlineStyle] })()`)
		if got[0] == "BODY" {
			break
		}
		if got[1] == "none" {
			t.Errorf("the focus on %s is invisible", got[0])
		}
		reached[got[0]] = true
	}
	for _, want := range []string{"range", "pause", "theme", "programs-title", "recent-title", "ended-title", "problems-title",
		"Memory: values as a table", "Queue: values as a table"} {
		if !reached[want] {
			t.Errorf("%s cannot be reached: %v", want, reached)
		}
	}
	b.do(chromedp.Focus(chromedp.CSS(`[name=range][value="24h"]`)), chromedp.KeyEvent(kb.ArrowRight))
	b.wait("the week", `document.getElementById("charts-title").innerText.includes("7 days")`)
}

// For a missing folder, the page says what to do.
func TestPageWithoutLogs(t *testing.T) {
	b := openPage(t, serve(t, Options{Logs: filepath.Join(t.TempDir(), "none")}))
	b.wait("the hint", `document.getElementById("empty").innerText.includes("vf-health config init")`)
	b.look("empty")
}

// A page shows that its server is gone, and resumes when it is back.
func TestPageOutlivesTheServer(t *testing.T) {
	folder := writeDay(t, 100, time.Hour)
	start := func(address string) (stop func(), at string) {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		o := Options{Logs: folder, Since: time.Now().Add(-24 * time.Hour), Limits: metrics.DefaultLimits()}
		go func() { ended <- New(o).Serve(ctx, l) }()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}, l.Addr().String()
	}
	stop, at := start("127.0.0.1:0")
	b := openPage(t, "http://"+at)
	stop()
	b.wait("the loss of connection", `document.getElementById("status").innerText.includes("no connection")`)
	appendLog(t, folder, utterance(4321, time.Now(), 0.5))
	stop, _ = start(at)
	defer stop()
	b.wait("the server's return", `document.getElementById("status").innerText === "live"`)
	b.wait("what was logged meanwhile", `document.getElementById("recent").innerText.includes("utterance 4321")`)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = slices.DeleteFunc(b.faults, func(fault string) bool { // expected here
		return strings.Contains(fault, "net::ERR_CONNECTION_REFUSED") ||
			strings.Contains(fault, "net::ERR_INCOMPLETE_CHUNKED_ENCODING")
	})
}
