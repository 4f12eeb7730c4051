#!/bin/sh
# Installs the system packages that VoiceFlow needs, if they are missing:
#
#   scripts/system-packages.sh build|test|recordings|cmake|packages
#
# It installs them with apt, as root or with password-less sudo. Otherwise it prints one
# line that says what to install, and fails. If nothing is missing, it prints nothing.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .native
log=.native/packages.log

# debian_names PURPOSE prints the packages needed, by their Debian and Ubuntu names.
debian_names() {
	case $1 in
	build)
		echo pkg-config portaudio19-dev libsoxr-dev
		# Any installed compiler will do.
		command -v "${CC%% *}" >/dev/null || echo gcc
		[ -e /usr/include/stdio.h ] || echo libc6-dev
		# Go needs certificates to fetch modules.
		[ -e /etc/ssl/certs/ca-certificates.crt ] || [ -n "${SSL_CERT_FILE:-}${SSL_CERT_DIR:-}" ] ||
			echo ca-certificates
		# Only with the system's libwhisper; the staged one comes with its own.
		! pkg-config --exists whisper 2>/dev/null || echo libopenblas0-openmp
		;;
	test)
		echo pulseaudio pulseaudio-utils libasound2-plugins mesa-vulkan-drivers xvfb xauth x11-xkb-utils xterm xdotool \
			xclip python3-gi gir1.2-gtk-3.0 ffmpeg parallel slurmctld slurmd slurm-client munge tmux screen dbus-daemon \
			sway foot wl-clipboard wtype i3-wm libglib2.0-bin chromium logrotate curl jq shellcheck busybox zsh fish
		;;
	recordings) echo espeak-ng flite sox ;;
	cmake) echo cmake g++ ;;
	packages) echo debootstrap rpm cpio xz-utils ;;
	*) echo "usage: $0 build|test|recordings|cmake" >&2; exit 2 ;;
	esac
}

# commands PURPOSE prints what to look for without apt: commands, and pkg-config modules
# (pc:NAME).
commands() {
	case $1 in
	build) echo "${CC%% *}" pkg-config pc:portaudio-2.0 pc:soxr ;;
	test)
		echo pulseaudio paplay Xvfb xterm xdotool xclip ffmpeg parallel tmux screen dbus-daemon sway foot wl-copy \
			wtype i3 gsettings chromium logrotate curl jq shellcheck busybox zsh fish
		;;
	recordings) echo espeak-ng flite sox ;;
	cmake) echo cmake c++ ;;
	packages) echo debootstrap rpm2cpio cpio xz ;;
	esac
}

. scripts/steps.sh
CC=${CC:-gcc}
wanted=$(debian_names "$1")

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	missing=
	for c in $(commands "$1"); do
		case $c in
		pc:*) pkg-config --exists "${c#pc:}" 2>/dev/null || missing="$missing ${c#pc:}" ;;
		*) command -v "$c" >/dev/null || missing="$missing $c" ;;
		esac
	done
	[ -z "$missing" ] || fail "missing:$missing; install them (with headers) with your system's package manager," \
		"e.g. dnf install gcc pkgconf portaudio-devel soxr-devel, or brew install pkg-config portaudio libsoxr"
	exit 0
fi

missing=
for p in $wanted; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
	"install ok installed") ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	sudo="sudo -n"
elif command -v sudo >/dev/null; then
	fail "system packages are missing; install them, then run make again: sudo apt-get install$missing"
else
	fail "system packages are missing; install them as root, then run make again: apt-get install$missing"
fi

: >"$log"
begin_step "system packages" "needed from apt, for the whole system:$missing"
apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q -o APT::Status-Fd=1 -o DPkg::Lock::Timeout=120 "$@"
}
update() {
	step_log=$(wc -l <"$log") # ignore the errors of the first attempt
	say "system packages: refreshing apt's package lists"
	with_percent apt update || true # the install may still succeed
}
# shellcheck disable=SC2086 # splitting is intended
size() { apt install --assume-no --no-install-recommends $missing 2>/dev/null | download_size; }
# shellcheck disable=SC2086 # splitting is intended
install() { with_percent apt install -y --no-install-recommends $missing; }

# Fetch the package lists only if they are missing or stale.
download=$(size)
[ -n "$download" ] || { update && download=$(size); }
say "system packages: installing them${download:+ ($download)}"
install || { update && install; } ||
	step_failed "apt could not install$missing" "$(apt_remedy)"
end_step "installed"
