// Package units tests what the service units of contrib allow.
package units

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const folder = "../../../contrib/systemd"

// everywhere are the limits that every service has. docs/security.md explains them.
var everywhere = []string{
	"NoNewPrivileges=yes", "PrivateUsers=yes", "CapabilityBoundingSet=", "ProtectSystem=strict",
	"ProtectHostname=yes", "ProtectClock=yes", "ProtectKernelTunables=yes", "ProtectKernelModules=yes",
	"ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectProc=invisible", "RestrictNamespaces=yes",
	"RestrictRealtime=yes", "RestrictSUIDSGID=yes", "LockPersonality=yes", "KeyringMode=private",
	"SystemCallArchitectures=native", "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
	"SystemCallErrorNumber=EPERM", "UMask=0077",
}

const landlock = "SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self"

// services lists what else each service has, and what it must not have because its work
// needs it.
var services = map[string]struct{ has, lacks []string }{
	"check": {
		[]string{
			"ProtectHome=read-only", "PrivateTmp=yes", "PrivateNetwork=yes", "IPAddressDeny=any",
			"RestrictAddressFamilies=AF_UNIX", "DevicePolicy=closed", landlock, "ReadWritePaths=-%h/.local/state -%h/.cache",
		},
		[]string{"PrivateDevices", "MemoryDenyWriteExecute"}, // the GPU and its drivers
	},
	"clean": {
		[]string{
			"ProtectHome=read-only", "PrivateDevices=yes", "PrivateNetwork=yes", "IPAddressDeny=any",
			"RestrictAddressFamilies=AF_UNIX", "MemoryDenyWriteExecute=yes",
			"ReadWritePaths=-%h/.local/state -%h/.local/share -%h/.config/voiceflow -%t -/tmp",
		},
		[]string{"PrivateTmp"}, // leftovers in the shared folder
	},
	"transcribe": {
		[]string{
			"ProtectHome=read-only", "PrivateTmp=yes", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
			"DevicePolicy=closed", landlock, "ReadWritePaths=-%h/.local/state -%h/.local/share/voiceflow",
		},
		[]string{"PrivateDevices", "PrivateNetwork", "MemoryDenyWriteExecute"},
	},
	"dictate": {
		[]string{
			"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "DevicePolicy=closed", "DeviceAllow=char-alsa rw", landlock,
			"ReadWritePaths=-%h/.local/state -%h/.local/share/voiceflow -%h/.cache -%t -/tmp",
		},
		[]string{"PrivateDevices", "PrivateNetwork", "PrivateTmp", "MemoryDenyWriteExecute"}, // sound card, X11
	},
}

func read(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

func TestLimits(t *testing.T) {
	found, err := filepath.Glob(folder + "/*.service")
	if err != nil || len(found) != len(services) {
		t.Errorf("the services %q, want %d: add new ones to the table", found, len(services))
	}
	for name, want := range services {
		lines := read(t, filepath.Join(folder, "voiceflow-"+name+".service"))
		for _, limit := range slices.Concat(everywhere, want.has) {
			if !slices.Contains(lines, limit) {
				t.Errorf("%s lacks %s", name, limit)
			}
		}
		for _, key := range want.lacks {
			if slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, key+"=") }) {
				t.Errorf("%s has %s, which its work does not allow", name, key)
			}
		}
	}
}

// A later line for the same key must not take back an earlier one.
func TestNothingTakenBack(t *testing.T) {
	for name := range services {
		seen := map[string]bool{}
		for _, line := range read(t, filepath.Join(folder, "voiceflow-"+name+".service")) {
			key, _, ok := strings.Cut(line, "=")
			if !ok || strings.HasPrefix(line, "#") || key == "SystemCallFilter" || key == "DeviceAllow" {
				continue
			}
			if seen[key] {
				t.Errorf("%s has %s twice", name, key)
			}
			seen[key] = true
		}
	}
}

// TestFallback: the settings for systems without user namespaces take back every limit
// that needs one, and none of the others.
func TestFallback(t *testing.T) {
	var taken []string
	for _, line := range read(t, folder+"/without-namespaces.conf") {
		if key, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			taken = append(taken, key)
		}
	}
	slices.Sort(taken)
	want := []string{
		"CapabilityBoundingSet", "PrivateDevices", "PrivateNetwork", "PrivateTmp", "PrivateUsers", "ProtectClock",
		"ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
		"ProtectKernelTunables", "ProtectProc", "ProtectSystem", "ReadWritePaths",
	}
	if !slices.Equal(taken, want) {
		t.Errorf("got %q, want %q", taken, want)
	}
}

// TestExposure: systemd's own figure is below 2 of 10 for each service. It judges a unit
// without User= as root's, but these are units of a user.
func TestExposure(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze was not found: install the package systemd")
	}
	if out, err := exec.Command(analyze, "security", "--help").CombinedOutput(); !strings.Contains(string(out), "--offline") {
		t.Skipf("systemd-analyze cannot judge files, which it does from version 250 on: %v", err)
	}
	figure := regexp.MustCompile(`exposure level for \S+: (\d+)\.(\d) `)
	judge := func(name string, lines []string) string {
		path := filepath.Join(t.TempDir(), "voiceflow-"+name+".service")
		text := strings.Replace(strings.Join(lines, "\n"), "[Service]\n", "[Service]\nUser=someone\n", 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(analyze, "security", "--offline=true", "--no-pager", path).CombinedOutput()
		m := figure.FindSubmatch(out)
		if m == nil {
			t.Fatalf("%v: %s", err, out)
		}
		t.Logf("%s: %s.%s", name, m[1], m[2])
		return string(m[1])
	}
	for name := range services {
		lines := read(t, filepath.Join(folder, "voiceflow-"+name+".service"))
		if whole := judge(name, lines); whole != "0" && whole != "1" {
			t.Errorf("the exposure of %s is %s or more, want less than 2", name, whole)
		}
	}
	// Check that it judges: without the limits it is another figure.
	if whole := judge("bare", []string{"[Service]", "ExecStart=/bin/true", ""}); whole < "2" {
		t.Errorf("the exposure of a unit without limits is %s", whole)
	}
}
