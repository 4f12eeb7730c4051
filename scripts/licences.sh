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

# go_licence prints the file with Go's licence: its own, or that of a system's package,
# which may be unpacked under .native.
go_licence() {
	goroot=$(go env GOROOT)
	for file in "$goroot/LICENSE" "$goroot"/../../share/doc/golang-*/copyright \
		"$goroot"/../../share/licenses/golang/LICENSE; do
		[ -f "$file" ] || continue
		echo "$file"
		return
	done
	echo "voiceflow: no licence of Go in $goroot or in its package" >&2
	return 1
}
licence=$(go_licence)
cp -L "$licence" "$folder/go/go/"
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
