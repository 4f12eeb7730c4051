# shellcheck shell=sh disable=SC2154 # variables of voiceflow-dictate
# Binds keys on the desktops that setup knows. Read by setup.sh.

program=$here/voiceflow-dictate
config_home=${XDG_CONFIG_HOME:-$HOME/.config}

find_desktop() {
	if [ -n "${SWAYSOCK:-}" ]; then
		echo sway
	elif [ -n "${HYPRLAND_INSTANCE_SIGNATURE:-}" ]; then
		echo hyprland
	elif i3-msg -t get_version >/dev/null 2>&1; then
		echo i3
	else
		case ${XDG_CURRENT_DESKTOP:-} in
		*GNOME*) echo gnome ;;
		*KDE*) echo kde ;;
		*) echo other ;;
		esac
	fi
}

# known_key KEY prints a key such as super+z as Super+z, and fails if it is not one.
known_key() {
	rest=$1 modifiers=
	while [ "${rest#*+}" != "$rest" ]; do
		case $(printf '%s' "${rest%%+*}" | tr '[:upper:]' '[:lower:]') in
		super | meta | win | mod4) modifiers=${modifiers}Super+ ;;
		ctrl | control) modifiers=${modifiers}Ctrl+ ;;
		alt | mod1) modifiers=${modifiers}Alt+ ;;
		shift) modifiers=${modifiers}Shift+ ;;
		*) rest= && break ;;
		esac
		rest=${rest#*+}
	done
	case $rest in
	'' | *[!A-Za-z0-9_]*) fail "\"$1\" is not a key; write it like Super+z, Ctrl+Alt+d or F9, or none" 2 ;;
	esac
	printf '%s\n' "$modifiers$rest"
}

# wm_key KEY prints a key as sway and i3 write it.
wm_key() { printf '%s\n' "$1" | sed 's/Super+/Mod4+/; s/Alt+/Mod1+/'; }

# show_taken CONFIG prints the lines of sway's or i3's configuration that bind the same keys.
show_taken() {
	for taken in "$key" "$talk_key" "$cancel_key"; do
		pattern=$(wm_key "$taken" | sed 's/Mod4+/([$]mod|Mod4)+/; s/+/[+]/g')
		grep -inE "^[[:space:]]*bindsym .*[[:space:]]${pattern}[[:space:]]" "$1" 2>/dev/null |
			sed "s|^|Bound already, in $1, line |"
	done
}

# include_text sway|i3 prints the file of bindings. i3 repeats keys that are held down, so
# there a held key puts it into a mode, in which only the release counts.
include_text() {
	run="exec"
	[ "$1" != i3 ] || run="exec --no-startup-id"
	say "# Written by voiceflow-dictate setup; voiceflow-dictate setup --undo removes it."
	[ "$key" = none ] || say "bindsym $(wm_key "$key") $run $program toggle"
	[ "$cancel_key" = none ] || say "bindsym $(wm_key "$cancel_key") $run $program cancel"
	case $1:$talk_key in
	*:none) ;;
	sway:*)
		say "bindsym --no-repeat $(wm_key "$talk_key") $run $program start"
		say "bindsym --release $(wm_key "$talk_key") $run $program stop"
		;;
	i3:*)
		say "bindsym $(wm_key "$talk_key") $run $program start; mode \"dictation\""
		say 'mode "dictation" {'
		for released in "$(wm_key "$talk_key")" "${talk_key##*+}"; do
			say "	bindsym --release $released $run $program stop; mode \"default\""
		done | sort -u
		say "	bindsym Escape $run $program cancel; mode \"default\""
		say "}"
		;;
	esac
	[ -z "$serve_command" ] || say "$run $serve_command"
}

# hyprland_bind FLAG KEY VERB
hyprland_bind() {
	[ "$2" = none ] || {
		modifiers=$(printf '%s' "$2" | sed 's/[^+]*$//; s/+$//' | tr '+a-z' ' A-Z')
		say "bind$1 = $modifiers, ${2##*+}, exec, $program $3"
	}
}

hyprland_text() {
	say "# Written by voiceflow-dictate setup; voiceflow-dictate setup --undo removes it."
	hyprland_bind "" "$key" toggle
	hyprland_bind "" "$cancel_key" cancel
	hyprland_bind "" "$talk_key" start
	hyprland_bind r "$talk_key" stop
	[ -z "$serve_command" ] || say "exec-once = $serve_command"
}

# loaded_config COMMAND prints the configuration file that sway or i3 has read.
loaded_config() {
	"$1" -t get_version -r 2>/dev/null | sed -n 's/.*"loaded_config_file_name": *"\([^"]*\)".*/\1/p' | sed 's|\\/|/|g; s|//*|/|g'
}

# bind_wm NAME COMMAND binds the keys of sway or i3.
bind_wm() {
	config=$(loaded_config "$2")
	case $config in
	/etc/*) bind_by_include "$1" "$config_home/$1/config" "include $config_home/voiceflow/$1.conf" "include $config" ;;
	*) bind_by_include "$1" "$config" "include $config_home/voiceflow/$1.conf" "" ;;
	esac
}

# plain_paths reports whether desktops and shells read our paths as they are.
plain_paths() {
	case $program$config_home in
	*[!A-Za-z0-9_./@:+-]*)
		say "Bind the keys yourself: desktops may misread a character of $program or $config_home."
		return 1
		;;
	esac
}

# bind_by_include NAME CONFIG LINE FIRST writes the bindings into a file, after asking, and
# adds LINE, which includes that file, to CONFIG. A new CONFIG begins with the line FIRST.
bind_by_include() {
	plain_paths || return
	file=$config_home/voiceflow/$1.conf
	text=$(if [ "$1" = hyprland ]; then hyprland_text; else include_text "$1"; fi)
	say "" "These bindings go into $file:" ""
	printf '%s\n' "$text" | sed 's/^/    /'
	say "" "and this line into $2: $3"
	show_taken "$2"
	agreed "Write them?" || return
	record desktop "$1"
	[ -z "$4" ] || [ -e "$2" ] || say "$4" | write_file "$2" || return
	printf '%s\n' "$text" | write_file "$file" && add_line "$2" "$3" && reload_desktop "$1"
}

reload_desktop() {
	case $1 in
	sway) swaymsg reload ;;
	i3) reload_i3 ;;
	hyprland) hyprctl reload ;;
	esac >/dev/null 2>&1
}

# reload_i3 restarts i3 if a reload would not look for the user's configuration.
reload_i3() {
	config=$(loaded_config i3-msg) how=reload
	case $config in
	/etc/*) [ ! -e "$config_home/i3/config" ] || how=restart ;;
	*) [ -e "$config" ] || how=restart ;;
	esac
	i3-msg $how
}

# run_on_desktop COMMAND runs a command as the desktop would.
run_on_desktop() {
	case $desktop in
	sway) swaymsg exec "$1" ;;
	i3) i3-msg "exec --no-startup-id $1" ;;
	hyprland) hyprctl dispatch exec "$1" ;;
	*) sh -c "$1" </dev/null & ;;
	esac >/dev/null 2>&1
}

bind_yourself() {
	say "" "Setup does not know this desktop. In its keyboard settings, bind"
	say "    a key to                  $program toggle"
	say "    another one to cancel to  $program cancel"
	say "    or, for push to talk, pressing a key to $program start, and releasing it to $program stop"
	key="your key"
}

bind_keys() {
	case $desktop in
	sway) bind_wm sway swaymsg ;;
	i3) bind_wm i3 i3-msg ;;
	hyprland) bind_by_include hyprland "$config_home/hypr/hyprland.conf" "source = $config_home/voiceflow/hyprland.conf" "" ;;
	gnome) bind_gnome ;;
	kde) bind_kde ;;
	*) bind_yourself ;;
	esac
}
