package e2e

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"voiceflow/pkg/event"
)

// TestGPU holds the GPU's code path to the CPU's words. GGML_VK_VISIBLE_DEVICES
// makes ggml take Mesa's software device, which counts as a CPU otherwise.
func TestGPU(t *testing.T) {
	t.Parallel()
	words := map[string]string{}
	for _, device := range []string{"cpu", "gpu"} {
		cmd := exec.Command("vf-transcribe", "--device", device, recording("sentence-06"))
		cmd.Env = append(os.Environ(), "GGML_VK_VISIBLE_DEVICES=0")
		var log strings.Builder
		cmd.Stderr = &log
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v: %s (make test installs mesa-vulkan-drivers)", device, err, log.String())
		}
		in := event.NewReader(strings.NewReader(string(out)))
		if !in.Scan() {
			t.Fatalf("%s: no output", device)
		}
		tr, ok := in.Record().(*event.Transcript)
		if !ok {
			t.Fatalf("%s: %s", device, out)
		}
		if isGPU := strings.HasPrefix(tr.Device, "Vulkan"); isGPU != (device == "gpu") {
			t.Errorf("asked for %s, it ran on %s", device, tr.Device)
		}
		words[device] = tr.Text
	}
	if words["cpu"] == "" || words["gpu"] != words["cpu"] {
		t.Errorf("gpu: %q, cpu: %q", words["gpu"], words["cpu"])
	}
}
