# Functions for trying VoiceFlow in clean systems of Debian, which debootstrap makes below
# $native/roots from the mirror that this machine uses. The scripts that use them set
# $native and $log, and have read debian.sh.

root= # the system in use

# can_make_roots SCRIPT fails unless this machine can make such systems.
can_make_roots() {
	[ "$(id -u)" = 0 ] || fail "$1 needs root, for chroot"
	command -v debootstrap >/dev/null || fail "debootstrap is missing; install it with: apt-get install debootstrap"
}

# step COMMAND... runs a command and reports it if it fails.
step() {
	"$@" >>"$log" 2>&1 || { say "failed: $*; the log is ${log#"$PWD/"}:"; tail -n 15 "$log" >&2; exit 1; }
}

# clean_root SUITE KIND PACKAGES makes a system of a suite with these packages, separated
# by commas, unless an earlier run has, and sets $root to a copy of it to work in.
clean_root() {
	base=$native/roots/$1-$2
	[ -e "$base.ready" ] || new_root "$1" "$3"
	root=$base.test
	remove_root
	cp -a "$base" "$root"
	same_network
}

# new_root SUITE PACKAGES makes a system in $base.
new_root() {
	mirror=$(debian_mirror)
	[ -n "$mirror" ] || fail "no Debian mirror among this system's apt sources"
	say "$1: making a clean system with debootstrap"
	rm -rf --one-file-system "$base"
	mkdir -p "$base"
	# Older versions do not know the name of a newer suite.
	script=/usr/share/debootstrap/scripts/$1
	[ -e "$script" ] || script=${script%/*}/sid
	step unshare --mount debootstrap --variant=minbase "--include=$2" "$1" "$base" "$mirror" "$script"
	: >"$base.ready"
}

# same_network lets the system reach the network as this machine does: with its name
# servers, apt's proxies and its own certificate authorities.
same_network() {
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
	apt-config dump Acquire | grep -E '^Acquire::(Check-|https?:|Retries)' >"$root/etc/apt/apt.conf.d/00machine" || true
	mkdir -p "$root/usr/local/share/ca-certificates"
	find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates/" \; 2>>"$log"
}

# clone_here makes /root/voiceflow in the system a clone of the last commit.
clone_here() {
	step git bundle create "$root/root/voiceflow.bundle" HEAD
	step inside git clone -q /root/voiceflow.bundle /root/voiceflow
}

# remove_root removes the system in use. Nothing is mounted there: contain.sh has its own
# namespace.
remove_root() { rm -rf --one-file-system "$root"; }

# inside COMMAND... runs a command in the system in use; offline does it without a network.
inside() { within "" "$@"; }
offline() { within --net "$@"; }

within() {
	net=$1
	shift
	for name in http_proxy https_proxy no_proxy GOPROXY GOSUMDB; do
		eval "[ -z \"\${$name+set}\" ] || set -- \"$name=\$$name\" \"\$@\""
	done
	# If this script is killed, so is everything in the system.
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child ${net:+"$net"} scripts/contain.sh "$root" \
		env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}
