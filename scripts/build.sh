#!/bin/sh
# Builds the five programs into bin/: scripts/build.sh
#
# The first build is a setup step with a log; later ones are as silent as go.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
. scripts/steps.sh
log=.native/build.log
mkdir -p bin

# The folder of libwhisper's backends is built into the programs.
commit=$(git describe --always --dirty 2>/dev/null) || commit=
build() {
	go build -ldflags "-X main.builtinBackends=$VOICEFLOW_BACKENDS -X voiceflow/internal/cmdline.commit=$commit $NATIVE_LDFLAGS" \
		-o bin/ ./cmd/...
}

if [ -x bin/vf-health ]; then
	build
	exit
fi
: >"$log"
begin_step programs "fetching Go modules and compiling; this takes minutes the first time"
rm -f "$log.failed"
{ build 2>&1 || : >"$log.failed"; } | tee -a "$log" >&2
if [ -e "$log.failed" ]; then
	step_failed "go build failed" \
		"see the messages above; if modules could not be fetched, check the network and GOPROXY, then run make again"
fi
end_step "built in bin/ ($(disk_size bin))"
