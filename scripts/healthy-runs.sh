#!/bin/sh
# Checks a healthy machine N times against a baseline saved at the start. Every run must
# report OK, whatever else the machine is doing. `scripts/healthy-runs.sh 50` takes about
# 25 minutes. A second argument names the vf-health to use instead of bin/vf-health. The
# exit code is 1 after a false report.
set -eu
cd "$(dirname "$0")/.."
runs=${1:?usage: scripts/healthy-runs.sh N [VF-HEALTH]}
health=${2:-bin/vf-health}
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT

"$health" check --suite timing --state "$state" --baseline save >"$state/first" || {
	cat "$state/first"
	exit 1
}
false_reports=0
i=0
while [ $i -lt "$runs" ]; do
	i=$((i + 1))
	code=0
	"$health" check --suite timing --state "$state" --baseline compare >"$state/report" || code=$?
	printf '%d: exit code %d: %s\n' $i $code "$(head -1 "$state/report")"
	if [ $code != 0 ]; then
		false_reports=$((false_reports + 1))
		cat "$state/report"
	fi
done
echo "$runs runs, $false_reports false reports"
[ $false_reports = 0 ]
