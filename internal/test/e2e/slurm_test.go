package e2e

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
)

// slurmConfig describes a cluster with one node, on the loopback device only, without
// control groups or accounting. The node claims four processors.
const slurmConfig = `ClusterName=voiceflow
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
NodeName=node NodeHostname=%[1]s NodeAddr=127.0.0.1 Port=%[3]d CPUs=4
SlurmdParameters=config_overrides
PartitionName=all Nodes=node Default=YES
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=%[4]s/munge
StateSaveLocation=%[4]s/state
SlurmdSpoolDir=%[4]s/spool
SlurmctldPidFile=%[4]s/slurmctld.pid
SlurmdPidFile=%[4]s/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
MpiDefault=none
`

// startSlurm starts the daemons of a cluster, which end with the test, and sets
// SLURM_CONF for the Slurm commands.
func startSlurm(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can start a Slurm cluster")
	}
	for _, program := range []string{"munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%v: install the packages slurmctld, slurmd, slurm-client and munge", err)
		}
	}
	// Munge requires a folder that everybody can read and only its user can write.
	dir, err := os.MkdirTemp("", "voiceflow-slurm-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	key := make([]byte, 128)
	rand.Read(key)
	for name, content := range map[string]string{
		"key":         string(key),
		"slurm.conf":  fmt.Sprintf(slurmConfig, host, freePort(t), freePort(t), dir),
		"cgroup.conf": "CgroupPlugin=cgroup/v1\n", // does nothing until a job asks for it
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SLURM_CONF", filepath.Join(dir, "slurm.conf"))
	daemon(t, dir, "munged", "--foreground", "--key-file="+dir+"/key", "--socket="+dir+"/munge",
		"--pid-file="+dir+"/munged.pid", "--log-file="+dir+"/munged.log", "--seed-file="+dir+"/seed")
	await.True(t, "munged's socket", func() bool {
		_, err := os.Stat(dir + "/munge")
		return err == nil
	})
	daemon(t, dir, "slurmctld", "-D")
	daemon(t, dir, "slurmd", "-D", "-N", "node")
	await.True(t, "the cluster's node", func() bool {
		out, err := exec.Command("sinfo", "--noheader", "--format=%T").Output()
		return err == nil && string(out) == "idle\n"
	})
}

// daemon starts a program that ends with the test, and logs its output if the test
// fails.
func daemon(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, name+".out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		log.Close()
		if t.Failed() {
			t.Logf("output of %s:\n%s", name, readFiles(t, []string{log.Name()}))
		}
	})
	cmd := group(t, name, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// freePort returns an unused port on the loopback device.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
