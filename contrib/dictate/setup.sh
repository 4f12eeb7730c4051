# shellcheck shell=sh disable=SC2154 # variables of voiceflow-dictate
# voiceflow-dictate setup. Read by voiceflow-dictate.

# agreed QUESTION [no] asks; the second argument is the answer of Enter and of --yes.
agreed() {
	answer=${2:-yes}
	if [ -n "$yes" ]; then
		say "$1 $answer"
	else
		printf '%s (yes or no) [%s] ' "$1" "$answer"
		IFS= read -r typed || typed=no
		answer=${typed:-$answer}
	fi
	case $answer in [Yy]*) ;; *) return 1 ;; esac
}

# choose QUESTION DEFAULT asks for $answer.
choose() {
	answer=$2
	[ -z "$yes" ] || return 0
	printf '%s [%s] ' "$1" "$2"
	IFS= read -r typed || typed=
	answer=${typed:-$2}
}

title() { say "" "== $1"; }

# read_options OPTION... reads the command line of setup.
read_options() {
	undo='' yes='' new_device='' new_model='' new_standby=''
	key=Super+z talk_key=Super+x cancel_key=Super+Shift+z
	while [ $# -gt 0 ]; do
		case $1 in
		--undo) undo=1 ;;
		--yes | -y) yes=1 ;;
		--*=*)
			option=${1%%=*} value=${1#*=}
			shift
			set -- "$option" "$value" "$@"
			continue
			;;
		*)
			[ $# -gt 1 ] || fail "setup: \"$1\" is unknown or lacks its value; see voiceflow-dictate --help" 2
			read_option "$1" "$2"
			shift
			;;
		esac
		shift
	done
}

read_option() {
	case $1 in
	--key) key=$2 ;;
	--talk-key) talk_key=$2 ;;
	--cancel-key) cancel_key=$2 ;;
	--device) new_device=$2 ;;
	--model) new_model=$2 ;;
	--standby) new_standby=$2 ;;
	*) fail "setup: unknown option \"$1\"; see voiceflow-dictate --help" 2 ;;
	esac
	case $1 in *key) known_key "$2" >/dev/null || exit ;; esac
	case ${new_standby:-open} in
	open | closed) ;;
	*) fail "--standby is \"$new_standby\", want open or closed" 2 ;;
	esac
}

# listed_device NUMBER prints the name of a microphone in the list, or the number.
listed_device() {
	name=$(vf-record --list-devices --json 2>/dev/null | sed 's/},/}\
/g' | sed -n "s/.*\"index\":$1,\"name\":\"\([^\"\\\\]*\)\".*/\1/p")
	printf '%s\n' "${name:-$1}"
}

# set_up_microphone lets the user choose a microphone and checks it.
set_up_microphone() {
	title "Microphone"
	vf-record --list-devices || say "No microphone was found; connect one, then run setup again."
	chosen=${new_device:-$device}
	while :; do
		choose "Microphone, by number or name" "${chosen:-the default}"
		[ "$answer" = "the default" ] || chosen=$answer
		case $chosen in *[!0-9]* | '') ;; *) chosen=$(listed_device "$chosen") ;; esac
		# shellcheck disable=SC2086 # no argument if there is no name
		vf-record --check ${chosen:+--device "$chosen"} && break
		[ -z "$yes" ] || break
		agreed "Try another microphone?" || break
	done
	new_device=$chosen
}

set_up_standby() {
	title "When the microphone is open"
	say "Open all the time, the first word is never lost, and the desktop may show that the microphone is in use."
	say "Opened with each press, it takes a moment: wait for \"listening\" before you speak."
	if [ -z "$new_standby" ]; then
		new_standby=closed default=no
		[ "$standby" = closed ] || default=yes
		! agreed "Keep the microphone open?" "$default" || new_standby=open
	fi
}

# set_up_model offers to download a model, unless one is installed.
set_up_model() {
	title "Model"
	if [ -z "$new_model" ]; then
		installed=$(vf-transcribe models list --json |
			sed -n '/"detector":false,"installed":true/s/.*"name":"\([^"]*\)".*/\1/p')
		if [ -n "$installed" ]; then
			say "Installed:" "$installed"
			return
		fi
		say "Only the demo model is installed, which knows a few hundred words."
		case ${LC_ALL:-${LC_MESSAGES:-${LANG:-en}}} in en* | C* | POSIX) suggested=base.en ;; *) suggested=base ;; esac
		agreed "Download the model $suggested (about 80 MB on a CPU)?" no || return
		new_model=$suggested
	fi
	vf-transcribe models pull "$new_model" || say "Try again later with: vf-transcribe models pull $new_model"
}

# save_settings writes the choices to $settings.
save_settings() {
	stored=${new_model:-$(setting model)}
	[ "$stored" != base.en ] || stored= # the model used without a setting
	{
		say "# Settings of voiceflow-dictate, written by its setup."
		say "standby=$new_standby"
		[ -z "$new_device" ] || say "device=$new_device"
		[ -z "$stored" ] || say "model=$stored"
	} | write_file "$settings"
}

set_up_keys() {
	title "Keys"
	if [ "$desktop" != other ]; then
		choose "Key that starts and ends a dictation, or none" "$key" && key=$answer
		case $desktop in
		gnome | kde) ;;
		*) choose "Key to hold while you speak, or none" "$talk_key" && talk_key=$answer ;;
		esac
		choose "Key that cancels a dictation, or none" "$cancel_key" && cancel_key=$answer
	fi
	key=$(known_key "$key") && talk_key=$(known_key "$talk_key") && cancel_key=$(known_key "$cancel_key") || exit
	bind_keys || {
		key=none
		return 0
	}
	[ -z "$serve_command" ] || run_on_desktop "$serve_command"
}

try_it() {
	title "Ready"
	if [ -z "$yes" ] && agreed "Dictate a sentence, as a test?"; then
		say "Speak now. The recording ends when you are silent for a second."
		[ -z "$new_device" ] || export VOICEFLOW_RECORD_DEVICE="$new_device"
		heard=$(vf-record --until-silence 1s --max-duration 20s | vf-vad | vf-transcribe --connect -f txt)
		say "Heard: ${heard:-nothing. Run setup again to choose another microphone.}"
	fi
	[ "$key" = none ] || say "Focus a window, press $key, speak, and press $key again."
	say "The changes are listed in $list; voiceflow-dictate setup --undo takes them back."
}

# setup OPTION... is the command.
setup() {
	for part in changes services desktops shortcuts; do library $part.sh; done
	read_options "$@"
	[ -z "$undo" ] || { undo; return; }
	[ -n "$yes" ] || [ -t 0 ] || fail "setup asks questions; run it in a terminal, or with --yes" 2
	for needed in vf-record vf-vad vf-transcribe vf-paste; do
		command -v $needed >/dev/null || fail "$needed is not installed; run make install first"
	done
	umask 077
	make_folder "$state" || exit
	desktop=$(find_desktop)
	say "Desktop: $desktop"
	set_up_microphone
	set_up_standby
	set_up_model
	save_settings
	set_up_services
	set_up_keys
	try_it
}
