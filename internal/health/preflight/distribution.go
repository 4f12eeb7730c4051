package preflight

import (
	"bufio"
	"slices"
	"strings"
)

// distribution is the system's package manager.
type distribution struct {
	manager string // apt, dnf, pacman, zypper or brew; empty: unknown
}

// managers maps each distribution or family, named as in the ID and ID_LIKE of
// os-release, to its package manager.
var managers = map[string]string{
	"debian": "apt", "ubuntu": "apt", "raspbian": "apt",
	"fedora": "dnf", "rhel": "dnf", "centos": "dnf", "amzn": "dnf",
	"arch":     "pacman",
	"opensuse": "zypper", "suse": "zypper", "sles": "zypper", "opensuse-tumbleweed": "zypper", "opensuse-leap": "zypper",
}

// commands maps each manager to the command that installs packages.
var commands = map[string]string{
	"apt":    "sudo apt-get install ",
	"dnf":    "sudo dnf install ",
	"pacman": "sudo pacman -S ",
	"zypper": "sudo zypper install ",
	"brew":   "brew install ",
}

// packages holds the package names by software and manager, if they differ from
// the name of the software. An empty name means that there is no package.
var packages = map[string]map[string]string{
	"pipewire-pulse": {"dnf": "pipewire-pulseaudio", "zypper": "pipewire-pulseaudio", "brew": ""},
	"vulkan-mesa": {
		"apt": "mesa-vulkan-drivers", "dnf": "mesa-vulkan-drivers", "pacman": "vulkan-radeon vulkan-intel",
		"zypper": "libvulkan_radeon libvulkan_intel", "brew": "",
	},
	"vulkan-nvidia": {
		"apt": "libvulkan1 nvidia-driver", "dnf": "akmod-nvidia vulkan-loader",
		"pacman": "nvidia-utils vulkan-icd-loader", "zypper": "nvidia-video-G06 libvulkan1", "brew": "",
	},
	"openblas": {
		"apt": "libopenblas0-openmp", "dnf": "openblas-openmp", "zypper": "libopenblas_openmp0", "brew": "",
	},
	"xclip":        {},
	"wl-clipboard": {"brew": ""},
	"ydotool":      {"brew": ""},
}

func (p Probe) distribution() distribution {
	if p.System == "darwin" {
		return distribution{"brew"}
	}
	return distribution{managerOf(p.read("etc/os-release"))}
}

// managerOf returns the package manager for the content of os-release. ID comes
// before ID_LIKE.
func managerOf(release string) string {
	var id, like []string
	lines := bufio.NewScanner(strings.NewReader(release))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		names := strings.Fields(strings.Trim(strings.TrimSpace(value), `"'`))
		switch strings.TrimSpace(key) {
		case "ID":
			id = names
		case "ID_LIKE":
			like = names
		}
	}
	for _, name := range slices.Concat(id, like) {
		if m := managers[strings.ToLower(name)]; m != "" {
			return m
		}
	}
	return ""
}

// install returns the command that installs a piece of software, or words if the
// command is unknown.
func (d distribution) install(software string) string {
	name, ok := packages[software][d.manager]
	switch {
	case d.manager == "" || ok && name == "":
		return "install " + software
	case !ok:
		name = software
	}
	return commands[d.manager] + name
}
