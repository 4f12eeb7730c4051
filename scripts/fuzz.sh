#!/bin/sh
# Runs every fuzz target in the tree for a given time or count, or lists them:
#
#   scripts/fuzz.sh 10s
#   scripts/fuzz.sh --list
#
# FUZZSKIP is a regular expression of targets to leave out.
#
# An input that fails is left in the package's testdata/fuzz: fix the cause, and commit
# the file, so that every later test runs it.
#
# Minimising a new input is limited. By default it may take a minute, and counts as a
# failure if the time runs out meanwhile.
set -eu
cd "$(dirname "$0")/.."

# targets prints the folder and the name of each target.
targets() {
	find . -name '.?*' -prune -o -name testdata -prune -o -name '*_test.go' -print | sort | while read -r file; do
		sed -nE "s|^func (Fuzz[A-Za-z0-9_]*)\(.*|$(dirname "$file") \1|p" "$file"
	done
}

if [ "${1-}" = --list ]; then
	targets
	exit
fi
time=$1
. ./.native/env
log=.native/fuzz.log
targets | grep -Ev " (${FUZZSKIP:-none})\$" | while read -r folder target; do
	echo "fuzzing ${folder#./} $target for $time"
	code=0
	go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$folder" </dev/null >"$log" 2>&1 || code=$?
	cat "$log"
	# On a busy machine, Go also fails when the time ends while an input is running.
	[ $code = 0 ] || { grep -q '^    context deadline exceeded$' "$log" && ! grep -q 'Failing input' "$log"; }
done
