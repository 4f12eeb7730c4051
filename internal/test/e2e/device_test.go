package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/event"
)

// TestGPU checks that the GPU and the CPU recognise the same words in the ten
// sentences. GGML_VK_VISIBLE_DEVICES makes ggml use Mesa's software device, which it
// would otherwise ignore as a CPU.
func TestGPU(t *testing.T) {
	t.Parallel()
	sentences, err := filepath.Glob(recording("sentence-*"))
	if err != nil || len(sentences) != 10 {
		t.Fatalf("%d sentences, %v", len(sentences), err)
	}
	words := map[string][]string{}
	for _, device := range []string{"cpu", "gpu"} {
		cmd := exec.Command("vf-transcribe", append([]string{"--device", device}, sentences...)...)
		cmd.Env = append(os.Environ(), "GGML_VK_VISIBLE_DEVICES=0")
		var log strings.Builder
		cmd.Stderr = &log
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v: %s (make test-deps installs mesa-vulkan-drivers)", device, err, log.String())
		}
		for in := event.NewReader(strings.NewReader(string(out))); in.Scan(); {
			if _, is := in.Record().(*event.End); is {
				break
			}
			tr, ok := in.Record().(*event.Transcript)
			if !ok {
				t.Fatalf("%s: %s", device, out)
			}
			if isGPU := strings.HasPrefix(tr.Device, "Vulkan"); isGPU != (device == "gpu") {
				t.Errorf("with --device %s it ran on %s", device, tr.Device)
			}
			if tr.Degraded != nil {
				t.Errorf("on %s: degraded %q", device, tr.Degraded)
			}
			words[device] = append(words[device], tr.Text)
		}
	}
	if len(words["cpu"]) != 10 || !slices.Equal(words["gpu"], words["cpu"]) {
		t.Errorf("gpu: %q\ncpu: %q", words["gpu"], words["cpu"])
	}
}
