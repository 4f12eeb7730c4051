package openfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// rootLink returns the name of a link of root's in the root folder.
func rootLink(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/bin", "/lib", "/sbin", "/lib64"} {
		if info, err := os.Lstat(name); err == nil && info.Mode().Type() == os.ModeSymlink {
			return name
		}
	}
	t.Skip("the root folder has no links")
	return ""
}

// TestNamespaceOfUser: where only this user has a number, as in a service with
// PrivateUsers=yes, a link in the root folder is still followed, and one that somebody
// else made elsewhere is not.
func TestNamespaceOfUser(t *testing.T) {
	if link := os.Getenv("OPENFILE_TEST_LINK"); link != "" {
		if target, err := Resolve(rootLink(t) + "/sh"); err != nil || strings.HasPrefix(target, rootLink(t)+"/") {
			t.Errorf("root's link: %q, %v", target, err)
		}
		if target, err := Resolve(filepath.Join(link, "file")); err == nil {
			t.Errorf("another user's link led to %q", target)
		}
		return
	}
	rootLink(t)
	if os.Getuid() != 0 {
		t.Skip("only root can make a link that belongs to another user")
	}
	dir, err := os.MkdirTemp("", "openfile-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	link := filepath.Join(dir, "link")
	if err := os.Symlink("/usr", link); err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(link, 65533, 65533); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "test") // the other user cannot read go's folder
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil { // others can put links there
		t.Fatal(err)
	}
	const me = 65532
	cmd := exec.Command(program, "-test.run", "^TestNamespaceOfUser$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "OPENFILE_TEST_LINK="+link)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: me, HostID: me, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: me, HostID: me, Size: 1}},
		Credential:  &syscall.Credential{Uid: me, Gid: me, NoSetGroups: true},
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v: %s", err, out)
	}
}
