#!/bin/sh
# Builds and vets, for other systems, every package that needs no C library:
#
#   scripts/portability.sh [SYSTEM/ARCHITECTURE]...
#
# Those that bind a C library, and whatever imports them, can only be built where the
# library is. docs/portability.md has what was tested on which system.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
export CGO_ENABLED=0 GOFLAGS=
[ $# -gt 0 ] || set -- linux/arm64 darwin/arm64

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

for target; do
	export GOOS="${target%/*}" GOARCH="${target#*/}"
	built=$(go list -e -f '{{if .GoFiles}}{{.ImportPath}} {{join .Deps " "}}{{end}}' ./... | grep . |
		without_bindings)
	# Lines of tests name the package that they test; its imports are then theirs too.
	vetted=$(go list -e -test -f '{{or .ForTest .ImportPath}} {{join .Deps " "}}' ./... | sed 's/ \[[^]]*\]//g' |
		grep -v '^[^ ]*\.test ' | without_bindings)
	echo "$target: $(echo "$built" | wc -l) packages built, $(echo "$vetted" | wc -l) of them vetted with their tests"
	[ -n "$built" ] && [ -n "$vetted" ]
	# shellcheck disable=SC2086 # lists of words
	go build $built
	# shellcheck disable=SC2086
	go vet $vetted
done
