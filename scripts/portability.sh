#!/bin/sh
# Builds and vets, for other systems, every package that needs no C library, and runs the
# tests of those that this machine can run:
#
#   scripts/portability.sh [SYSTEM/ARCHITECTURE]...
#
# Packages that bind a C library, and whatever imports them, can only be built where the
# library is. Tests run natively for this machine's own system, under qemu-aarch64 (Debian's
# package qemu-user) for linux/arm64, and under Wine for windows/amd64, if these programs are
# installed. docs/portability.md has the results.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
export CGO_ENABLED=0 GOFLAGS=
own="$(go env GOHOSTOS)/$(go env GOHOSTARCH)"
[ $# -gt 0 ] || set -- darwin/arm64 darwin/amd64 windows/amd64 linux/arm64 "$own"

# plain are the packages whose tests neither start programs nor rely on Unix: they only
# compute, and read and write files. They are what an emulator runs, without slow tests.
plain='bench/(corpus|grow)|internal/(disk|exitcode|filelock|limits|prose|wait)
internal/health/(analysis|metrics|monitor|report|service|stats|wer)|internal/server/(endpoint|resident|turns)
pkg/(audio|audio/level|dictation|engine/align|engine/models/quantise|event|format|language)|scripts/sbom'

# without_bindings prints the packages of its input, lines of a package and all its
# imports, that have no binding of a C library among them.
without_bindings() {
	awk -v bound='^voiceflow/(pkg/whisper|pkg/capture|pkg/audio/soxr|pkg/vad/rnnoise)$' '
		{
			seen[$1]
			for (i = 1; i <= NF; i++) if ($i ~ bound) needs[$1]
		}
		END { for (p in seen) if (!(p in needs)) print p }' | sort
}

# count prints how many lines it is given.
count() { printf '%s\n' "$1" | grep -c . || true; }

# emulator prints the program that runs a program of the target here; nothing for this
# machine's own. It fails if there is none.
emulator() {
	case "$1" in
	"$own") ;;
	linux/arm64) command -v qemu-aarch64 || command -v qemu-aarch64-static ;;
	windows/amd64) command -v wine || command -v wine64 || ls /usr/lib/wine/wine64 2>/dev/null ;;
	*) return 1 ;;
	esac
}

# run_tests runs the tests of packages for the target, if this machine can.
run_tests() {
	with=$(emulator "$1") || with=none
	# Wine 8 lacks a library that every Go program loads.
	if [ "$with" = none ] || [ -n "$with" ] && ! go test -exec "$with" -run '^$' ./internal/exitcode >/dev/null 2>&1; then
		echo "$1: no tests run, as nothing here can run its programs"
		return
	fi
	# shellcheck disable=SC2086 # lists of words
	chosen=$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' $2)
	if [ -n "$with" ]; then
		chosen=$(echo "$chosen" | grep -Ex "voiceflow/($(echo "$plain" | paste -sd'|'))")
	fi
	# shellcheck disable=SC2086
	go test -p 1 -timeout 20m ${with:+-exec "$with" -skip '^(Fuzz|TestLongText)'} $chosen
	echo "$1: tests of $(count "$chosen") packages passed${with:+ under ${with##*/}}"
}

for target; do
	export GOOS="${target%/*}" GOARCH="${target#*/}"
	built=$(go list -e -f '{{if .GoFiles}}{{.ImportPath}} {{join .Deps " "}}{{end}}' ./... | grep . |
		without_bindings)
	# Lines of tests name the package that they test; its imports are then theirs too.
	vetted=$(go list -e -test -f '{{or .ForTest .ImportPath}} {{join .Deps " "}}' ./... | sed 's/ \[[^]]*\]//g' |
		grep -v '^[^ ]*\.test ' | without_bindings)
	[ -n "$built" ] && [ -n "$vetted" ]
	# Tests of the whole programs need the programs, with their C libraries.
	tested=$(echo "$vetted" | grep -v '^voiceflow/internal/test/')
	# These tests send signals of Unix.
	[ "$GOOS" != windows ] || vetted=$(echo "$vetted" | grep -vx 'voiceflow/internal/test/hostile')
	# shellcheck disable=SC2086
	go build $built
	# shellcheck disable=SC2086
	go vet $vetted
	echo "$target: $(count "$built") packages built, $(count "$vetted") of them vetted with their tests"
	run_tests "$target" "$tested"
done
