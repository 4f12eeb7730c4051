#!/bin/sh
# Measures vf-transcribe, whisper-cli and faster-whisper beside each other, on real
# weights (OpenAI's base) and people's voices: scripts/bench-peers.sh [ROUNDS [SECTION...]]
#
# SECTIONs are utterance, long and single unless named; english and strung (half-hour recordings) take hours.
# JFK=jfk.wav, of whisper.cpp's samples, is used for the single utterance.
#
# It needs what scripts/real-speech.sh needs, and an idle machine for half an hour.
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
XDG_DATA_HOME=$work/data # the store of models
export WHISPER_CLI VF_TRANSCRIBE XDG_DATA_HOME

python=$work/venv/bin/python
if ! $python -c 'import faster_whisper, jiwer, whisper_normalizer' 2>/dev/null; then
	say "getting faster-whisper (pip)"
	$python -m pip install faster-whisper jiwer whisper-normalizer >>"$log" 2>&1 ||
		fail "faster-whisper could not be installed (details: .native/peers.log)"
fi

# One utterance: that of whisper.cpp's samples, jfk.wav, where it is named in
# JFK, else as much of the long recording.
if [ -n "${JFK:-}" ]; then
	cp "$JFK" "$work/utterance.wav"
else
	ffmpeg -v error -y -t 11 -i "$work/voices/long/wav/long.wav" "$work/utterance.wav" </dev/null
fi

"$VF_TRANSCRIBE" -m base "$work/utterance.wav" >/dev/null 2>>"$log" # the quantised copy is made
exec "$python" bench/peers/peers.py "$work" "$@"
