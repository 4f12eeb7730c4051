#!/bin/sh
# Removes what install.sh or make install installed, and nothing else:
#
#   uninstall.sh [PREFIX [DESTDIR]]
#
# PREFIX must be that of the installation: /usr/local for root, and ~/.local otherwise,
# by default. Settings, logs and models are kept.
set -eu
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

# reversed prints the lines of standard input in reverse order.
reversed() { sed -n '1!G;h;$p'; }

installed=$into/share/voiceflow/installed
if [ -f "$installed" ]; then
	list=$(cat "$installed")
	printf '%s\n' "$list" | sed -n 's/^f //p' | while IFS= read -r file; do
		rm -f "$into/$file"
	done
	rm -f "$installed"
	# Only folders that are empty now, and were not there before.
	printf '%s\n' "$list" | sed -n 's/^d //p' | reversed | while IFS= read -r folder; do
		rmdir "$into/${folder#.}" 2>/dev/null || true
	done
	printf '%s\n' "$list" | sed -n 's/^p //p' | reversed | while IFS= read -r folder; do
		rmdir "$destdir$folder" 2>/dev/null || true
	done
else # versions that kept no list, or what was left when other files were in a folder
	for program in vf-record vf-vad vf-transcribe vf-paste vf-health voiceflow-dictate voiceflow-rewrite voiceflow-textfile; do
		rm -f "$into/bin/$program" "$into/share/man/man1/$program.1"
	done
	rm -rf "$into/lib/voiceflow" "$into/share/voiceflow" "$into/share/doc/voiceflow"
	for folder in share/doc share/man/man1 share/man share lib bin ""; do
		rmdir "$into/${folder#.}" 2>/dev/null || true # only if it is empty
	done
fi
echo "voiceflow: your own files were kept: ${XDG_CONFIG_HOME:-$HOME/.config}/voiceflow (settings)," \
	"${XDG_STATE_HOME:-$HOME/.local/state}/voiceflow (logs, undelivered texts)," \
	"${XDG_DATA_HOME:-$HOME/.local/share}/voiceflow (models)" >&2
list=${XDG_STATE_HOME:-$HOME/.local/state}/voiceflow/setup.list
[ ! -s "$list" ] || echo "voiceflow: your desktop still has what voiceflow-dictate setup changed, listed in $list;" \
	"to take it back: contrib/voiceflow-dictate setup --undo" >&2
