package preflight

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

// required returns the programs that a purpose needs.
func required(purpose Purpose) []string {
	if purpose == Files {
		return []string{"vf-vad", "vf-transcribe"}
	}
	return peer.Pipeline()
}

// programs checks that all programs exist, start, and have the same version.
func (p Probe) programs(ctx context.Context, purpose Purpose) []Check {
	const name = "programs"
	var missing, others []string
	for _, program := range required(purpose) {
		out, err := p.ask(ctx, program, "--version")
		_, version, ok := strings.Cut(strings.TrimSpace(out.Stdout), " version ")
		version, _, _ = strings.Cut(strings.ReplaceAll(version, "\n", " "), " ") // without commit and libraries
		switch {
		case err != nil && isNotThere(err) && !p.exists(program):
			missing = append(missing, program+" is not in "+p.Programs)
		case err != nil:
			missing = append(missing, fmt.Sprintf("%s does not run: %v", program, cause(err)))
		case out.Code != exitcode.OK || !ok:
			missing = append(missing, program+" does not run: "+lastMessage(out))
		case version != p.Version:
			others = append(others, program+" is "+version)
		}
	}
	switch {
	case len(missing) > 0:
		return []Check{bad(name, verdict.Critical, "make install\nor name their folder with --programs",
			"%s", strings.Join(missing, "; "))}
	case len(others) > 0:
		return []Check{bad(name, verdict.Warning, "make install\nto bring all to the same version",
			"vf-health is %s, but %s", p.Version, strings.Join(others, ", "))}
	}
	count := prose.Count(len(required(purpose)), "program")
	return []Check{good(name, "%s, version %s, in %s", count, p.Version, p.Programs)}
}

// exists reports whether a program's file exists. Starting a program whose loader
// is missing fails as if the program did not exist.
func (p Probe) exists(name string) bool {
	_, err := p.Stat(filepath.Join(p.Programs, name))
	return err == nil
}

// withConfig adds --config to args if the configuration file exists. A file given
// this way must be valid; otherwise, the programs fall back to the last valid one.
func (p Probe) withConfig(args ...string) []string {
	if _, err := p.Stat(p.File); err != nil {
		return args
	}
	return append([]string{"--config", p.File}, args...)
}

// configuration makes each program read its settings. All exit with code 2 on a
// mistake in the file, a key or a variable.
func (p Probe) configuration(ctx context.Context, purpose Purpose) []Check {
	const name = "configuration"
	warning := ""
	for _, program := range required(purpose) {
		out, err := p.ask(ctx, program, p.withConfig("--settings")...)
		if err == nil && out.Code == exitcode.Usage {
			return []Check{bad(name, verdict.Critical, "vf-health config validate\n"+program+" --help lists the keys",
				"%s: %s", program, firstProblem(out))}
		}
		if _, problems, _ := peer.Settings(out.Stdout); err == nil && len(problems) > 0 && warning == "" {
			warning = program + ": " + problems[0]
		}
	}
	// Dictation works without vf-health, so mistakes in its settings are only a
	// warning.
	health, askErr := p.ask(ctx, "vf-health", p.withConfig("--settings")...)
	info, err := p.Stat(p.File)
	switch {
	case err == nil && info.Mode()&0o002 != 0:
		return []Check{bad(name, verdict.Critical, "chmod o-w "+quote(p.File),
			"%s is writable by everybody and can contain commands to run", p.File)}
	case askErr == nil && health.Code == exitcode.Usage:
		return []Check{bad(name, verdict.Warning, "vf-health config validate\nvf-health --help lists the keys",
			"vf-health: %s", firstProblem(health))}
	case warning != "":
		return []Check{bad(name, verdict.Warning, "vf-health config validate", "%s", warning)}
	case err != nil:
		return []Check{good(name, "no file: using the defaults")}
	}
	return []Check{good(name, "%s is valid", p.File)}
}

// firstProblem returns the first problem that a program reports with its settings.
func firstProblem(out Output) string {
	if _, problems, _ := peer.Settings(out.Stdout); len(problems) > 0 {
		return problems[0]
	}
	return lastMessage(out)
}

// clock checks the clock, by which logs and histories are sorted: that the year is
// plausible, that it is synchronised if the system can tell, and that it does not
// jump while this runs.
func (p Probe) clock(ctx context.Context) []Check {
	before := p.Now()
	synchronised, known := p.synchronised(ctx)
	return []Check{judgeClock(before, p.Now(), synchronised, known)}
}

// judgeClock compares two times. Their monotonic readings, if present, give the
// real time between them.
func judgeClock(before, after time.Time, synchronised, known bool) Check {
	const name = "clock"
	const remedy = "sudo timedatectl set-ntp true"
	jump := after.Round(0).Sub(before.Round(0)) - after.Sub(before)
	switch {
	case after.Year() < 2026 || after.Year() > 2100:
		return bad(name, verdict.Critical, remedy+"\nor set it with date -s", "the clock is set to the year %d", after.Year())
	case after.Sub(before) < 0:
		return bad(name, verdict.Critical, "change the kernel's clocksource", "the monotonic clock runs backwards")
	case jump.Abs() > time.Second:
		return bad(name, verdict.Warning, remedy, "the clock jumped by %v during this check", jump.Round(time.Millisecond))
	case known && !synchronised:
		return bad(name, verdict.Warning, remedy, "%s, not synchronised", after.Format(time.DateTime))
	case known:
		return good(name, "%s, synchronised", after.Format(time.DateTime))
	}
	return good(name, "%s; no way to check whether it is synchronised", after.Format(time.DateTime))
}

// synchronised asks systemd whether the clock is synchronised.
func (p Probe) synchronised(ctx context.Context) (yes, known bool) {
	if len(p.glob("run/systemd/timesync/synchronized")) > 0 {
		return true, true
	}
	path, err := p.LookPath("timedatectl")
	if err != nil {
		return false, false
	}
	out, err := p.Run(ctx, path, "show", "--property=NTPSynchronized", "--value")
	answer := strings.TrimSpace(out.Stdout)
	if err != nil || out.Code != exitcode.OK || answer == "" {
		return false, false
	}
	return answer == "yes", true
}
