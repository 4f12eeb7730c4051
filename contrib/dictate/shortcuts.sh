# shellcheck shell=sh disable=SC2154 # variables of voiceflow-dictate
# Binds keys through the settings of GNOME and KDE. Read by setup.sh.

gnome_schema=org.gnome.settings-daemon.plugins.media-keys
gnome_folder=/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings

# gnome_bind KEY VERB TITLE adds a custom shortcut, unless it is there.
gnome_bind() {
	[ "$1" != none ] || return 0
	plain_paths || return
	path=$gnome_folder/voiceflow-$2/
	key_name=$(printf '%s\n' "$1" | sed 's/\([^+]*\)+/<\1>/g')
	shortcuts=$(gsettings get $gnome_schema custom-keybindings) || return
	record gnome "$path"
	gsettings set "$gnome_schema.custom-keybinding:$path" name "$3" &&
		gsettings set "$gnome_schema.custom-keybinding:$path" command "$program $2" &&
		gsettings set "$gnome_schema.custom-keybinding:$path" binding "$key_name" || return
	case $shortcuts in
	*"'$path'"*) return ;;
	"@as []" | "[]") shortcuts="['$path']" ;;
	*) shortcuts="${shortcuts%]}, '$path']" ;;
	esac
	gsettings set $gnome_schema custom-keybindings "$shortcuts" && say "Bound: $1 to $program $2"
}

gnome_unbind() {
	shortcuts=$(gsettings get $gnome_schema custom-keybindings | sed "s|, '$1'||; s|'$1', ||; s|'$1'||")
	case $shortcuts in
	"[]" | "@as []") gsettings reset $gnome_schema custom-keybindings ;;
	*) gsettings set $gnome_schema custom-keybindings "$shortcuts" ;;
	esac
	gsettings reset-recursively "$gnome_schema.custom-keybinding:$1"
	say "Removed the shortcut ${1#"$gnome_folder/"}"
}

bind_gnome() {
	say "" "Custom shortcuts in GNOME's settings: $key to dictate, $cancel_key to cancel."
	say "(GNOME does not report when a key is released, so there is no push to talk.)"
	agreed "Add them?" || return
	gnome_bind "$key" toggle "Dictate" && gnome_bind "$cancel_key" cancel "Cancel dictation"
}

# kde_config KDE-VERSION ID ARGUMENT... runs kwriteconfig on a shortcut.
kde_config() {
	version=$1 id=$2
	shift 2
	case $version in
	6) kwriteconfig6 --file kglobalshortcutsrc --group services --group "$id" --key _launch "$@" ;;
	*) kwriteconfig5 --file kglobalshortcutsrc --group "$id" --key _launch "$@" ;;
	esac
}

# kde_bind KEY VERB TITLE makes a launcher and gives it a key.
kde_bind() {
	[ "$1" != none ] || return 0
	id=voiceflow-$2.desktop
	last=${1##*+}
	case $last in ?) last=$(printf '%s' "$last" | tr '[:lower:]' '[:upper:]') ;; esac
	key_name=$(printf '%s\n' "${1%"${1##*+}"}$last" | sed 's/Super+/Meta+/')
	write_file "${XDG_DATA_HOME:-$HOME/.local/share}/applications/$id" <<ENTRY || return
[Desktop Entry]
Type=Application
Name=$3
Exec="$program" $2
NoDisplay=true
StartupNotify=false
X-KDE-GlobalAccel-CommandShortcut=true
X-KDE-Shortcuts=$key_name
ENTRY
	record kde "$kde" "$id"
	[ "$kde" = 6 ] || key_name=$key_name,none,$3
	kde_config "$kde" "$id" "$key_name" && say "Bound: $1 to $program $2"
}

kde_unbind() { kde_config "$1" "$2" --delete && say "Removed the shortcut $2"; }

bind_kde() {
	kde=6
	command -v kwriteconfig6 >/dev/null || kde=5
	command -v kwriteconfig$kde >/dev/null || {
		bind_yourself
		return
	}
	say "" "Command shortcuts in KDE's settings: $key to dictate, $cancel_key to cancel."
	say "(KDE does not report when a key is released, so there is no push to talk.)"
	agreed "Add them?" || return
	kde_bind "$key" toggle "Dictate" && kde_bind "$cancel_key" cancel "Cancel dictation" &&
		say "They work from your next login on."
}
