#!/bin/sh
# Tries the README's commands in systems that have nothing but git and make:
#
#   scripts/test-bare.sh [SUITE]...      Debian's suites; bookworm and trixie
#
# It needs root, debootstrap and a mirror of Debian among this machine's apt sources. In
# each system it clones the last commit and runs `make demo`, with the network and then
# again without, and `make install`. TARGETS are other targets of make to run instead, such
# as "demo test".
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
mkdir -p "$native"
log=$native/test-bare.log
: >"$log"
. scripts/debian.sh
. scripts/roots.sh
can_make_roots test-bare
export LC_ALL=C

# make_in WITHIN TARGET runs make in the clone, through inside or offline.
make_in() {
	start=$(date +%s)
	step "$1" make -C /root/voiceflow "$2"
	say "$suite: make $2 ($1): $(($(date +%s) - start)) s, $(du -smx "$root" | sed 's/[[:space:]].*//') MB in all"
}

[ $# -gt 0 ] || set -- bookworm trixie
for suite; do
	clean_root "$suite" bare git,make
	clone_here
	for target in ${TARGETS:-demo install}; do
		make_in inside "$target"
		case $target in
		demo) make_in offline demo ;;
		install) step offline vf-health check --words --speed-factor 0.1:0.01 /usr/local/share/voiceflow/recordings ;;
		esac
	done
	remove_root
	say "$suite: works"
done
