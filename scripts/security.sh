#!/bin/sh
# Looks for security mistakes in the code and known holes in its modules:
#
#   scripts/security.sh
#
# The tools are fetched as Go modules, in the versions below. govulncheck needs
# https://vuln.go.dev (or GOVULNDB); without it, that part is reported as not done.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env

gosec=github.com/securego/gosec/v2/cmd/gosec@v2.22.11
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.1.4

# go run would hide the exit codes.
tools=$PWD/.native/tools
GOBIN=$tools go install "$gosec"
GOBIN=$tools go install "$govulncheck"

echo "staticcheck"
go tool staticcheck ./...

echo "gosec"
failed=
# docs/security.md says why these rules are left out.
"$tools/gosec" -quiet -exclude-generated -exclude=G103,G104,G115,G204,G301,G304 -exclude-dir=internal/test \
	./cmd/... ./internal/... ./pkg/... || failed=1

echo "govulncheck"
log=.native/govulncheck.log
code=0
"$tools/govulncheck" ./... >"$log" 2>&1 || code=$?
case $code in
0) tail -n 3 "$log" ;;
3)
	cat "$log"
	failed=1
	;;
*)
	echo "not done: the database of known holes could not be used; see $log" >&2
	;;
esac
[ -z "$failed" ]
