#!/bin/sh
# Measures a GPU with models of the sizes of large-v3-turbo and large-v3:
#
#   scripts/bench-gpu.sh [SIZE...]
#
# The sizes are those of bench/grow; each model is the demo model grown to that size, with
# the same words. For each it prints the time of a cold start, the speed factor of the five
# timing patterns on a server that has loaded the model, and the time for 100 files, as the
# table in docs/gpu.md. DEVICE names the device (default gpu). To try it without a GPU, see
# "Testing the GPU path without a GPU" there, and use the size tiny.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
[ $# -gt 0 ] || set -- large-turbo large
device=${DEVICE:-gpu}
tmp=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$tmp"' EXIT
now() { date +%s.%N; }
took() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f s", b - a }'; }

bin/vf-transcribe devices
echo
echo "| model | device | cold start | at once | after 200 ms | after 500 ms | after 1 s | rapid | 100 files |"
echo "|---|---|---|---|---|---|---|---|---|"
i=0
while [ $i -lt 10 ]; do
	for file in testdata/recordings/sentence-*.wav; do
		ln -s "$PWD/$file" "$tmp/$i-$(basename "$file")"
	done
	i=$((i + 1))
done
for size in "$@"; do
	model=$tmp/$size.bin
	go run ./bench/grow testdata/model/vf-demo.en.bin "$size" "$model" >/dev/null
	begin=$(now)
	bin/vf-transcribe -m "$model" --device "$device" -f jsonl testdata/recordings/sentence-01.wav >"$tmp/cold"
	row="| $size | $(sed 's/.*"device":"\([^"]*\)".*/\1/' "$tmp/cold") | $(took "$begin")"
	bin/vf-transcribe -m "$model" --device "$device" --listen "unix:$tmp/own/s.sock" --preload 2>"$tmp/log" &
	server=$!
	until [ -S "$tmp/own/s.sock" ]; do
		kill -0 "$server" || { cat "$tmp/log" >&2; exit 1; }
		sleep 1
	done
	for pattern in at-once after-200ms after-500ms after-1000ms rapid; do
		file=testdata/recordings/timing-$pattern.wav
		bin/vf-transcribe --connect "unix:$tmp/own/s.sock" -f jsonl $file >/dev/null # warms up
		bin/vf-transcribe --connect "unix:$tmp/own/s.sock" -f jsonl $file >"$tmp/warm"
		row="$row | $(sed 's/.*"speed_factor":\([0-9.]*\).*/\1/' "$tmp/warm" | awk '{ printf "%.1f x", $1 }')"
	done
	kill "$server"
	wait "$server" || true
	server=
	begin=$(now)
	bin/vf-transcribe -m "$model" --device "$device" -r "$tmp" -f jsonl >/dev/null
	echo "$row | $(took "$begin") |"
done
