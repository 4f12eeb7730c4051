#!/bin/sh
# Runs every fuzz target for a given time or count: scripts/fuzz.sh 10s
#
# Minimising a new input is limited. By default it may take a minute, and counts as a
# failure if the time runs out meanwhile.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
grep -rlE '^func Fuzz' --include='*_test.go' cmd internal pkg | sort | while read -r file; do
	sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$file" | while read -r target; do
		echo "fuzzing $(dirname "$file") $target for $1"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" -fuzzminimizetime 10x "./$(dirname "$file")"
	done
done
