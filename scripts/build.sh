#!/bin/sh
# Builds the five programs into bin/: scripts/build.sh
#
# The first build is a step of the set-up, with a log; later ones are silent as go is.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
. scripts/steps.sh
log=.native/build.log
mkdir -p bin

# The programs know the folder of libwhisper's backends from their build.
build() { go build -ldflags "-X main.builtinBackends=$VOICEFLOW_BACKENDS $NATIVE_LDFLAGS" -o bin/ ./cmd/...; }

if [ -x bin/vf-health ]; then
	build
	exit
fi
: >"$log"
begin_step programs "fetching Go modules and compiling; the first time takes minutes"
rm -f "$log.failed"
{ build 2>&1 || : >"$log.failed"; } | tee -a "$log" >&2
if [ -e "$log.failed" ]; then
	step_failed "go could not build them" "its messages are above; where modules could not be fetched, check the network and GOPROXY, then run make again"
fi
end_step "built in bin/, $(disk_size bin)"
