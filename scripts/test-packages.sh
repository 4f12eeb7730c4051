#!/bin/sh
# Tests what scripts/dist.sh builds, in clean systems below .native/roots:
#
#   scripts/test-packages.sh [SUITE]...      Debian's suites; bookworm and trixie
#
# It needs root, debootstrap and a mirror of Debian among this machine's apt sources. In
# each system: the tarball's quick start without a network, the installation of the .deb
# of an older version, the upgrade to this one, the downgrade, removal and purge. It also
# builds twice, in two folders, and compares the bytes.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/test-packages.log
: >"$log"
. scripts/debian.sh
[ "$(id -u)" = 0 ] || fail "test-packages needs root, for chroot"
command -v debootstrap >/dev/null || fail "debootstrap is missing; install it with: apt-get install debootstrap"
export LC_ALL=C XZ_LEVEL=0
packages=$native/packages
root= # the system under test

# step COMMAND... runs a command and reports it if it fails.
step() {
	"$@" >>"$log" 2>&1 || { say "failed: $*; the log is ${log#"$PWD/"}:"; tail -n 15 "$log" >&2; exit 1; }
}

# build VERSION FOLDER builds the packages from a copy of the last commit.
build() {
	rm -rf "${packages:?}/$2" "$packages/source-$2"
	mkdir -p "$packages/$2" "$packages/source-$2"
	git archive HEAD | tar -xf - -C "$packages/source-$2"
	ln -s "$native" "$packages/source-$2/.native"
	say "packages: building $1 in .native/packages/source-$2"
	# Without git, whose state would be built in.
	GIT_CEILING_DIRECTORIES=$packages SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) VERSION=$1 \
		step "$packages/source-$2/scripts/dist.sh" "$packages/$2"
	rm -rf "$packages/source-$2"
}

# inside COMMAND... runs a command in the system under test; offline does it without a
# network.
inside() { chroot "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
offline() { unshare -n chroot "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/root "$@"; }

# files lists the files of the system under test, without those of apt, dpkg and logs.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o \
		-path ./var/cache -o -path ./var/log -o -path ./tmp -o -path ./packages -o -path ./etc/ld.so.cache -o \
		-path ./root -o -path ./run -o -path './var/lib/systemd*' \) -prune -o -print | sort)
}

leave() {
	[ -z "$root" ] || ! mountpoint -q "$root/proc" || umount "$root/proc"
}

# enter SUITE makes a clean system of a suite, once, and a copy of it to work in.
enter() {
	base=$native/roots/$1
	if [ ! -e "$base.ready" ]; then
		mirror=$(debian_mirror)
		[ -n "$mirror" ] || fail "no Debian mirror among this system's apt sources"
		say "$1: making a clean system with debootstrap"
		rm -rf "$base"
		mkdir -p "$base"
		step debootstrap --variant=minbase --include=ca-certificates,xz-utils "$1" "$base" "$mirror"
		: >"$base.ready"
	fi
	root=$base.test
	leave # if an earlier run was killed
	rm -rf --one-file-system "$root"
	cp -a "$base" "$root"
	mkdir -p "$root/packages"
	cp "$packages"/old/*.deb "$packages"/new/*.deb "$packages"/new/*.tar.xz "$root/packages/"
	mount -t proc proc "$root/proc"
}

# works FOLDER VERSION tests the programs in a folder without a network: a check of the
# whole pipeline, the words of one recording, and the version.
works() {
	bin=$1/bin share=$1/share/voiceflow
	step offline "$bin/vf-health" check --words --speed-factor 0.1:0.01 "$share/recordings"
	words=$(offline "$bin/vf-transcribe" -f text "$share/recordings/sentence-01.wav" 2>>"$log")
	[ "$words" = "my brother will call you tomorrow morning" ] || fail "$bin/vf-transcribe printed: $words"
	offline "$bin/vf-transcribe" --version | grep -q -F " version $2" || fail "$bin is not version $2"
	# It runs, and finds no microphone.
	offline "$bin/vf-record" --list-devices >>"$log" 2>&1 || [ $? = 4 ] || fail "$bin/vf-record --list-devices failed"
}

# tarball: the quick start in README.md, from a folder with a space, then an
# installation and its removal.
tarball() {
	step inside sh -c 'mkdir -p "/opt/any folder" && tar -xf /packages/*.tar.xz -C "/opt/any folder"'
	folder=$(inside sh -c 'echo /opt/*/voiceflow-*')
	works "$folder" "$new"
	files >"$packages/before"
	for prefix in /usr/local /srv/voice/flow; do
		step offline "$folder/install.sh" $prefix
		works $prefix "$new"
		step offline $prefix/share/voiceflow/uninstall.sh $prefix
		files | step diff "$packages/before" -
	done
	rm -rf "$root/opt/any folder"
	say "$1: the tarball works, and is removed without a trace"
}

deb() {
	files >"$packages/before"
	step inside apt-get update
	step inside sh -c "apt-get install -y --no-install-recommends /packages/voiceflow_${old}_*.deb"
	works /usr "$old"
	step offline sh -c 'bash -c ". /usr/share/bash-completion/completions/vf-vad && complete -p vf-vad"'
	step inside sh -c "apt-get install -y --no-install-recommends /packages/voiceflow_${new}_*.deb"
	works /usr "$new"
	step inside sh -c "apt-get install -y --no-install-recommends --allow-downgrades /packages/voiceflow_${old}_*.deb"
	works /usr "$old"
	step inside apt-get remove -y voiceflow
	inside sh -c '! command -v vf-vad' >/dev/null || fail "$1: vf-vad is still there after the removal"
	step inside sh -c "apt-get install -y --no-install-recommends /packages/voiceflow_${new}_*.deb"
	step inside apt-get purge -y voiceflow
	step inside apt-get autoremove -y --purge
	files | step diff "$packages/before" -
	say "$1: the .deb is installed, upgraded, downgraded, removed and purged without a trace"
}

# rpm checks the .rpm as far as that goes without a system that uses it.
rpm() {
	if ! command -v rpm2cpio >/dev/null || ! command -v cpio >/dev/null; then
		say "rpm: not tested, because rpm or cpio is missing; install them with: apt-get install rpm cpio"
		return
	fi
	rm -rf "$packages/rpm"
	mkdir -p "$packages/rpm"
	step command rpm -qpl "$packages"/new/*.rpm
	(cd "$packages/rpm" && rpm2cpio ../new/*.rpm | cpio -id --quiet --no-absolute-filenames) 2>>"$log"
	words=$("$packages/rpm/usr/bin/vf-transcribe" -f text "$packages/rpm/usr/share/voiceflow/recordings/sentence-01.wav" 2>>"$log")
	[ "$words" = "my brother will call you tomorrow morning" ] || fail "rpm: vf-transcribe printed: $words"
	command rpm -qp --requires "$packages"/new/*.rpm 2>>"$log" | grep -q -F 'libportaudio.so.2()(64bit)' ||
		fail "rpm: does not require PortAudio"
	say "rpm: complete, and its programs run"
}

old=0.0.1 new=0.0.2
trap leave EXIT
build $new new
build $new again
step diff -r "$packages/new" "$packages/again"
say "packages: the same bytes from two folders"
rm -rf "$packages/again"
build $old old
rpm
[ $# -gt 0 ] || set -- bookworm trixie
for suite in "$@"; do
	enter "$suite"
	tarball "$suite"
	deb "$suite"
	leave
	rm -rf --one-file-system "$root"
done
