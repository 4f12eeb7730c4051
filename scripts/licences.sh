#!/bin/sh
# Collects the licences of everything that the programs contain or come with:
#
#   scripts/licences.sh FOLDER
#
# FOLDER/go has those of Go and its modules, FOLDER/lib those of the private libraries
# with the versions of their source packages.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
folder=$1
mkdir -p "$folder/go/go"

cp "$(go env GOROOT)/LICENSE" "$folder/go/go/" 2>/dev/null ||
	cp "$(dirname "$(find -L "$(go env GOROOT)/.." /usr/share/doc/golang-* -maxdepth 2 -name copyright 2>/dev/null | sed -n 1p)")/copyright" \
		"$folder/go/go/"
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/... | sort -u |
	while read -r module dir; do
		mkdir -p "$folder/go/$module"
		find "$dir" -maxdepth 1 -type f \( -iname 'LICEN[CS]E*' -o -iname 'COPYING*' -o -iname 'NOTICE*' \) \
			-exec cp {} "$folder/go/$module/" \;
		# The binding is a folder of whisper.cpp, whose licence is one level up.
		rmdir "$folder/go/$module" 2>/dev/null || continue
		echo "voiceflow: no licence in Go module $module" >&2
	done

[ -n "$native_runtime" ] || exit 0
mkdir -p "$folder/lib"
docs=.native/root/usr/share/doc
[ -d "$docs" ] || exit 0
{
	echo "The libraries in lib/voiceflow are Debian's. Their source packages are on every"
	echo "mirror of Debian, and on snapshot.debian.org:"
	echo
	scripts/native-sources.sh | sed 's/^/    /'
} >"$folder/lib/README"
for package in "$docs"/*/; do
	name=$(basename "$package")
	case $name in
	libc6 | libc-* | *-dev) ;; # not included
	*) cp -L "$package/copyright" "$folder/lib/$name" ;;
	esac
done
