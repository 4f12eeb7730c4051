#!/bin/sh
# Static checks: gofmt, vet, staticcheck, a tidy go.mod.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
unformatted=$(gofmt -l bench cmd internal pkg scripts)
if [ -n "$unformatted" ]; then
	echo "gofmt: $unformatted" >&2
	exit 1
fi
go vet ./...
go tool staticcheck ./...
go mod tidy -diff
# Packages that need no C library must build without cgo.
CGO_ENABLED=0 GOFLAGS= go build ./internal/disk ./internal/exitcode ./internal/limits ./internal/prose \
	./internal/wait ./pkg/audio ./pkg/event ./pkg/audio/level ./internal/health/wer ./pkg/format \
	./internal/filelist ./pkg/engine/models ./pkg/engine/models/quantise ./pkg/paste ./pkg/paste/x11 \
	./pkg/paste/wayland ./pkg/dictation ./pkg/paste/notify ./internal/health/check/... ./internal/config \
	./internal/health/metrics ./internal/health/peer ./internal/health/stats ./internal/health/verdict \
	./internal/wholefile ./internal/health/monitor ./internal/health/preflight ./internal/health/clean \
	./internal/health/analysis ./internal/health/dashboard ./internal/health/bundle ./cmd/vf-paste \
	./cmd/vf-health
