# shellcheck shell=sh disable=SC2154 # variables of voiceflow-dictate
# Starts what dictation needs with the session. Read by setup.sh.

# install_unit NAME puts a systemd unit of contrib into place, with the programs' folder. If
# there is one of the user's, that one is used.
install_unit() {
	folder=$(dirname -- "$(command -v vf-transcribe)")
	case $1 in voiceflow-dictate.*) folder=$here ;; esac
	quote=
	case $folder in *[!A-Za-z0-9_./@:+-]*) quote='"' ;; esac
	folder=$(printf '%s\n' "$folder" | sed 's/%/%%/g; s/[&|\\]/\\&/g')
	sed "s|^ExecStart=/[^ ]*/\([^ ]*\)|ExecStart=$quote$folder/\1$quote|" "$contrib/systemd/$1" |
		write_file "$config_home/systemd/user/$1" || true
}

# enable_unit NAME starts a unit, now and with each session. One that runs starts again, for
# the new settings; a socket has none.
enable_unit() {
	systemctl --user daemon-reload
	systemctl --user is-enabled --quiet "$1" || record service "$1"
	start=restart
	case $1 in *.socket) start=start ;; esac
	systemctl --user enable --quiet "$1" && systemctl --user $start "$1" && say "Started: $1"
}

set_up_server() {
	[ -n "$manager" ] || return 0
	agreed "Keep the model in memory while you dictate (voiceflow-transcribe.socket)?" || return 0
	install_unit voiceflow-transcribe.service && install_unit voiceflow-transcribe.socket &&
		enable_unit voiceflow-transcribe.socket
}

# set_up_serve starts voiceflow-dictate serve with the session: through systemd if the
# desktop tells systemd about its sessions, or else by a command that the desktop runs.
set_up_serve() {
	serve_command=
	agreed "Start with the desktop, so that each press records without delay (voiceflow-dictate serve)?" || return 0
	if [ -n "$manager" ] && systemctl --user is-active --quiet graphical-session.target; then
		install_unit voiceflow-dictate.service && enable_unit voiceflow-dictate.service
		return
	elif [ -n "$manager" ] && install_unit voiceflow-dictate.service; then
		systemctl --user is-enabled --quiet voiceflow-dictate.service || record service voiceflow-dictate.service
		systemctl --user daemon-reload
		serve_command="systemctl --user import-environment DISPLAY WAYLAND_DISPLAY XAUTHORITY SWAYSOCK"
		serve_command="$serve_command HYPRLAND_INSTANCE_SIGNATURE && systemctl --user restart voiceflow-dictate.service"
	else
		record serve
		serve_command="$program serve"
	fi
	case $desktop in
	sway | i3 | hyprland) ;; # goes into the file of bindings
	*) set_up_autostart ;;
	esac
}

# set_up_autostart lets any other desktop start serve, now and with each session.
set_up_autostart() {
	plain_paths || return
	write_file "$config_home/autostart/voiceflow-dictate.desktop" <<ENTRY && run_on_desktop "$serve_command"
[Desktop Entry]
Type=Application
Name=Dictation
Exec=sh -c "$serve_command"
NoDisplay=true
ENTRY
	serve_command=
}

set_up_services() {
	title "Services"
	manager=
	! systemctl --user show-environment >/dev/null 2>&1 || manager=1
	set_up_server
	set_up_serve
}
