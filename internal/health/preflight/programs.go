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

// wanted are the programs that a purpose needs.
func wanted(purpose Purpose) []string {
	if purpose == Files {
		return []string{"vf-vad", "vf-transcribe"}
	}
	return peer.Pipeline()
}

// programs wants all of them there, startable, and of one version.
func (p Probe) programs(ctx context.Context, purpose Purpose) []Check {
	const name = "programs"
	var missing, others []string
	for _, one := range wanted(purpose) {
		out, err := p.ask(ctx, one, "--version")
		_, version, told := strings.Cut(strings.TrimSpace(out.Stdout), " version ")
		switch {
		case err != nil && isNotThere(err) && !p.there(one):
			missing = append(missing, one+" is not in "+p.Programs)
		case err != nil:
			missing = append(missing, fmt.Sprintf("%s does not run: %v", one, cause(err)))
		case out.Code != exitcode.OK || !told:
			missing = append(missing, one+" does not run: "+said(out))
		case version != p.Version:
			others = append(others, one+" is "+version)
		}
	}
	switch {
	case len(missing) > 0:
		return []Check{bad(name, verdict.Critical, "make install\nor name their folder with --programs", "%s", strings.Join(missing, "; "))}
	case len(others) > 0:
		return []Check{bad(name, verdict.Warning, "make install\nthen all are of one version", "vf-health is %s, and %s", p.Version, strings.Join(others, ", "))}
	}
	return []Check{good(name, "%s of version %s in %s", prose.Count(len(wanted(purpose)), "program"), p.Version, p.Programs)}
}

// there tells whether a program's file is there: starting one whose loader is
// missing fails as if it was not.
func (p Probe) there(name string) bool {
	_, err := p.Stat(filepath.Join(p.Programs, name))
	return err == nil
}

// withConfig names the configuration file, if it is there: one that is named
// must be right, while for another the last one that was right is used.
func (p Probe) withConfig(args ...string) []string {
	if _, err := p.Stat(p.File); err != nil {
		return args
	}
	return append([]string{"--config", p.File}, args...)
}

// configuration lets each program read its settings. A wrong file, key or
// variable is exit code 2 of them all.
func (p Probe) configuration(ctx context.Context, purpose Purpose) []Check {
	const name = "configuration"
	warning := ""
	for _, one := range wanted(purpose) {
		out, err := p.ask(ctx, one, p.withConfig("--settings")...)
		if err == nil && out.Code == exitcode.Usage {
			return []Check{bad(name, verdict.Critical, "vf-health config validate\n"+one+" --help lists the keys", "%s: %s", one, problem(out))}
		}
		if _, problems, _ := peer.Settings(out.Stdout); err == nil && len(problems) > 0 && warning == "" {
			warning = one + ": " + problems[0]
		}
	}
	// That vf-health, which nobody dictates with, has none is no reason to wait.
	own, askErr := p.ask(ctx, "vf-health", p.withConfig("--settings")...)
	info, err := p.Stat(p.File)
	switch {
	case err == nil && info.Mode()&0o002 != 0:
		return []Check{bad(name, verdict.Critical, "chmod o-w "+quote(p.File), "%s may be written to by everybody, and can name commands to run", p.File)}
	case askErr == nil && own.Code == exitcode.Usage:
		return []Check{bad(name, verdict.Warning, "vf-health config validate\nvf-health --help lists the keys", "vf-health: %s", problem(own))}
	case warning != "":
		return []Check{bad(name, verdict.Warning, "vf-health config validate", "%s", warning)}
	case err != nil:
		return []Check{good(name, "no file, so all is as it comes")}
	}
	return []Check{good(name, "%s is understood", p.File)}
}

// problem is the first one that a program tells of its settings.
func problem(out Output) string {
	if _, problems, _ := peer.Settings(out.Stdout); len(problems) > 0 {
		return problems[0]
	}
	return said(out)
}

// clock wants a year that can be, and time that is set from outside, as far as
// that can be told: logs and histories are sorted by it. While the other checks
// go on, it sees whether the clock jumps.
func (p Probe) clock(ctx context.Context) []Check {
	before := p.Now()
	synchronised, known := p.synchronised(ctx)
	return []Check{judgeClock(before, p.Now(), synchronised, known)}
}

// judgeClock compares two moments. Their monotonic readings, where they have
// them, tell how far apart they were.
func judgeClock(before, after time.Time, synchronised, known bool) Check {
	const name = "clock"
	const remedy = "sudo timedatectl set-ntp true"
	jump := after.Round(0).Sub(before.Round(0)) - after.Sub(before)
	switch {
	case after.Year() < 2026 || after.Year() > 2100:
		return bad(name, verdict.Critical, remedy+"\nor set it with date -s", "it is the year %d by this machine", after.Year())
	case after.Sub(before) < 0:
		return bad(name, verdict.Critical, "change the kernel's clocksource", "the monotonic clock goes backwards")
	case jump.Abs() > time.Second:
		return bad(name, verdict.Warning, remedy, "it was put by %v while this ran", jump.Round(time.Millisecond))
	case known && !synchronised:
		return bad(name, verdict.Warning, remedy, "%s, and not synchronised", after.Format(time.DateTime))
	case known:
		return good(name, "%s, synchronised", after.Format(time.DateTime))
	}
	return good(name, "%s; whether it is synchronised cannot be told here", after.Format(time.DateTime))
}

// synchronised asks systemd.
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
