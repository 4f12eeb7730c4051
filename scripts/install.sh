#!/bin/sh
# Installs programs, libraries, the demo model, documentation and the files of
# contrib: scripts/install.sh PREFIX [DESTDIR]
#
# Staged libraries move along to PREFIX/lib/voiceflow, and the programs are
# linked anew for that place: nothing installed depends on the checkout.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
prefix=$1
into=${2:-}$1
case $prefix in
*[[:space:]]*) echo "voiceflow: PREFIX=$prefix: the linker takes no folder with spaces" >&2; exit 2 ;;
/*) ;;
*) echo "voiceflow: PREFIX=$prefix must be an absolute path" >&2; exit 2 ;;
esac
# A text as the replacement of a sed command between bars.
escaped() { printf '%s\n' "$1" | sed 's/[&|\\]/\\&/g'; }
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
	NATIVE_LDFLAGS=$(echo "$NATIVE_LDFLAGS" | sed "s|$native_runtime|$(escaped "$lib")|g")
fi
go build -ldflags "-X main.builtinBackends=$VOICEFLOW_BACKENDS $NATIVE_LDFLAGS" -o "$tmp/" ./cmd/...
mkdir -p "$into/bin" "$into/share/voiceflow/recordings"
cp "$tmp"/* "$into/bin/"
cp testdata/model/vf-demo.en.bin "$into/share/voiceflow/"
cp testdata/recordings/*.wav testdata/recordings/*-*.txt "$into/share/voiceflow/recordings/"
mkdir -p "$into/share/doc/voiceflow"
cp README.md CHANGELOG.md SECURITY.md LICENSE "$into/share/doc/voiceflow/"
for page in docs/*.md; do # next to README.md, so the index of docs takes another name
	cp "$page" "$into/share/doc/voiceflow/$(basename "$page" | sed 's/^README/index/')"
done

# What calls the programs by their place is to find them at this one.
place=$(escaped "$prefix")
find contrib -type f | while IFS= read -r file; do
	mkdir -p "$into/share/voiceflow/$(dirname "$file")"
	sed "s|/usr/local/bin|$place/bin|g; s|/usr/local/share|$place/share|g" "$file" >"$into/share/voiceflow/$file"
	if [ -x "$file" ]; then
		chmod 755 "$into/share/voiceflow/$file"
	fi
done
cp "$into/share/voiceflow/contrib/voiceflow-dictate" "$into/share/voiceflow/contrib/voiceflow-talk" "$into/share/voiceflow/contrib/prometheus/voiceflow-textfile" "$into/bin/"
