package e2e

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
)

// notRun are the command lines in README and docs that this test cannot run, with
// the reasons. Everything else that looks like a command is run.
var notRun = map[string]string{
	"vf-health replays recordings through the same programs and judges them": "part of the picture in README",

	"vf-health check --suite timing --baseline save":                                                                        "takes minutes; health.txtar does it",
	"vf-health check --suite timing --baseline compare":                                                                     "takes minutes; health.txtar does it",
	`PATH=$HOME/.local/bin:/usr/local/bin:$PATH; out=$(vf-health check --suite all --baseline compare 2>&1) || echo "$out"`: "takes minutes; the shorter line is run",

	"make demo": "rebuilds the programs under test; CI runs it",
	"make test": "runs this test",

	"cd voiceflow-*-linux-amd64":                        "the folder of a release; make test-packages unpacks one",
	"cd voiceflow-VERSION-linux-amd64":                  "the same",
	"sudo apt install ./voiceflow_VERSION_amd64.deb":    "changes the system; make test-packages does it in a system of its own",
	"sudo dnf install ./voiceflow-VERSION-1.x86_64.rpm": "changes the system",
	"make dist":               "fetches tools and takes minutes; make test-packages does it",
	"make dist VERSION=1.2.3": "the same",
	"vf-transcribe --completion fish | source": "for fish; TestCompletion reads the script",
	"make soak":                             "takes minutes; CI runs TestSoak for 20 seconds",
	"make soak SOAK=8h":                     "takes hours",
	"vf-transcribe -m strange.bin talk.wav": "needs a model made to harm; TestHostileStructure makes them",

	"vf-health monitor":                             "runs until it is stopped; monitor_terminal_test.go runs it",
	"vf-health dashboard":                           "serves until it is stopped; the dashboard tests run it",
	"vf-health dashboard --open":                    "the same, and opens a browser",
	"voiceflow-dictate setup":                       "asks questions; TestDictateSetupAnswers answers them",
	"voiceflow-dictate setup --model base":          "the same, and downloads",
	"scripts/healthy-runs.sh 50":                    "takes hours",
	"scripts/bench-gpu.sh":                          "needs a GPU, and takes an hour without one",
	"vf-health check --suite all":                   "takes minutes; health.txtar runs the suites",
	"vf-record --list-devices":                      "needs a sound server; the microphone tests run it",
	"vf-record --duration 10s | vf-vad --calibrate": "needs a quiet room; vad-more.txtar runs it",
	"vf-record --armed --output-format jsonl | vf-vad | vf-transcribe --connect | vf-paste": "waits for presses; the tests of the recorder press",
	"vf-record --status --follow --json":                                                    "runs until it is stopped; TestFollowStatus runs it",

	"vf-transcribe models pull base.en":                                        "downloads; models_test.go pulls from a local server",
	"vf-transcribe models pull large-v3-turbo":                                 "downloads",
	"vf-record --toggle | vf-vad | vf-transcribe -l de --translate | vf-paste": "needs a multilingual model",
	"vf-transcribe -l es talk.wav":                                             "needs a multilingual model",
	"jq -r 'select(.uncovered) | .file' run.jsonl | vf-transcribe --profile balanced --files-from - -f srt -o transcripts": "needs a larger model",
	"vf-transcribe -l en,es talk.wav":  "needs a multilingual model",
	"vf-transcribe -l German talk.wav": "needs a multilingual model",

	"vf-health config restore 2026-11-24":                            "needs a backup of that day; config.txtar restores one",
	"vf-health analyze --since 7d FOLDER FILE.log":                   "FOLDER and FILE.log stand for the user's own",
	"vf-health bundle --since 24h --logs FOLDER --output bug.tar.gz": "FOLDER stands for the user's own",

	"(crontab -l; cat ~/.local/share/voiceflow/contrib/cron/voiceflow) | crontab -":                                                        "changes this user's crontab; TestContribCron runs its lines",
	"systemctl --user daemon-reload":                                                                                                       "needs a systemd user session",
	"systemctl --user enable --now voiceflow-transcribe.socket":                                                                            "needs a systemd user session; TestServerActivation passes the socket",
	"vf-transcribe --listen":                                                                                                               "serves until it is stopped; the commands below it use one",
	"systemctl --user enable --now voiceflow-check.timer voiceflow-clean.timer":                                                            "needs a systemd user session",
	"systemctl --user start voiceflow-check; journalctl --user -u voiceflow-check":                                                         "needs a systemd user session",
	"loginctl enable-linger":                                                                                                               "needs a systemd user session",
	"voiceflow-textfile /var/lib/prometheus/node-exporter/voiceflow.prom":                                                                  "writes outside of the home; TestContribPrometheus runs it",
	"promtool check rules voiceflow.rules.yml":                                                                                             "needs Prometheus; TestContribPrometheus runs it if that is installed",
	"promtool test rules voiceflow.rules.test.yml":                                                                                         "the same",
	"promtool check metrics </var/lib/prometheus/node-exporter/voiceflow.prom":                                                             "the same",
	`sudo install -d -o "$(id -un)" /var/log/voiceflow`:                                                                                    "changes the system",
	"vf-transcribe -r talks -o transcripts 2>>/var/log/voiceflow/vf-transcribe.log":                                                        "writes outside of the home",
	"sudo cp ~/.local/share/voiceflow/contrib/logrotate/voiceflow /etc/logrotate.d/":                                                       "changes the system; TestContribLogrotate runs it",
	"sudo logrotate -d /etc/logrotate.d/voiceflow":                                                                                         "the same",
	"vf-health clean --logs /var/log/voiceflow --older-than 168h --larger-than 50MB":                                                       "needs the folder from the lines above",
	"sudo apt-get install mesa-vulkan-drivers":                                                                                             "changes the system",
	"export GGML_VK_VISIBLE_DEVICES=0":                                                                                                     "only with the driver of the line before; device_test.go",
	"for d in cpu gpu; do vf-transcribe --device $d -f txt testdata/recordings/sentence-*.wav >$d.txt done":                                "needs a GPU; device_test.go",
	`cmp cpu.txt gpu.txt && echo "word for word the same"`:                                                                                 "needs a GPU; device_test.go",
	"ssh -L 8179:127.0.0.1:8179 other-machine vf-health dashboard":                                                                         "needs another machine",
	"parallel --joblog parallel.log vf-transcribe -r talks -f srt,txt -o transcripts --skip-existing --shard {}/4 ::: 1 2 3 4 > run.jsonl": "TestParallel runs it",
	"seq 4 | parallel -n0 vf-transcribe -r talks -f srt,txt -o transcripts --skip-existing --shard auto/4 > run.jsonl":                     "TestParallel runs it",
	`exec vf-transcribe -r talks -f srt,txt -o transcripts --skip-existing --threads "$SLURM_CPUS_PER_TASK" --shard auto`:                  "TestSlurmArray runs it",
}

var (
	cronEntry  = regexp.MustCompile(`^(?:[\d,*/-]+ +){5}`)
	assignment = regexp.MustCompile(`^[A-Z_]+=\S* +`)
	comment    = regexp.MustCompile(`(^|\s)# .*$`)
	firstWord  = regexp.MustCompile(`^\(?([\w./-]+)(?:\s|$)`)
)

// commandWords begin command lines, besides the project's programs.
var commandWords = []string{
	"make", "env", "sh", "cp", "install", "mkdir", "sudo", "systemctl", "loginctl", "jq", "find", "parallel", "seq", "export", "for", "cmp",
	"promtool", "logrotate", "cd", "ssh", "exec", "crontab", "curl",
}

// commandLines returns the commands in the indented blocks of a page, as whole
// statements without comments.
func commandLines(t *testing.T, page string) (all []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	open := ""
	for line := range strings.Lines(string(text)) {
		line, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "    ")
		if !indented {
			open = ""
			continue
		}
		line = comment.ReplaceAllString(line, "")
		if open != "" {
			line = open + " " + strings.TrimSpace(line)
		}
		unfinished := strings.HasPrefix(line, "for ") && !strings.HasSuffix(line, "done")
		if rest, continued := strings.CutSuffix(line, `\`); continued || unfinished {
			open = strings.TrimSpace(rest)
			continue
		}
		open = ""
		line = strings.TrimSpace(strings.TrimPrefix(line, "$ "))
		line = cronEntry.ReplaceAllString(line, "")
		word := firstWord.FindStringSubmatch(assignment.ReplaceAllString(line, ""))
		scheduled := strings.HasPrefix(line, "out=$(") || strings.HasPrefix(line, "PATH=$HOME")
		if scheduled || word != nil && (slices.Contains(commandWords, word[1]) || strings.HasPrefix(word[1], "vf-") ||
			strings.HasPrefix(word[1], "voiceflow-") || strings.HasPrefix(word[1], "scripts/") || strings.HasPrefix(word[1], "contrib/")) {
			all = append(all, line)
		}
	}
	return all
}

// freshHome returns a work folder with the checkout's files and some recordings, and
// an environment whose home is as after make install PREFIX=$HOME/.local.
func freshHome(t *testing.T, programs string) (work string, env []string) {
	t.Helper()
	home, env := poor(t)
	if err := os.Remove(filepath.Join(home, ".config/voiceflow/config.toml")); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	local := filepath.Join(home, ".local")
	must(os.MkdirAll(filepath.Join(local, "bin"), 0o755))
	must(os.MkdirAll(filepath.Join(local, "share/voiceflow"), 0o755))
	for _, name := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"} {
		must(os.Symlink(filepath.Join(programs, name), filepath.Join(local, "bin", name)))
	}
	for _, name := range []string{"voiceflow-dictate", "voiceflow-rewrite"} {
		must(os.Symlink(filepath.Join(root, "contrib", name), filepath.Join(local, "bin", name)))
	}
	must(os.Symlink(filepath.Join(root, "contrib"), filepath.Join(local, "share/voiceflow/contrib")))
	work = t.TempDir()
	for _, name := range []string{"contrib", "testdata", "scripts"} {
		must(os.Symlink(filepath.Join(root, name), filepath.Join(work, name)))
	}
	for _, name := range []string{"recordings/a.wav", "talks/b.wav", "films/d.wav", "my-recordings/c.wav", "talk.wav"} {
		must(os.MkdirAll(filepath.Dir(filepath.Join(work, name)), 0o755))
		must(os.Symlink(recording("sentence-01"), filepath.Join(work, name)))
	}
	write(t, filepath.Join(work, "my-recordings/c.txt"), "my brother will call you tomorrow morning\n")
	write(t, filepath.Join(work, "names.txt"), "talk.wav\n")
	return work, append(env, "PATH="+local+"/bin:/usr/bin:/bin",
		// Replace the microphone and the window, and keep checks short.
		"VOICEFLOW_RECORD_INPUT="+recording("sentence-01"), "VOICEFLOW_PASTE_METHOD=stdout",
		"VOICEFLOW_RECORD=vf-record", "XDG_RUNTIME_DIR="+t.TempDir(),
		"VOICEFLOW_HEALTH_REALTIME=false", "VOICEFLOW_HEALTH_SPEED_FACTOR=0.02:0.01", "VOICEFLOW_HEALTH_LATENCY=60s:90s")
}

// TestCommandsOfDocs runs every command line in README and docs unchanged, page by
// page, in a fresh home.
func TestCommandsOfDocs(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(root, "docs/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	count := 0
	programs := plain(t) // faster
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		var lines []string
		for _, line := range commandLines(t, page) {
			if notRun[line] == "" && !used[line] {
				lines = append(lines, line)
			}
			used[line] = true
			count++
		}
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			work, env := freshHome(t, programs)
			// Use the programs a little, since some commands report on past use.
			if _, log, code := shell(t, env, "cd "+work+" && vf-transcribe talk.wav --log-file ~/.local/state/voiceflow/log/"); code != 0 {
				t.Fatalf("exit code %d: %s", code, log)
			}
			before := "cd '" + work + "'\n"
			if slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "curl ") }) {
				serveDocs(t, programs, env)
			}
			for _, line := range lines {
				if strings.HasPrefix(line, "cd ") || strings.HasPrefix(line, "export ") {
					before += line + "\n"
				}
				runLine(t, env, before, line)
			}
		})
	}
	if count < 100 {
		t.Errorf("found only %d command lines: does commandLines still work?", count)
	}
	for line := range notRun {
		if !used[line] {
			t.Errorf("no page contains %q; remove it from notRun", line)
		}
	}
}

// serveDocs starts the server that the commands of a page use, until the test ends.
func serveDocs(t *testing.T, programs string, env []string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(programs, "vf-transcribe"), "--listen", "--preload")
	cmd.Env = env
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	runtime := ""
	for _, variable := range env {
		if value, found := strings.CutPrefix(variable, "XDG_RUNTIME_DIR="); found {
			runtime = value
		}
	}
	await.Nil(t, func() error {
		c, err := net.Dial("unix", filepath.Join(runtime, "voiceflow/transcribe.sock"))
		if err == nil {
			c.Close()
		}
		return err
	})
}

func runLine(t *testing.T, env []string, before, line string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", before+line)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	most := 0
	switch {
	case strings.HasPrefix(line, "vf-health check"), strings.HasPrefix(line, "env -i"):
		most = 1 // a busy machine causes a warning
	case strings.HasPrefix(line, "vf-health preflight") && !strings.Contains(line, "|"), strings.HasPrefix(line, "vf-health monitor --once"):
		most = 2 // this machine may lack some things
	}
	bad := regexp.MustCompile(`(?mi): not found$|no such file|UNKNOWN|permission denied`).FindString(string(out))
	if code := cmd.ProcessState.ExitCode(); code < 0 || code > most || bad != "" {
		t.Errorf("%s\nexit code %d, %q: %s", line, code, bad, out)
	}
}
