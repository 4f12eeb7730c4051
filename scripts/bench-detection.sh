#!/bin/sh
# Measures speech detection on recorded sound from Debian packages, compared with Silero:
#
#   scripts/bench-detection.sh [-all]
#
# VAD_MODEL=FILE names Silero's model if it is not installed. The script fetches 380 MB, needs
# ffmpeg, and takes ten minutes; with -all, which adds cut and softer recordings, an hour.
set -eu
cd "$(dirname "$0")/.."
. scripts/steps.sh
VAD_MODEL=${VAD_MODEL:-$(bin/vf-transcribe models path silero-v6.2.0 2>/dev/null)} ||
	fail "Silero's model is not installed; run vf-transcribe models pull silero-v6.2.0"
sound=.native/real-sound
people="asterisk-core-sounds-en-g722 asterisk-core-sounds-es-g722 klettres-data ktuberling-data"
others="colobot-common-sounds oxygen-sounds sound-theme-freedesktop"
# shellcheck disable=SC2086 # a list of packages
scripts/real-sound.sh $sound $people $others
for package in $people; do
	set -- "$@" -people $sound/"$package"
done
for package in $others; do
	set -- "$@" -others $sound/"$package"
done
. ./.native/env
exec go run ./bench/detection -silero "$VAD_MODEL" "$@"
