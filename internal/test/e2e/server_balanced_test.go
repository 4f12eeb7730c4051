package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"voiceflow/internal/test/await"
)

// nginxBlocks returns the configuration of nginx in docs/server.md.
func nginxBlocks(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs/server.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile(`(?m)^    upstream transcribe \{\n(?:    .*\n)+`).FindString(string(page))
	if block == "" {
		t.Fatal("docs/server.md has no configuration of nginx")
	}
	return block
}

// freePorts returns ports of loopback that nobody uses.
func freePorts(t *testing.T, n int) (ports []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		ports = append(ports, port)
	}
	return ports
}

// TestServersBehindBalancer: behind nginx, as the docs configure it, all requests are
// answered although one of two servers is killed.
func TestServersBehindBalancer(t *testing.T) {
	t.Parallel()
	nginx := filepath.Join(root, ".native/run-nginx")
	if found, err := exec.LookPath("/usr/sbin/nginx"); err == nil {
		nginx = found
	}
	dir, ports := t.TempDir(), freePorts(t, 3)
	config := strings.NewReplacer("127.0.0.1:8177", "127.0.0.1:"+ports[0], "127.0.0.1:8178", "127.0.0.1:"+ports[1],
		"127.0.0.1:8179", "127.0.0.1:"+ports[2]).Replace(nginxBlocks(t))
	write(t, filepath.Join(dir, "nginx.conf"), fmt.Sprintf(`
daemon off; master_process off; error_log stderr; pid %[1]s/pid;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
%[2]s}
`, dir, config))
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		var log bytes.Buffer
		cmd.Stderr = &log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Signal(os.Interrupt)
			_ = cmd.Wait()
			if t.Failed() {
				t.Logf("%s: %s", name, &log)
			}
		})
		return cmd
	}
	first := run(filepath.Join(bin, "vf-transcribe"), "--listen", "127.0.0.1:"+ports[1])
	run(filepath.Join(bin, "vf-transcribe"), "--listen", "127.0.0.1:"+ports[2])
	run(nginx, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr")
	for _, port := range ports {
		await.Nil(t, func() error {
			c, err := net.Dial("tcp", "127.0.0.1:"+port)
			if err == nil {
				c.Close()
			}
			return err
		})
	}
	var clients sync.WaitGroup
	failures := make(chan error, 40)
	var once sync.Once
	for i := range 4 {
		clients.Go(func() {
			for n := range 10 {
				if i == 0 && n == 3 {
					once.Do(func() { _ = first.Process.Kill() })
				}
				out, err := exec.Command("curl", "-sS", "http://127.0.0.1:"+ports[0]+"/v1/audio/transcriptions",
					"-F", "file=@"+recording("sentence-06"), "-F", "response_format=text").CombinedOutput()
				if err == nil && strings.TrimSpace(string(out)) != "write another letter and bring it home" {
					err = errors.New(string(out))
				}
				failures <- err
			}
		})
	}
	clients.Wait()
	for range 40 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}
