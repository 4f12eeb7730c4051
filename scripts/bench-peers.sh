#!/bin/sh
# Compares vf-transcribe, whisper-cli and faster-whisper on real weights (OpenAI's base)
# and human voices:
#
#   scripts/bench-peers.sh [ROUNDS [SECTION...]]
#
# The default SECTIONs are utterance, long and single; english and strung (half-hour
# recordings) take hours. JFK=jfk.wav names whisper.cpp's sample for the single utterance.
#
# It needs everything that scripts/real-speech.sh needs, and an idle machine for half an
# hour.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 3
native=$PWD/.native
work=$native/peers
log=$native/peers.log
. scripts/debian.sh
mkdir -p "$native"
: >"$log"

scripts/real-speech.sh
WHISPER_CLI=$(scripts/whisper-cli.sh)
VF_TRANSCRIBE=$PWD/bin/vf-transcribe
XDG_DATA_HOME=$work/data # holds the model store
export WHISPER_CLI VF_TRANSCRIBE XDG_DATA_HOME

python=$work/venv/bin/python
if ! $python -c 'import faster_whisper, jiwer, whisper_normalizer' 2>/dev/null; then
	say "fetching faster-whisper (pip)"
	$python -m pip install faster-whisper jiwer whisper-normalizer >>"$log" 2>&1 ||
		fail "faster-whisper could not be installed (details: .native/peers.log)"
fi

# The single utterance: whisper.cpp's jfk.wav if JFK names it, otherwise the first 11 s
# of the long recording.
if [ -n "${JFK:-}" ]; then
	cp "$JFK" "$work/utterance.wav"
else
	ffmpeg -v error -y -t 11 -i "$work/voices/long/wav/long.wav" "$work/utterance.wav" </dev/null
fi

"$VF_TRANSCRIBE" -m base "$work/utterance.wav" >/dev/null 2>>"$log" # makes the quantised copy
exec "$python" bench/peers/peers.py "$work" "$@"
