#!/bin/sh
# Tests what scripts/dist.sh builds, in clean systems below .native/roots:
#
#   scripts/test-packages.sh [SUITE]...      Debian's suites; bookworm and trixie
#
# It needs root, debootstrap and a mirror of Debian among this machine's apt sources. In
# each system: the tarball's quick start without a network, the installation of the .deb
# of an older version, the upgrade to this one, the downgrade, removal and purge. It also
# builds twice, in two folders, and compares the bytes. In a suite with libwhisper, such as
# forky, it then builds the packages that use that, and installs the .deb.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/test-packages.log
: >"$log"
. scripts/debian.sh
. scripts/roots.sh
can_make_roots test-packages
export LC_ALL=C XZ_LEVEL=0
packages=$native/packages

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

# files lists the files of the system under test, without those of apt, dpkg and logs.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o \
		-path ./var/cache -o -path ./var/log -o -path ./tmp -o -path ./packages -o -path ./etc/ld.so.cache -o \
		-path ./root -o -path ./run -o -path './var/lib/systemd*' \) -prune -o -print | sort)
}

# enter SUITE makes a clean system of a suite to work in, with the packages to test.
enter() {
	clean_root "$1" packages ca-certificates,xz-utils
	mkdir -p "$root/packages"
	cp "$packages"/old/*.deb "$packages"/new/*.deb "$packages"/new/*.tar.xz "$root/packages/"
}

# works FOLDER VERSION tests the programs in a folder without a network: a check of the
# whole pipeline, the words of one recording, and the version.
works() {
	bin=$1/bin share=$1/share/voiceflow
	step offline "$bin/vf-health" check --words --speed-factor 0.1:0.01 "$share/recordings"
	words=$(offline "$bin/vf-transcribe" -f text "$share/recordings/sentence-01.wav" 2>>"$log")
	[ "$words" = "my brother will call you tomorrow morning" ] || fail "$bin/vf-transcribe printed: $words"
	offline "$bin/vf-transcribe" --version | grep -q -F " version $2" || fail "$bin is not version $2"
	no_microphone "$bin/vf-record" "$3"
}

# no_microphone PROGRAM WORDS tests that vf-record says why there is no microphone, in a
# sentence with these words.
no_microphone() {
	for flags in --list-devices "-d 1s -o /tmp/out.wav"; do
		code=0
		# shellcheck disable=SC2086 # splitting is intended
		said=$(offline "$1" $flags 2>&1 >>"$log") || code=$?
		case $code:$said in
		4:*$2*) ;;
		*) fail "$1 $flags ended with $code, and without \"$2\": $said" ;;
		esac
	done
}

# newer_glibc GLIBC PATH... prints on one line what ELF files ask of newer releases.
newer_glibc() {
	most=GLIBC_$1
	shift
	{
		find "$@" -type f -exec readelf -VW {} + 2>/dev/null | grep -o 'GLIBC_[0-9A-Z_.]*'
		echo "$most"
	} | sort -uV | awk -v most="$most" '$0 !~ /^GLIBC_[0-9.]*$/ || past { printf "%s ", $0 } $0 == most { past = 1 }'
}

# tarball: the quick start in README.md, from a folder with a space, then an
# installation and its removal.
tarball() {
	step inside sh -c 'mkdir -p "/opt/any folder" && tar -xf /packages/*.tar.xz -C "/opt/any folder"'
	folder=$(inside sh -c 'echo /opt/*/voiceflow-*')
	newer=$(newer_glibc 2.35 "$root$folder")
	[ -z "$newer" ] || fail "the tarball needs a newer glibc than 2.35: $newer"
	works "$folder" "$new" "ALSA is not installed; install"
	files >"$packages/before"
	for prefix in /usr/local /srv/voice/flow; do
		step offline "$folder/install.sh" $prefix
		works $prefix "$new" "ALSA is not installed; install"
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
	works /usr "$old" "connect"
	mv "$root/usr/share/alsa" "$root/usr/share/no-alsa"
	no_microphone /usr/bin/vf-record "alsa.conf is missing; install"
	mv "$root/usr/share/no-alsa" "$root/usr/share/alsa"
	step offline sh -c 'bash -c ". /usr/share/bash-completion/completions/vf-vad && complete -p vf-vad"'
	step inside sh -c "apt-get install -y --no-install-recommends /packages/voiceflow_${new}_*.deb"
	works /usr "$new" "connect"
	step inside sh -c "apt-get install -y --no-install-recommends --allow-downgrades /packages/voiceflow_${old}_*.deb"
	works /usr "$old" "connect"
	step inside apt-get remove -y voiceflow
	inside sh -c '! command -v vf-vad' >/dev/null || fail "$1: vf-vad is still there after the removal"
	step inside sh -c "apt-get install -y --no-install-recommends /packages/voiceflow_${new}_*.deb"
	step inside apt-get purge -y voiceflow
	step inside apt-get autoremove -y --purge
	files | step diff "$packages/before" -
	say "$1: the .deb is installed, upgraded, downgraded, removed and purged without a trace"
}

# system_library builds the packages that use the suite's own libwhisper, and installs
# the .deb.
system_library() {
	clean_root "$1" bare git,make
	clone_here
	step inside apt-get update
	step inside apt-get install -y --no-install-recommends libwhisper-dev librnnoise-dev
	step inside make -C /root/voiceflow dist "VERSION=$new"
	mkdir -p "$packages/system"
	mv "$root"/root/voiceflow/dist/*.deb "$packages/system/"
	clean_root "$1" packages ca-certificates,xz-utils
	mkdir -p "$root/packages"
	mv "$packages/system"/*.deb "$root/packages/"
	step inside apt-get update
	step inside sh -c "apt-get install -y --no-install-recommends /packages/voiceflow_${new}_*.deb"
	[ ! -e "$root/usr/lib/voiceflow" ] || fail "$1: the .deb has libraries of its own"
	glibc=$(dpkg-deb -f "$root"/packages/*.deb Depends | sed 's/.*libc6 (>= \([0-9.]*\)).*/\1/')
	newer=$(newer_glibc "$glibc" "$root"/usr/bin/vf-*)
	[ -z "$newer" ] || fail "$1: the .deb does not depend on the glibc that it needs: $newer"
	works /usr "$new" "connect"
	step inside apt-get purge -y voiceflow
	say "$1: the .deb that uses the suite's libwhisper works"
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
build $new new
build $new again
step diff -r "$packages/new" "$packages/again"
say "packages: the same bytes from two folders"
rm -rf "$packages/again"
export MAINTAINER="Jo O'Doe <jo@example.org>"
build $old old
[ "$(dpkg-deb -f "$packages"/old/*.deb Maintainer)" = "$MAINTAINER" ] || fail "the maintainer of the .deb is another"
rpm
[ $# -gt 0 ] || set -- bookworm trixie
for suite in "$@"; do
	enter "$suite"
	tarball "$suite"
	deb "$suite"
	! inside apt-cache show libwhisper-dev >>"$log" 2>&1 || system_library "$suite"
	remove_root
done
