#!/bin/sh
# Installs the programs, libraries, demo model, manual pages, documentation and contrib files:
# scripts/install.sh PREFIX [DESTDIR]
#
# Staged libraries are copied to PREFIX/lib/voiceflow, and the programs are linked
# against that folder, so that nothing installed depends on the checkout.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
prefix=$1
into=${2:-}$1
case $prefix in
*[[:space:]]*) echo "voiceflow: PREFIX=$prefix must not contain spaces, because of the linker" >&2; exit 2 ;;
/*) ;;
*) echo "voiceflow: PREFIX=$prefix must be an absolute path" >&2; exit 2 ;;
esac
# escaped TEXT prints TEXT as a replacement for sed's s|...|...|.
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
	# Change only the folders used at run time.
	NATIVE_LDFLAGS=$(echo "$NATIVE_LDFLAGS" | sed "s|$native_runtime|$(escaped "$lib")|g")
fi
go build -ldflags "-X main.builtinBackends=$VOICEFLOW_BACKENDS $NATIVE_LDFLAGS" -o "$tmp/" ./cmd/...
mkdir -p "$into/bin" "$into/share/voiceflow/recordings"
cp "$tmp"/* "$into/bin/"
# The programs write their own manual pages. Under DESTDIR their libraries are not in place
# yet, so others, linked against the checkout, write the pages.
runnable=$into/bin
if [ "$into" != "$prefix" ] && [ -n "$native_runtime" ]; then
	runnable=$tmp/runnable
	go build -o "$runnable/" ./cmd/...
fi
mkdir -p "$into/share/man/man1"
for program in cmd/vf-*; do
	program=$(basename "$program")
	"$runnable/$program" --docs man >"$into/share/man/man1/$program.1"
done
cp testdata/model/vf-demo.en.bin "$into/share/voiceflow/"
cp testdata/recordings/*.wav testdata/recordings/*-*.txt "$into/share/voiceflow/recordings/"
mkdir -p "$into/share/doc/voiceflow"
cp README.md CHANGELOG.md SECURITY.md LICENSE "$into/share/doc/voiceflow/"
for page in docs/*.md; do # docs/README.md becomes index.md, next to the project's README.md
	cp "$page" "$into/share/doc/voiceflow/$(basename "$page" | sed 's/^README/index/')"
done

# Files that name the programs' folder must name the one under PREFIX.
place=$(escaped "$prefix")
find contrib -type f | while IFS= read -r file; do
	mkdir -p "$into/share/voiceflow/$(dirname "$file")"
	sed "s|/usr/local/bin|$place/bin|g; s|/usr/local/share|$place/share|g" "$file" >"$into/share/voiceflow/$file"
	if [ -x "$file" ]; then
		chmod 755 "$into/share/voiceflow/$file"
	fi
done
contrib=$into/share/voiceflow/contrib
cp "$contrib/voiceflow-dictate" "$contrib/voiceflow-rewrite" "$contrib/prometheus/voiceflow-textfile" "$into/bin/"
