#!/bin/sh
# Unpacks recorded sound from Debian packages, for measuring and training speech detection:
#
#   scripts/real-sound.sh DIR PACKAGE...
#
# It writes DIR/PACKAGE/*.wav, 16 kHz mono, at most a minute of each file. It installs nothing, and
# none of the sound is part of this project; each package's copyright file says who owns it.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 1 ] || {
	echo "usage: $0 DIR PACKAGE..." >&2
	exit 2
}
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
native=$PWD/.native
log=$native/real-sound.log
mkdir -p "$native"
. scripts/debian.sh
instead="run it on Debian"
command -v ffmpeg >/dev/null || fail "ffmpeg is needed; install it"

for package; do
	[ ! -d "$dir/$package" ] || continue
	begin_step "$package" "fetching recorded sound"
	debian_packages "$dir/$package.deb" "$package"
	rm -rf "$dir/$package.new"
	mkdir "$dir/$package.new"
	find "$dir/$package.deb" -type f | grep -iE '\.(g722|ogg|oga|wav|mp3|flac|opus|au|aiff?)$' |
		while IFS= read -r file; do
			name=$(echo "${file#*/share/}" | tr '/ ' __)
			wav=$dir/$package.new/${name%.*}.wav
			format=
			case $file in *.g722) format="-f g722" ;; esac
			# shellcheck disable=SC2086 # two words, or none
			ffmpeg -v error -nostdin -t 60 $format -i "$file" -ar 16000 -ac 1 "$wav" 2>>"$log" || rm -f "$wav"
		done
	mv "$dir/$package.new" "$dir/$package"
	rm -rf "$dir/$package.deb"
done
