package preflight

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/verdict"
	"voiceflow/pkg/event"
)

// gpuMakers are those whose GPUs libwhisper can compute on, by their numbers on
// the PCI bus. Others, of servers' consoles and virtual machines, show a screen
// and no more.
var gpuMakers = map[string]string{"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}

// gpu compares what libwhisper computes on with what the machine has.
func (p Probe) gpu(ctx context.Context, d distribution) []Check {
	out, err := p.question(ctx, "vf-transcribe", "devices", "--json")
	if errors.Is(err, errConfiguration) {
		return []Check{unasked("gpu", err)}
	}
	if err != nil {
		return []Check{bad("gpu", verdict.Critical, "install the programs anew", "vf-transcribe devices: %v", err)}
	}
	if out.Code != exitcode.OK {
		return []Check{bad("gpu", verdict.Critical, "vf-transcribe devices", "libwhisper finds nothing to compute on: %s", said(out))}
	}
	var names []string
	for _, d := range peer.Devices(out.Stdout) {
		if d.GPU {
			names = append(names, d.Name+" ("+d.Description+")")
		}
	}
	if len(names) > 0 {
		return []Check{good("gpu", "%s", strings.Join(names, ", "))}
	}
	if makers := p.graphics(); len(makers) > 0 {
		return []Check{p.judgeNoGPU(makers, d)}
	}
	return []Check{p.judgeProcessor(peer.Devices(out.Stdout), d)}
}

// judgeProcessor reports whether the processor, which computes for want of a
// GPU, has the library that makes it several times faster.
func (p Probe) judgeProcessor(devices []event.Device, d distribution) Check {
	for _, device := range devices {
		if device.BLAS != "" {
			return good("gpu", "none: the processor computes, with %s; base.en (--profile speed) is made for that", device.BLAS)
		}
	}
	if p.System != "linux" {
		return good("gpu", "none: the processor computes, for which base.en (--profile speed) is made")
	}
	return bad("gpu", verdict.Warning, d.install("openblas"), "none: the processor computes, without OpenBLAS, which makes it two to four times faster")
}

// judgeNoGPU explains why a GPU that is there is not used.
func (p Probe) judgeNoGPU(makers []string, d distribution) Check {
	for _, node := range p.glob("dev/dri/renderD*") {
		if err := p.Access(node); err != nil {
			return bad("gpu", verdict.Warning, `sudo usermod -aG render,video "$(id -un)"`+"\nthen log in again", "%s: %s may not be used: %v", makers[0], node, err)
		}
	}
	what := "vulkan-mesa"
	if makers[0] == "NVIDIA" {
		what = "vulkan-nvidia"
	}
	return bad("gpu", verdict.Warning, d.install(what)+"\nvf-transcribe devices then shows it; see docs/gpu.md",
		"%s is there, and no backend or driver of libwhisper for it", strings.Join(makers, " and "))
}

// graphics are the makers of the GPUs on the PCI bus or behind the kernel's
// device files, NVIDIA's first, which are mostly the faster ones.
func (p Probe) graphics() []string {
	var found []string
	add := func(maker string) {
		if maker != "" && !slices.Contains(found, maker) {
			found = append(found, maker)
		}
	}
	if len(p.glob("dev/nvidia[0-9]*")) > 0 || len(p.glob("dev/dxg")) > 0 && len(p.glob("usr/lib/wsl/lib/libcuda.so*")) > 0 {
		add("NVIDIA")
	}
	for _, pattern := range []string{"sys/bus/pci/devices/*", "sys/class/drm/card*/device"} {
		for _, folder := range p.glob(pattern) {
			class := p.readIn(folder, "class")
			if strings.HasPrefix(class, "0x03") || class == "0x120000" { // display controller, processing accelerator
				add(gpuMakers[p.readIn(folder, "vendor")])
			}
		}
	}
	slices.SortFunc(found, func(a, b string) int { return strings.Compare(order(a), order(b)) })
	return found
}

func order(maker string) string {
	if maker == "NVIDIA" {
		return ""
	}
	return maker
}

// readIn is a file in a folder of the system.
func (p Probe) readIn(folder, file string) string {
	rel, err := filepath.Rel(p.Root, folder)
	if err != nil {
		return ""
	}
	return p.read(rel, file)
}

// said is the last thing that a program complained of.
func said(out Output) string {
	return cmp.Or(peer.LastMessage(out.Stderr), "no reason given")
}
