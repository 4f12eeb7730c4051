#!/bin/sh
# Removes only what scripts/install.sh installed: scripts/uninstall.sh PREFIX [DESTDIR]
set -eu
prefix=$1
into=${2:-}$1
case $prefix in
/*) ;;
*) echo "voiceflow: PREFIX=$prefix must be an absolute path" >&2; exit 2 ;;
esac
for program in vf-record vf-vad vf-transcribe vf-paste vf-health voiceflow-dictate voiceflow-rewrite voiceflow-textfile; do
	rm -f "$into/bin/$program" "$into/share/man/man1/$program.1"
done
rm -rf "$into/lib/voiceflow" "$into/share/voiceflow" "$into/share/doc/voiceflow"
for folder in share/doc share/man/man1 share/man share lib bin ""; do
	rmdir "$into/$folder" 2>/dev/null || true # only if it is empty
done
echo "voiceflow: your own files were kept: ${XDG_CONFIG_HOME:-$HOME/.config}/voiceflow (settings)," \
	"${XDG_STATE_HOME:-$HOME/.local/state}/voiceflow (logs, undelivered texts)," \
	"${XDG_DATA_HOME:-$HOME/.local/share}/voiceflow (models)" >&2
list=${XDG_STATE_HOME:-$HOME/.local/state}/voiceflow/setup.list
[ ! -s "$list" ] || echo "voiceflow: your desktop still has what voiceflow-dictate setup changed, listed in $list;" \
	"to take it back: contrib/voiceflow-dictate setup --undo" >&2
