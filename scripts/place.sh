#!/bin/sh
# Installs VoiceFlow from this folder, also over an older or newer version:
#
#   ./install.sh [PREFIX [DESTDIR]]
#
# PREFIX is /usr/local for root, and ~/.local otherwise, unless you name another one.
# With DESTDIR, the files are put there, to be moved to PREFIX later. Nothing is
# downloaded. PREFIX/share/voiceflow/installed lists what was installed, for
# uninstall.sh.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
if [ "$(id -u)" = 0 ]; then
	prefix=${1:-/usr/local}
else
	prefix=${1:-$HOME/.local}
fi
destdir=${2:-}
into=$destdir$prefix
case $prefix in
/*) ;;
*) echo "voiceflow: PREFIX=$prefix must be an absolute path" >&2; exit 2 ;;
esac
case $(cd "$into" 2>/dev/null && pwd -P)/ in
"$here"/*) echo "voiceflow: $here holds the files to install; choose another PREFIX" >&2; exit 2 ;;
esac
list=$into/share/voiceflow/installed
place=$(printf '%s\n' "$prefix" | sed 's/[&|\\]/\\&/g')
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
: >"$tmp/folders"

# folder PATH makes a folder under PREFIX, and its parents. It records those that were
# not there: "d" with a path under PREFIX, "p" with one above it, under DESTDIR.
folder() {
	[ ! -d "$1" ] || return 0
	folder "$(dirname "$1")"
	mkdir "$1"
	case $1/ in
	"$into"/*) printf 'd %s\n' ".${1#"$into"}" ;;
	*) printf 'p %s\n' "${1#"$destdir"}" ;;
	esac >>"$tmp/folders"
}

# put FILE copies a file, with the place of the installation filled in. A program that
# is running keeps its old file.
put() {
	folder "$(dirname "$into/$1")"
	if [ -L "$here/$1" ]; then
		ln -sf "$(readlink "$here/$1")" "$into/$1"
		return
	fi
	case $1 in
	share/voiceflow/contrib/* | share/applications/* | bin/voiceflow-*)
		sed "s|/usr/local/bin|$place/bin|g; s|/usr/local/share|$place/share|g" "$here/$1"
		;;
	*) cat "$here/$1" ;;
	esac >"$into/$1.new"
	mode=644
	[ ! -x "$here/$1" ] || mode=755
	chmod $mode "$into/$1.new"
	mv -f "$into/$1.new" "$into/$1"
}

if [ -f "$list" ]; then
	sed -n '/^[dp] /p' "$list" >"$tmp/folders"
else # versions that kept no list
	rm -rf "$into/lib/voiceflow" "$into/share/voiceflow" "$into/share/doc/voiceflow"
fi
(cd "$here" && for folder in bin lib share; do [ ! -d $folder ] || find $folder ! -type d; done) | LC_ALL=C sort >"$tmp/files"
while IFS= read -r file; do
	put "$file"
done <"$tmp/files"
folder "$into/share/voiceflow"
cp "$here/uninstall.sh" "$into/share/voiceflow/uninstall.sh"
chmod 755 "$into/share/voiceflow/uninstall.sh"
echo share/voiceflow/uninstall.sh >>"$tmp/files"

# Remove what only the version before had.
if [ -f "$list" ]; then
	sed -n 's/^f //p' "$list" | while IFS= read -r file; do
		grep -qxF -e "$file" "$tmp/files" || rm -f "$into/$file"
	done
fi
{
	cat "$tmp/folders"
	sed 's/^/f /' "$tmp/files"
} >"$list.new"
mv -f "$list.new" "$list"
