package preflight

import (
	"bufio"
	"slices"
	"strings"
)

// distribution knows how packages are installed here.
type distribution struct {
	manager string // apt, dnf, pacman, zypper, brew; empty: not known
}

// managers are the package managers of families of distributions, by the names
// in os-release's ID and ID_LIKE.
var managers = map[string]string{
	"debian": "apt", "ubuntu": "apt", "raspbian": "apt",
	"fedora": "dnf", "rhel": "dnf", "centos": "dnf", "amzn": "dnf",
	"arch":     "pacman",
	"opensuse": "zypper", "suse": "zypper", "sles": "zypper", "opensuse-tumbleweed": "zypper", "opensuse-leap": "zypper",
}

// commands install packages.
var commands = map[string]string{
	"apt":    "sudo apt-get install ",
	"dnf":    "sudo dnf install ",
	"pacman": "sudo pacman -S ",
	"zypper": "sudo zypper install ",
	"brew":   "brew install ",
}

// packages are the names of what may be lacking, for the managers where it is
// not called by its own name; an empty name: there is none.
var packages = map[string]map[string]string{
	"pipewire-pulse": {"dnf": "pipewire-pulseaudio", "zypper": "pipewire-pulseaudio", "brew": ""},
	"vulkan-mesa":    {"apt": "mesa-vulkan-drivers", "dnf": "mesa-vulkan-drivers", "pacman": "vulkan-radeon vulkan-intel", "zypper": "libvulkan_radeon libvulkan_intel", "brew": ""},
	"vulkan-nvidia":  {"apt": "libvulkan1 nvidia-driver", "dnf": "akmod-nvidia vulkan-loader", "pacman": "nvidia-utils vulkan-icd-loader", "zypper": "nvidia-video-G06 libvulkan1", "brew": ""},
	"openblas":       {"apt": "libopenblas0-openmp", "dnf": "openblas-openmp", "zypper": "libopenblas_openmp0", "brew": ""},
	"xclip":          {},
	"wl-clipboard":   {"brew": ""},
	"ydotool":        {"brew": ""},
}

func (p Probe) distribution() distribution {
	if p.System == "darwin" {
		return distribution{"brew"}
	}
	return distribution{managerOf(p.read("etc/os-release"))}
}

// managerOf reads os-release: the distribution's own name comes first, then
// those that it is like.
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

// install is the command that installs what is lacking, or the words where it
// is not known.
func (d distribution) install(what string) string {
	name, special := packages[what][d.manager]
	switch {
	case d.manager == "" || special && name == "":
		return "install " + what
	case !special:
		name = what
	}
	return commands[d.manager] + name
}
