#!/bin/sh
# Checks that need no running: format, vet, staticcheck, a tidy go.mod.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
unformatted=$(gofmt -l bench cmd internal pkg)
if [ -n "$unformatted" ]; then
	echo "gofmt: $unformatted" >&2
	exit 1
fi
go vet ./...
go tool staticcheck ./...
go mod tidy -diff
# What needs no C library must build without one.
CGO_ENABLED=0 GOFLAGS= go build ./internal/disk ./internal/exitcode ./internal/limits ./internal/prose ./internal/wait ./pkg/audio ./pkg/event ./pkg/level ./pkg/wer ./pkg/format ./pkg/filelist ./pkg/modelstore ./pkg/quantise ./pkg/paste ./pkg/x11 ./pkg/wayland ./pkg/dictation ./pkg/notify ./pkg/health/... ./pkg/config ./pkg/metrics ./pkg/program ./pkg/stats ./pkg/verdict ./pkg/wholefile ./pkg/monitor ./pkg/preflight ./pkg/housekeeping ./pkg/analysis ./pkg/dashboard ./pkg/bundle ./cmd/vf-paste ./cmd/vf-health
