#!/bin/sh
# Runs all benchmarks: vf-transcribe compared with whisper.cpp's own program on the
# same library and models, then the packages' own benchmarks. Takes an hour, or a few
# minutes with -quick. Arguments are passed to bench/ (see go run ./bench -help). The
# exit code is 1 if a target is missed.
set -eu
cd "$(dirname "$0")/.."
scripts/system-packages.sh recordings # bench/ synthesises its test material
WHISPER_CLI=$(scripts/whisper-cli.sh)
export WHISPER_CLI
. .native/env

missed=0
go run ./bench "$@" || missed=$?
go test -run '^$' -bench . -benchtime 5x -timeout 30m ./internal/test/e2e
go test -run '^$' -bench . ./pkg/...
exit $missed
