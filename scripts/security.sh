#!/bin/sh
# Looks for security mistakes in the code and known holes in its modules:
#
#   scripts/security.sh
#
# The tools are fetched as Go modules, in the versions below. docs/security.md ("Tools")
# says why the rules that gosec leaves out do not apply here. govulncheck needs
# https://vuln.go.dev (or GOVULNDB); without it, that part is reported as not done.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env

gosec=github.com/securego/gosec/v2/cmd/gosec@v2.22.11
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.1.4

# Tools are built for this machine without the libraries' flags.
tool() { env GOFLAGS= CGO_ENABLED=0 go run "$@"; }

echo "staticcheck"
go tool staticcheck ./...

echo "gosec"
go run "$gosec" -quiet -conf scripts/gosec.json -exclude="$(sed -n 's/^| \(G[0-9]*\) .*/\1/p' docs/security.md | paste -sd, -)" \
	-exclude-generated -exclude-dir=.native ./...

echo "govulncheck"
log=.native/govulncheck.log
code=0
tool "$govulncheck" -C "$PWD" ./... >"$log" 2>&1 || code=$?
case $code in
0) tail -n 3 "$log" ;;
3)
	cat "$log"
	exit 3
	;;
*)
	echo "not done: the database of known holes could not be used; see $log" >&2
	;;
esac
