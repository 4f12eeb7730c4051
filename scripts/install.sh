#!/bin/sh
# Installs programs, libraries and the demo model: scripts/install.sh PREFIX [DESTDIR]
#
# Staged libraries move along to PREFIX/lib/voiceflow, and the programs are
# linked anew for that place: nothing installed depends on the checkout.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
prefix=$1
into=${2:-}$1
case $prefix in
/*) ;;
*) echo "voiceflow: PREFIX=$prefix must be an absolute path" >&2; exit 2 ;;
esac
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

if [ -n "$native_runtime" ]; then
	lib=$prefix/lib/voiceflow
	mkdir -p "$into/lib/voiceflow"
	find "$native_runtime" -maxdepth 1 \( -name '*.so*' -o -name '*.dylib' \) -exec cp -a {} "$into/lib/voiceflow/" \;
	if [ -n "$VOICEFLOW_BACKENDS" ]; then
		cp -a "$VOICEFLOW_BACKENDS" "$into/lib/voiceflow/"
		VOICEFLOW_BACKENDS=$lib/$(basename "$VOICEFLOW_BACKENDS")
	fi
	# Only the places that the programs look into when they run change.
	NATIVE_LDFLAGS=$(echo "$NATIVE_LDFLAGS" | sed "s|$native_runtime|$lib|g")
fi
go build -ldflags "-X main.builtinBackends=$VOICEFLOW_BACKENDS $NATIVE_LDFLAGS" -o "$tmp/" ./cmd/...
mkdir -p "$into/bin" "$into/share/voiceflow/recordings"
cp "$tmp"/* "$into/bin/"
cp testdata/model/vf-demo.en.bin "$into/share/voiceflow/"
cp testdata/recordings/*.wav testdata/recordings/*-*.txt "$into/share/voiceflow/recordings/"
