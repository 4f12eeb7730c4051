package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/test/home"
	"voiceflow/pkg/paste"
)

var inFile = regexp.MustCompile(`(?:it is|kept) (?:on the clipboard \(\w+\) and )?in ([^"\n]*\.txt)`)

// kept runs the program and returns the undelivered text, from the file that the error
// names.
func kept(t *testing.T, stdin string, stdout any, args ...string) (code int, text, log string) {
	t.Helper()
	var out, err bytes.Buffer
	if file, ok := stdout.(*os.File); ok {
		code = run(append([]string{"vf-paste"}, args...), strings.NewReader(stdin), file, &err)
	} else {
		code = run(append([]string{"vf-paste"}, args...), strings.NewReader(stdin), &out, &err)
	}
	if name := inFile.FindStringSubmatch(err.String()); name != nil {
		data, _ := os.ReadFile(name[1])
		text = string(data)
		t.Cleanup(func() { // it need not be in a folder of the test
			_ = os.Remove(name[1])
			_ = os.Remove(filepath.Dir(name[1]))
		})
	}
	return code, text, err.String()
}

// bare makes an environment without a desktop and some other variables, and a home of
// its own.
func bare(t *testing.T, unset ...string) (folder string) {
	t.Helper()
	folder = home.Private(t)
	for _, name := range append([]string{"DISPLAY", "WAYLAND_DISPLAY", "TMUX", "STY", "INVOCATION_ID"}, unset...) {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	t.Setenv("XDG_STATE_HOME", filepath.Join(folder, "state"))
	xdg.Reload()
	return folder
}

// TestAlwaysKept: whatever is missing, the text is in a file, and the error says where.
func TestAlwaysKept(t *testing.T) {
	file := func(t *testing.T, path string) string {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tt := range []struct {
		name  string
		unset []string
		set   func(t *testing.T, folder string)
		args  []string
	}{
		{name: "no display"},
		{name: "no home", unset: []string{"HOME", "XDG_RUNTIME_DIR"}},
		{name: "no runtime folder", unset: []string{"XDG_RUNTIME_DIR"}},
		{name: "no programs", set: func(t *testing.T, folder string) { t.Setenv("PATH", folder) }},
		{name: "no path", set: func(t *testing.T, _ string) { t.Setenv("PATH", "") }},
		{name: "no state folder", set: func(t *testing.T, folder string) { file(t, filepath.Join(folder, "state")) }},
		{name: "no state and no temporary folder", set: func(t *testing.T, folder string) {
			file(t, filepath.Join(folder, "state"))
			t.Setenv("TMPDIR", file(t, filepath.Join(folder, "tmp")))
		}},
		{name: "a temporary folder of others", set: func(t *testing.T, folder string) {
			file(t, filepath.Join(folder, "state"))
			tmp := t.TempDir()
			for _, name := range []string{"voiceflow-undelivered-0", "voiceflow-undelivered-1000"} {
				if err := os.Mkdir(filepath.Join(tmp, name), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(filepath.Join(tmp, name), 0o777); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("TMPDIR", tmp)
		}},
		{name: "no X server", set: func(t *testing.T, _ string) { t.Setenv("DISPLAY", ":4711") }},
		{name: "no compositor", set: func(t *testing.T, _ string) { t.Setenv("WAYLAND_DISPLAY", "none") }},
		{name: "no bus", args: []string{"--notify", "--partial", "notify"},
			set: func(t *testing.T, _ string) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/none") }},
		{name: "a command that fails", args: []string{"--exec", "exit 3"}},
		{name: "a command that does not read", args: []string{"--exec", "exec <&-; exit 1", "--report"}},
		{name: "a report", args: []string{"--report"}},
		{name: "a report and a command that fails", args: []string{"--report", "--exec", "exit 3"}},
		{name: "no command", args: []string{"--method", "exec"}},
		{name: "two methods", args: []string{"--method", "x11", "--method", "exec", "--exec", "exit 3"}},
		{name: "a final newline", args: []string{"--final-newline", "--allow-newlines"}},
		{name: "history and partial text", args: []string{"--history", "3", "--partial", "type", "--erase-cancelled"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := bare(t, tt.unset...)
			if tt.set != nil {
				tt.set(t, folder)
			}
			for stdin, want := range map[string]string{
				hello + again: "hello there again\n",
				"one\ntwo":    "one two\n",
				mark("begin") + partial(1, "hello", "") + hello + again + mark("end"): "hello there again\n",
			} {
				if code, text, log := kept(t, stdin, nil, tt.args...); code != exitcode.NoTarget || text != want {
					t.Errorf("code %d, kept %q, want %q\n%s", code, text, want, log)
				}
			}
		})
	}
}

// TestKeptNowhere: if nothing at all can be written, the text is printed.
func TestKeptNowhere(t *testing.T) {
	folder := bare(t)
	nowhere := describe(func() []string { return []string{"/dev/null/undelivered", "/proc/undelivered"} })
	for _, stdin := range []string{hello + again, mark("begin") + hello + again + mark("end"), "hello there\nagain"} {
		var errs bytes.Buffer
		code := cmdline.Run(nowhere, []string{"vf-paste"}, strings.NewReader(stdin), io.Discard, &errs)
		if log := errs.String(); code != exitcode.NoTarget || !strings.HasPrefix(log, "hello there again\n{") || !strings.Contains(log, "line above") {
			t.Errorf("code %d: %s", code, log)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "state/voiceflow/undelivered")); err == nil {
		t.Error("a folder was created")
	}
}

// TestKeptInService: a text on the clipboard of a service, which ends with the service, is
// also in a file.
func TestKeptInService(t *testing.T) {
	folder := bare(t)
	script := "#!/bin/sh\ncat >'" + folder + "/clipboard'\n"
	if err := os.WriteFile(filepath.Join(folder, "xclip"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	t.Setenv("DISPLAY", ":4711")
	for _, service := range []bool{false, true} {
		if service {
			t.Setenv("INVOCATION_ID", "1")
		}
		code, text, log := kept(t, hello, nil, "--method", "x11")
		copied, _ := os.ReadFile(filepath.Join(folder, "clipboard"))
		if code != exitcode.NoTarget || string(copied) != "hello there" || !strings.Contains(log, "it is on the clipboard (xclip)") {
			t.Errorf("code %d, copied %q: %s", code, copied, log)
		}
		if (text == "hello there\n") != service {
			t.Errorf("in a service: %v, in a file: %q", service, text)
		}
	}
}

// TestKeptOfEveryMethod: a method that lacks something here leads to a file.
func TestKeptOfEveryMethod(t *testing.T) {
	for _, m := range paste.Methods() {
		if m.Name == "stdout" || m.Name == "osc52" || m.Name == "dotool" || m.Name == "ydotool" {
			continue // need nothing of the desktop
		}
		t.Run(m.Name, func(t *testing.T) {
			bare(t)
			if code, text, log := kept(t, hello, nil, "--method", m.Name); code != exitcode.NoTarget || text != "hello there\n" {
				t.Errorf("code %d, kept %q\n%s", code, text, log)
			}
		})
	}
}

// TestKeptWithoutReport: if nobody reads the report, each text is still delivered or kept.
func TestKeptWithoutReport(t *testing.T) {
	for name, open := range map[string]func() (*os.File, error){
		"full": func() (*os.File, error) { return os.OpenFile("/dev/full", os.O_WRONLY, 0) },
		"closed": func() (*os.File, error) {
			f, err := os.OpenFile(os.DevNull, os.O_RDONLY, 0)
			return f, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := bare(t)
			out, err := open()
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			if code, text, log := kept(t, hello+again, out, "--report"); code != exitcode.NoTarget || text != "hello there again\n" {
				t.Errorf("code %d, kept %q\n%s", code, text, log)
			}
			code, _, log := kept(t, hello+again, out, "--report", "--exec", "cat >>'"+folder+"/said'")
			said, _ := os.ReadFile(filepath.Join(folder, "said"))
			if code != exitcode.NoTarget || string(said) != "hello thereagain" {
				t.Errorf("code %d, delivered %q\n%s", code, said, log)
			}
		})
	}
}

// TestKeptByDictation: each dictation of a stream says where its text is, and a cancelled
// one leaves none.
func TestKeptByDictation(t *testing.T) {
	folder := bare(t)
	code, _, log := kept(t, mark("begin")+hello+mark("end")+mark("begin")+said(2, "unwanted")+mark("cancel")+
		mark("begin")+said(3, "two")+mark("end"), nil)
	if code != exitcode.NoTarget || strings.Count(log, "it is in ") != 2 {
		t.Errorf("code %d\n%s", code, log)
	}
	all := ""
	err := filepath.WalkDir(filepath.Join(folder, "state/voiceflow/undelivered"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			text, _ := os.ReadFile(path)
			all += string(text)
		}
		return err
	})
	if err != nil || !strings.Contains(all, "hello there\n") || !strings.Contains(all, "two\n") || strings.Contains(all, "unwanted") {
		t.Errorf("kept %q, %v", all, err)
	}
}

// TestBrokenOffWithoutMethod: that no method works does not hide that words are missing.
func TestBrokenOffWithoutMethod(t *testing.T) {
	bare(t)
	t.Setenv("PATH", t.TempDir())
	begin := strings.Replace(mark("begin"), "}", `,"ends":true}`, 1)
	for _, tt := range []struct {
		name, stdin string
		code        int
		broken      bool
	}{
		{"nothing said", begin, exitcode.SomeFailed, true},
		{"nothing said, to the end", begin + mark("end") + `{"type":"end"}` + "\n", exitcode.NoTarget, false},
		{"text", begin + said(1, "text"), exitcode.NoTarget, true},
	} {
		code, _, log := kept(t, tt.stdin, nil)
		if code != tt.code || strings.Contains(log, "without its end record") != tt.broken {
			t.Errorf("%s: code %d, want %d\n%s", tt.name, code, tt.code, log)
		}
	}
}
