#!/bin/sh
# Synthesises the recordings in this folder again: `make recordings`. It needs
# espeak-ng, flite and sox; the same versions give the same bytes.
#
# sentence-NN  ten single sentences, half of them in espeak-ng's voices and half
#              in flite's, with a quarter of a second of silence around them
# timing-...   the five timing patterns: one sentence that begins immediately
#              or after a delay, and four sentences in rapid succession
#
# Next to each NAME.wav (16 kHz, mono, 16 bits) is NAME.txt with its words, one
# utterance per line. All words are in ../model/words.txt.
# words.tsv holds the time at which each word of the sentences begins, in seconds of
# the recording, as reported by the synthesisers (../model/synthesise.py reads
# espeak-ng's word events and the ends of flite's phones). espeak-ng speaks "with the"
# as one word: - stands for an unknown time.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# speak ENGINE:VOICE TEXT FILE writes the speech alone, at a common level.
speak() {
	case $1 in
	espeak:*) espeak-ng -v "${1#espeak:}" -s 160 -w "$tmp/raw.wav" "$2" ;;
	flite:*) flite -voice "${1#flite:}" -t "$2" -o "$tmp/raw.wav" ;;
	esac
	# -R: the same dither each time. Removes the silence at both ends.
	sox -R "$tmp/raw.wav" -r 16000 -c 1 -b 16 "$3" \
		silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse norm -3
}

# lay FILE PART... puts speech files and silences (in seconds) in a row.
lay() {
	out=$1
	shift
	n=0
	parts=
	for part; do
		case $part in
		*.wav) parts="$parts $part" ;;
		*)
			n=$((n + 1))
			sox -R -n -r 16000 -c 1 -b 16 "$tmp/silence$n.wav" trim 0 "$part"
			parts="$parts $tmp/silence$n.wav"
			;;
		esac
	done
	# shellcheck disable=SC2086 # words are meant to split
	sox -R $parts "$out"
}

i=0
while IFS='|' read -r voice text; do
	i=$((i + 1))
	name=$(printf 'sentence-%02d' $i)
	speak "$voice" "$text" "$tmp/$name.wav"
	lay "$name.wav" 0.25 "$tmp/$name.wav" 0.25
	echo "$text" >"$name.txt"
done <sentences.txt

first=$(cat sentence-01.txt)
for delay in 0 200 500 1000; do
	name=timing-after-${delay}ms
	[ $delay != 0 ] || name=timing-at-once
	if [ $delay = 0 ]; then
		lay $name.wav "$tmp/sentence-01.wav" 0.25
	else
		lay $name.wav "$(echo "$delay" | awk '{ print $1 / 1000 }')" "$tmp/sentence-01.wav" 0.25
	fi
	echo "$first" >$name.txt
done
lay timing-rapid.wav "$tmp/sentence-07.wav" 0.7 "$tmp/sentence-02.wav" 0.7 "$tmp/sentence-09.wav" 0.7 "$tmp/sentence-10.wav" 0.25
cat sentence-07.txt sentence-02.txt sentence-09.txt sentence-10.txt >timing-rapid.txt
