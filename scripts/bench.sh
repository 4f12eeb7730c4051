#!/bin/sh
# Measurements: vf-transcribe with whisper.cpp's own program on the same library
# and models beside it, then the packages' own benchmarks. Takes an hour; with
# -quick a few minutes. Arguments go to bench/ (go run ./bench -help). The exit
# code is 1 where a target is missed.
set -eu
cd "$(dirname "$0")/.."
scripts/system-packages.sh recordings # bench/ speaks its own test material
WHISPER_CLI=$(scripts/whisper-cli.sh)
export WHISPER_CLI
. .native/env

missed=0
go run ./bench "$@" || missed=$?
go test -run '^$' -bench . -benchtime 5x -timeout 30m ./internal/test/e2e
go test -run '^$' -bench . ./pkg/...
exit $missed
