package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"voiceflow/internal/test/home"
)

// contrib returns a file in contrib, with the folder of the programs filled in.
func contrib(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "contrib", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "/usr/local/bin", bin)
}

// poor returns an environment as minimal as cron's, with a configuration that keeps
// the check short and accepts slow results.
func poor(t *testing.T) (folder string, env []string) {
	t.Helper()
	folder = t.TempDir()
	write(t, filepath.Join(folder, ".config/voiceflow/config.toml"),
		"[health]\nrealtime = false\nspeed-factor = \"0.02:0.01\"\nlatency = \"60s:90s\"\nutterances = 4\ndisk-free = \"2MB:1MB\"\ndecay = \"90:99\"\ncpu = \"99%:100%\"\n")
	return folder, append(home.Poor(folder, bin+":/usr/bin:/bin"), "SHELL=/bin/sh", "LOGNAME=tester")
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// shell runs a command the way cron and Nagios do.
func shell(t *testing.T, env []string, command string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Env = env
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), log.String(), cmd.ProcessState.ExitCode()
}

// TestContribCron runs each line of the crontab. If all is well there is no output, so
// that cron sends no mail; otherwise the whole report is printed.
func TestContribCron(t *testing.T) {
	t.Parallel()
	_, env := poor(t)
	job := regexp.MustCompile(`^(?:[\d,*/-]+ ){5}(.+)$`)
	variable := regexp.MustCompile(`^[A-Z_]+=\S+$`)
	var jobs []string
	for line := range strings.Lines(contrib(t, "cron/voiceflow")) {
		line = strings.TrimSpace(line)
		switch found := job.FindStringSubmatch(line); {
		case line == "" || line[0] == '#':
		case found != nil:
			jobs = append(jobs, found[1])
		case variable.MatchString(line):
			env = append(env, line)
		default:
			t.Errorf("neither a job nor a variable: %q", line)
		}
	}
	if len(jobs) != 2 || !strings.Contains(jobs[0], "vf-health check") || !strings.Contains(jobs[1], "vf-health clean") {
		t.Fatalf("%q", jobs)
	}
	for _, j := range jobs {
		if strings.Contains(j, "%") { // cron turns it into a line break
			t.Errorf("%q contains %%", j)
		}
		if out, log, _ := shell(t, env, j); out+log != "" {
			t.Errorf("%s: output: %s%s", j, out, log)
		}
	}
	if out, _, _ := shell(t, append(env, "VOICEFLOW_MODEL=/none.bin"), jobs[0]); !strings.Contains(out, "/none.bin") {
		t.Errorf("the output does not name the missing model: %q", out)
	}
}

// TestContribNagios runs the configured commands and parses their output like Nagios.
func TestContribNagios(t *testing.T) {
	t.Parallel()
	_, env := poor(t)
	text := contrib(t, "nagios/voiceflow.cfg")
	commands := map[string]string{}
	for _, m := range regexp.MustCompile(`command_name\s+(\S+)\n\s+command_line\s+(.+)\n`).FindAllStringSubmatch(text, -1) {
		commands[m[1]] = m[2]
	}
	services := regexp.MustCompile(`check_command\s+(\w+)!(.+)\n`).FindAllStringSubmatch(text, -1)
	if len(commands) != 2 || len(services) != 2 {
		t.Fatalf("%v %v", commands, services)
	}
	// From the plug-in guidelines: 'label'=value[unit];[warning];[critical];[min];[max]
	perfdata := regexp.MustCompile(`^(?:'[^'=]+'|[^'=\s]+)=-?[\d.]+(?:s|us|ms|%|[KMGT]?B|c)?(?:;[\d.:~@-]*){0,4}$`)
	first := regexp.MustCompile(`^VOICEFLOW (OK|WARNING|CRITICAL|UNKNOWN): ([^|]+?)(?: \| ([^|]+))?$`)
	for _, s := range services {
		command := strings.ReplaceAll(commands[s[1]], "$ARG1$", s[2])
		out, stderr, code := shell(t, env, command)
		line, _, _ := strings.Cut(out, "\n")
		m := first.FindStringSubmatch(line)
		if m == nil || stderr != "" {
			t.Errorf("%s: %q; %s", command, line, stderr)
			continue
		}
		if want := map[string]int{"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}[m[1]]; code != want {
			t.Errorf("%s: exit code %d with %q", command, code, line)
		}
		for _, p := range strings.Fields(m[3]) {
			if !perfdata.MatchString(p) {
				t.Errorf("%s: %q is not performance data", command, p)
			}
		}
		if s[1] == "check_voiceflow" && (code != 0 || !strings.Contains(m[3], "wer=0%;15;30") || !strings.Contains(m[3], "speed=")) {
			t.Errorf("exit code %d: %q", code, line)
		}
	}
	_, _, code := shell(t, append(env, "VOICEFLOW_MODEL=/none.bin"), strings.ReplaceAll(commands["check_voiceflow"], "$ARG1$", ""))
	if code < 2 {
		t.Errorf("without a model: exit code %d", code)
	}
}

func TestContribSystemd(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze was not found: install the package systemd")
	}
	dir := t.TempDir()
	var units []string
	for _, name := range []string{
		"check.service", "check.timer", "clean.service", "clean.timer", "transcribe.socket", "transcribe.service",
		"dictate.service",
	} {
		text := contrib(t, "systemd/voiceflow-"+name)
		text = strings.ReplaceAll(text, "/usr/local/share/doc/voiceflow", filepath.Join(root, "docs"))
		text = strings.ReplaceAll(text, bin+"/voiceflow-", filepath.Join(root, "contrib/voiceflow-"))
		units = append(units, filepath.Join(dir, "voiceflow-"+name))
		write(t, units[len(units)-1], text)
	}
	verify := func() (string, error) {
		cmd := exec.Command(analyze, append([]string{"--user", "--man=no", "verify"}, units...)...)
		cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+dir)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := verify(); err != nil || out != "" {
		t.Errorf("%v: %s", err, out)
	}
	// Check that it does verify units: it reports an unknown setting.
	write(t, units[0], contrib(t, "systemd/voiceflow-check.service")+"ProtectEverything=yes\n")
	if out, _ := verify(); !strings.Contains(out, "ProtectEverything") {
		t.Errorf("an invalid unit passed: %s", out)
	}
}

// TestContribPrometheus checks the alert rules against real measurements.
func TestContribPrometheus(t *testing.T) {
	t.Parallel()
	home, env := poor(t)
	script := filepath.Join(root, "contrib/prometheus/voiceflow-textfile")
	folder := filepath.Join(home, "textfiles")
	file := filepath.Join(folder, "voiceflow.prom")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	// Run in real time, since latencies are measured only then.
	if out, stderr, code := shell(t, env, script+" "+file+" --suite timing,performance --realtime"); code != 0 || out+stderr != "" {
		t.Fatalf("exit code %d: %s%s", code, out, stderr)
	}
	measured, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o644 { // node_exporter is another user
		t.Errorf("%v, %v", info.Mode(), err)
	}

	// If the check fails to run, the file is kept.
	if _, stderr, code := shell(t, env, script+" "+file+" --suite nonsense"); code != 3 || stderr == "" {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, measured) {
		t.Errorf("the file changed although the check did not run: %v", err)
	}
	// cron's PATH does not include the programs.
	alone := filepath.Join(home, "voiceflow-textfile")
	write(t, alone, contrib(t, "prometheus/voiceflow-textfile"))
	if _, stderr, code := shell(t, append(env, "PATH=/usr/bin:/bin"), "sh "+alone+" "+file+" --suite nonsense"); code != 3 {
		t.Errorf("as cron runs it: exit code %d: %s", code, stderr)
	}
	// A critical result is reported by the alerts, not by cron.
	wav, err := os.ReadFile(recording("sentence-01"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, "wrong.wav"), string(wav))
	write(t, filepath.Join(home, "wrong.txt"), "nobody said anything like this")
	if out, stderr, code := shell(t, env, script+" "+file+" "+home+"/wrong.wav"); code != 0 || out+stderr != "" {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
	if after, err := os.ReadFile(file); err != nil || !strings.Contains(string(after), "voiceflow_check_status 2\n") {
		t.Errorf("%v: %s", err, after)
	}
	if _, stderr, code := shell(t, env, script); code != 2 || !strings.Contains(stderr, "usage") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
	alerts(t, string(measured))
	promtool(t, string(measured))
}

// alerts checks that each rule has the required fields and that its series are
// measured.
func alerts(t *testing.T, measured string) {
	t.Helper()
	text := contrib(t, "prometheus/voiceflow.rules.yml")
	rules := strings.Split(text, "- alert: ")[1:]
	if len(rules) != 10 {
		t.Errorf("%d rules, want 10", len(rules))
	}
	field := func(rule, pattern string) string {
		if m := regexp.MustCompile(`(?m)^ +` + pattern + `$`).FindStringSubmatch(rule); m != nil {
			return m[1]
		}
		t.Errorf("%q does not match %s", rule, pattern)
		return ""
	}
	series := regexp.MustCompile(`(voiceflow_check_\w+)(?:\{([^}]*)\})?`)
	for _, rule := range rules {
		field(rule, `severity: (warning|critical)`)
		field(rule, `summary: "(.+)"`)
		for _, s := range series.FindAllStringSubmatch(field(rule, `expr: (.+)`), -1) {
			found := false
			for line := range strings.Lines(measured) {
				ok := strings.HasPrefix(line, s[1]+"{") || strings.HasPrefix(line, s[1]+" ")
				for _, label := range strings.FieldsFunc(s[2], func(r rune) bool { return r == ',' }) {
					ok = ok && strings.Contains(line, label)
				}
				found = found || ok
			}
			if !found {
				t.Errorf("%s is not measured:\n%s", s[0], measured)
			}
		}
	}
}

// promtool checks the metrics and the rules with Prometheus's own tool, if it is
// installed.
func promtool(t *testing.T, measured string) {
	t.Helper()
	tool, err := exec.LookPath("promtool")
	if err != nil {
		t.Log("promtool was not found, so the rules were only parsed: install the package prometheus")
		return
	}
	for _, args := range [][]string{{"check", "metrics"}, {"check", "rules", "voiceflow.rules.yml"}, {"test", "rules", "voiceflow.rules.test.yml"}} {
		cmd := exec.Command(tool, args...)
		cmd.Dir = filepath.Join(root, "contrib/prometheus")
		cmd.Stdin = strings.NewReader(measured)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v: %s", args, err, out)
		}
	}
}

// TestContribLogrotate rotates a log that a program has open: nothing is lost, and
// vf-health clean finds the rotated files.
func TestContribLogrotate(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("logrotate")
	if err != nil {
		if tool, err = exec.LookPath("/usr/sbin/logrotate"); err != nil {
			t.Skip("logrotate was not found: install the package logrotate")
		}
	}
	dir := t.TempDir()
	logs := filepath.Join(dir, "log")
	if err := os.Mkdir(logs, 0o755); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "voiceflow")
	write(t, config, strings.ReplaceAll(contrib(t, "logrotate/voiceflow"), "/var/log/voiceflow", logs))
	rotate := func(how string) {
		t.Helper()
		cmd := exec.Command(tool, how, "-s", filepath.Join(dir, "state"), config)
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "error:") {
			t.Fatalf("%v: %s", err, out)
		}
	}
	log := filepath.Join(logs, "vf-transcribe.log")
	open, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) // like >>
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	for _, line := range []string{"one\n", "two\n", "three\n"} {
		if _, err := open.WriteString(line); err != nil {
			t.Fatal(err)
		}
		rotate("-d")
		rotate("-f")
	}
	if _, err := open.WriteString("four\n"); err != nil {
		t.Fatal(err)
	}
	out, _, _ := shell(t, os.Environ(), "cat "+log+"; zcat "+log+".1.gz "+log+".2.gz "+log+".3.gz")
	if out != "four\nthree\ntwo\none\n" {
		t.Errorf("%q", out)
	}
	out, stderr, code := shell(t, append(os.Environ(), "XDG_STATE_HOME="+dir+"/home", "XDG_DATA_HOME="+dir+"/home"), "vf-health clean --dry-run --older-than 0s --logs "+logs)
	if code != 0 || strings.Count(out, "vf-transcribe.log.") != 3 || strings.Contains(out, "vf-transcribe.log:") {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
}
