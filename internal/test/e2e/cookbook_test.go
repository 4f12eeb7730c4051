package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const said = "my brother will call you tomorrow morning"

// cookbook maps a part of each recipe's command to what it must print, or write to a
// file, after the recording that says the sentence said. The recipes run in the order of
// the page.
var cookbook = []struct{ part, file, want string }{
	{part: "jq -c --unbuffered . | vf-paste", want: said},
	{part: "export VOICEFLOW_LISTEN"},
	{part: "voiceflow-dictate", want: said},
	{part: "avg_logprob", want: said},
	{part: "ascii_upcase", want: strings.ToUpper(said)},
	{part: "gsub", want: "my brother call you tomorrow morning"},
	{part: "sed -u", want: "Peter will call you on Friday morning"},
	{part: "export VOICEFLOW_LLM"},
	{part: "voiceflow-rewrite | vf-paste", want: "Correct: " + said},
	{part: "polite", want: "Make: " + said},
	{part: "written.jsonl", file: "written.jsonl", want: `"text":"Correct: ` + said + `"`},
	{part: "said.jsonl written.jsonl", want: said + "\nCorrect: " + said},
	{part: "French", want: "Translate: " + said},
	{part: "mkdir"},
	{part: "while IFS=", want: said},
	{part: "~/said/$(date", want: said},
	{part: "--method exec", file: "~/notes.md", want: "My" + strings.TrimPrefix(said, "my") + "\n"},
	{part: "strflocaltime", file: "~/notes.md", want: "- 00:00 " + said},
}

// languageModel is a stand-in for a language model: it answers with the first word of
// the instruction, and the text.
func languageModel(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Model    string
			Messages []struct{ Role, Content string }
		}
		err := json.NewDecoder(r.Body).Decode(&request)
		if err != nil || r.URL.Path != "/v1/chat/completions" || request.Model == "" || len(request.Messages) != 2 ||
			request.Messages[0].Role != "system" || request.Messages[1].Role != "user" {
			t.Errorf("%s: %+v, %v", r.URL, request, err)
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		if strings.Contains(request.Messages[1].Content, "fail") {
			http.Error(w, "overloaded", http.StatusServiceUnavailable)
			return
		}
		first, _, _ := strings.Cut(request.Messages[0].Content, " ")
		content := "\n " + first + ": " + request.Messages[1].Content + "\n"
		message := map[string]string{"role": "assistant", "content": content}
		_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": message}}})
	}))
	t.Cleanup(server.Close)
	return server
}

// TestCookbook runs the recipes of the cookbook as written, in order, and checks what
// they write.
func TestCookbook(t *testing.T) {
	t.Parallel()
	work, env := freshHome(t, bin)
	home := homeOf(env)
	before := "cd '" + work + "'\n"
	var lines []string
	for _, line := range commandLines(t, filepath.Join(root, "docs/cookbook.md")) {
		if notRun[line] == "" {
			lines = append(lines, line)
		}
	}
	if len(lines) != len(cookbook) {
		t.Fatalf("%d commands, want %d: %q", len(lines), len(cookbook), lines)
	}
	clock := regexp.MustCompile(`\d\d:\d\d`)
	for i, line := range lines {
		recipe := cookbook[i]
		if !strings.Contains(line, recipe.part) {
			t.Fatalf("%s: want %s", line, recipe.part)
		}
		if strings.HasPrefix(line, "export ") {
			before += line + "\n"
			if strings.Contains(line, "VOICEFLOW_LLM") { // the page's port, but this test's server
				before += "VOICEFLOW_LLM=" + languageModel(t).URL + "/v1\n"
			}
			continue
		}
		stdout, stderr, code := shell(t, env, before+line)
		if recipe.file != "" {
			place := filepath.Join(work, recipe.file)
			if name, inHome := strings.CutPrefix(recipe.file, "~/"); inHome {
				place = filepath.Join(home, name)
			}
			text, err := os.ReadFile(place)
			if err != nil {
				t.Error(err)
			}
			stdout = clock.ReplaceAllString(string(text), "00:00")
		}
		if code != 0 || !strings.Contains(stdout, recipe.want) {
			t.Errorf("%s\nexit code %d, %q, want %q: %s", line, code, stdout, recipe.want, stderr)
		}
	}
}

// TestCookbookDoubt feeds the recipe that keeps what is certain a doubtful transcript, a
// certain one and an error.
func TestCookbookDoubt(t *testing.T) {
	t.Parallel()
	_, env := freshHome(t, bin)
	for _, line := range commandLines(t, filepath.Join(root, "docs/cookbook.md")) {
		if !strings.Contains(line, "avg_logprob") {
			continue
		}
		filter := strings.TrimPrefix(line, "vf-record --toggle | vf-vad | vf-transcribe | ")
		filter = strings.TrimSuffix(filter, " | vf-paste")
		lines := []string{
			`{"type":"transcript","text":"doubtful","segments":[{"avg_logprob":-0.3},{"avg_logprob":-1.1}]}`,
			`{"type":"transcript","text":"certain","segments":[{"avg_logprob":-0.3},{"avg_logprob":-0.1}]}`,
			`{"type":"transcript","text":"no segments","segments":[]}`,
			`{"type":"mark","mark":"end","at":16000}`,
			`{"type":"error","error":"broken"}`,
		}
		stdout, stderr, code := shell(t, env, "printf '%s\n' '"+strings.Join(lines, "' '")+"' | "+filter)
		if want := strings.Join(lines[1:], "\n") + "\n"; code != 0 || stdout != want {
			t.Errorf("exit code %d, %s, want %s: %s", code, stdout, want, stderr)
		}
		return
	}
	t.Error("the recipe is gone")
}

func homeOf(env []string) string {
	for _, variable := range env {
		if home, found := strings.CutPrefix(variable, "HOME="); found {
			return home
		}
	}
	return ""
}

// TestRewrite checks that contrib/voiceflow-rewrite changes transcripts alone, and passes
// on everything unchanged without an answer.
func TestRewrite(t *testing.T) {
	t.Parallel()
	const (
		first  = `{"type":"transcript","id":1,"text":"Grüße \\ \"x\" %s","segments":[{"text":"old"}]}`
		others = `{"type":"mark","mark":"end","at":16000}` + "\n" + `{"type":"error","error":"\"type\": transcript"}` + "\n" +
			`{"type":"transcript","id":2,"text":"","segments":[]}` + "\n"
		failing = `{"type":"transcript","id":3,"text":"fail \u00e9","segments":[]}` // without a line end
	)
	server := languageModel(t)
	closed := httptest.NewServer(nil)
	closed.Close()
	rewrite := func(url string) (string, string) {
		cmd := exec.Command(filepath.Join(root, "contrib/voiceflow-rewrite"))
		cmd.Env = append(os.Environ(), "VOICEFLOW_LLM="+url+"/v1", "no_proxy=127.0.0.1")
		cmd.Stdin = strings.NewReader(first + "\n" + others + failing)
		var log strings.Builder
		cmd.Stderr = &log
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err, log.String())
		}
		return string(out), log.String()
	}
	out, log := rewrite(server.URL)
	answered := `{"type":"transcript","id":1,"text":"Correct: Grüße \\ \"x\" %s","segments":[]}`
	if want := answered + "\n" + others + failing + "\n"; out != want {
		t.Errorf("%s\nwant\n%s", out, want)
	}
	if strings.Count(log, "no answer from") != 1 {
		t.Errorf("stderr: %s", log)
	}
	out, log = rewrite(closed.URL)
	if want := first + "\n" + others + failing + "\n"; out != want {
		t.Errorf("%s\nwant\n%s", out, want)
	}
	if strings.Count(log, "no answer from") != 1 { // once, not for each text
		t.Errorf("stderr: %s", log)
	}
}
