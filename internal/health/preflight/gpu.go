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

// gpuMakers holds the vendors whose GPUs libwhisper supports, by PCI vendor ID.
// Other graphics devices, of server consoles and virtual machines, can only drive a
// display.
var gpuMakers = map[string]string{"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}

// gpu compares the devices that libwhisper uses with those of the machine.
func (p Probe) gpu(ctx context.Context, d distribution) []Check {
	out, err := p.query(ctx, "vf-transcribe", "devices", "--json")
	if errors.Is(err, errConfiguration) {
		return []Check{unknown("gpu", err)}
	}
	if err != nil {
		return []Check{bad("gpu", verdict.Critical, "reinstall the programs", "vf-transcribe devices: %v", err)}
	}
	if out.Code != exitcode.OK {
		return []Check{bad("gpu", verdict.Critical, "vf-transcribe devices",
			"libwhisper finds no device to compute on: %s", lastMessage(out))}
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

// judgeProcessor judges a machine without a GPU by whether OpenBLAS, which makes
// the processor several times faster, is installed.
func (p Probe) judgeProcessor(devices []event.Device, d distribution) Check {
	for _, device := range devices {
		if device.BLAS != "" {
			return good("gpu", "none: using the processor with %s; base.en (--profile speed) suits it best", device.BLAS)
		}
	}
	if p.System != "linux" {
		return good("gpu", "none: using the processor; base.en (--profile speed) suits it best")
	}
	return bad("gpu", verdict.Warning, d.install("openblas"),
		"none: using the processor without OpenBLAS, which would make it two to four times faster")
}

// judgeNoGPU explains why the machine's GPU is not used.
func (p Probe) judgeNoGPU(makers []string, d distribution) Check {
	for _, node := range p.glob("dev/dri/renderD*") {
		if err := p.Access(node); err != nil {
			return bad("gpu", verdict.Warning, `sudo usermod -aG render,video "$(id -un)"`+"\nthen log in again",
				"%s: you have no access to %s: %v", makers[0], node, err)
		}
	}
	driver := "vulkan-mesa"
	if makers[0] == "NVIDIA" {
		driver = "vulkan-nvidia"
	}
	return bad("gpu", verdict.Warning, d.install(driver)+"\nvf-transcribe devices then shows it; see docs/gpu.md",
		"%s GPU found, but libwhisper has no backend or driver for it", strings.Join(makers, " and "))
}

// graphics returns the vendors of the GPUs on the PCI bus or behind the kernel's
// device files. NVIDIA comes first, because its GPUs are usually the fastest.
func (p Probe) graphics() []string {
	var found []string
	add := func(maker string) {
		if maker != "" && !slices.Contains(found, maker) {
			found = append(found, maker)
		}
	}
	hasWSL := len(p.glob("dev/dxg")) > 0 && len(p.glob("usr/lib/wsl/lib/libcuda.so*")) > 0
	if len(p.glob("dev/nvidia[0-9]*")) > 0 || hasWSL {
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

// readIn returns the content of a file in a folder that glob returned.
func (p Probe) readIn(folder, file string) string {
	rel, err := filepath.Rel(p.Root, folder)
	if err != nil {
		return ""
	}
	return p.read(rel, file)
}

// lastMessage returns the last message in a program's standard error.
func lastMessage(out Output) string {
	return cmp.Or(peer.LastMessage(out.Stderr), "no reason given")
}
