# shellcheck shell=sh disable=SC2154 # variables of voiceflow-dictate
# What setup changes, listed so that setup --undo can take it back. Read by setup.sh.
#
# Each line of the list is a kind and its arguments, separated by tabs:
#
#   folder PATH      setup created it
#   file PATH SUM    setup wrote it, with this checksum
#   line PATH TEXT   setup added the line to a file
#   last PATH TEXT   the same, after ending the file's last line
#   gnome PATH       a custom shortcut
#   kde VERSION ID   a shortcut in kglobalshortcutsrc
#   service NAME     a unit that setup enabled or started
#   serve            a voiceflow-dictate serve started by the desktop
#   desktop NAME     to be told about changes to its configuration

state=${XDG_STATE_HOME:-$HOME/.local/state}/voiceflow
list=$state/setup.list
tab=$(printf '\t')

# say LINE... prints lines.
say() { printf '%s\n' "$@"; }

# record KIND [ARGUMENT]... adds a line to the list, unless it is there.
record() {
	entry=$1
	shift
	for argument; do entry=$entry$tab$argument; done
	grep -qxF -e "$entry" "$list" 2>/dev/null || printf '%s\n' "$entry" >>"$list"
}

# make_folder PATH creates a folder and those above it.
make_folder() {
	missing=
	folder=$1
	while [ ! -d "$folder" ]; do
		missing="$folder
$missing"
		folder=$(dirname -- "$folder")
	done
	mkdir -p -- "$1" || return
	printf '%s' "$missing" | while IFS= read -r folder; do record folder "$folder"; done
}

checksum() { cksum <"$1"; }

# recorded_sum PATH prints the checksum of a file as setup wrote it.
recorded_sum() {
	[ ! -e "$list" ] || while IFS=$tab read -r kind path sum; do
		[ "$kind $path" != "file $1" ] || printf '%s\n' "$sum"
	done <"$list"
}

# forget KIND PATH removes lines from the list.
forget() {
	START=$1$tab$2$tab awk 'index($0, ENVIRON["START"]) != 1' "$list" >"$list.new" && mv "$list.new" "$list"
}

# write_file PATH writes a file from standard input. A file that setup has not written, or
# that has been edited since, stays as it is.
write_file() {
	make_folder "$(dirname -- "$1")" && cat >"$1.new" || return
	if cmp -s "$1" "$1.new"; then
		rm -f "$1.new"
	elif [ -e "$1" ] && [ "$(checksum "$1")" != "$(recorded_sum "$1")" ]; then
		say "Left as it is, because it is yours: $1. Setup would have written:"
		sed 's/^/    /' "$1.new"
		rm -f "$1.new"
		return 1
	else
		forget file "$1"
		record file "$1" "$(checksum "$1.new")"
		mv "$1.new" "$1"
		say "Written: $1"
	fi
}

# add_line PATH LINE adds a line to the end of a file, unless it is there.
add_line() {
	if grep -qxF -e "$2" "$1" 2>/dev/null; then
		return
	elif ! [ -w "$1" ]; then
		say "Add this line yourself, because $1 cannot be written: $2"
		return 1
	elif [ -n "$(tail -c 1 "$1")" ]; then
		record last "$1" "$2"
		printf '\n%s\n' "$2" >>"$1"
	else
		record line "$1" "$2"
		printf '%s\n' "$2" >>"$1"
	fi
	say "Added to $1: $2"
}

# without_line PATH LINE KIND prints a file without the line that setup added. Its end is
# as before, unless lines have been added since.
without_line() {
	end=1
	[ -z "$(tail -c 1 "$1")" ] || end=0
	LINE=$2 KIND=$3 END=$end awk '
		!found && $0 == ENVIRON["LINE"] { found = 1; last = 1; next }
		{ printf "%s%s", separator, $0; separator = "\n"; last = 0 }
		END { if (separator != "" && (last ? ENVIRON["KIND"] == "line" : ENVIRON["END"] == "1")) print "" }
	' "$1"
}

# remove_line PATH LINE KIND writes through links and keeps the file's mode.
remove_line() {
	if ! grep -qxF -e "$2" "$1" 2>/dev/null; then
		say "Already changed: $1 no longer has the line: $2"
		return
	fi
	copy=$(mktemp) && without_line "$@" >"$copy" || return
	cat "$copy" >"$1" || fail "cannot write $1; its new content is in $copy"
	rm -f "$copy"
	say "Removed from $1: $2"
}

remove_file() {
	if [ ! -e "$1" ]; then
		return
	elif [ "$(checksum "$1")" = "$2" ]; then
		rm -f -- "$1" && say "Removed: $1"
	else
		say "Kept, because it has been edited: $1"
	fi
}

# take_back KIND ARGUMENTS undoes one line of the list.
take_back() {
	case $1 in
	file) remove_file "$2" "$3" ;;
	line | last) remove_line "$2" "$3" "$1" ;;
	gnome) gnome_unbind "$2" ;;
	kde) kde_unbind "$2" "$3" ;;
	service)
		systemctl --user disable --now "$2" >/dev/null 2>&1
		systemctl --user stop "${2%.*}.service" >/dev/null 2>&1 # that a socket has started
		say "Stopped: $2"
		;;
	serve) library serve.sh && end_serve ;;
	desktop) reload_desktop "$2" ;;
	esac
}

# undo takes back all of the list, the newest first, and folders last.
undo() {
	if [ ! -s "$list" ]; then
		say "Nothing to undo: there is no $list."
		return
	fi
	backwards=$(awk '{ line[NR] = $0 } END { for (i = NR; i; i--) print line[i] }' "$list")
	# Services end while their units are still there.
	for services in yes no; do
		while IFS=$tab read -r kind first second <&3; do
			case $services$kind in
			yesservice) take_back "$kind" "$first" "$second" ;;
			yes* | noservice) ;;
			*) take_back "$kind" "$first" "$second" ;;
			esac
		done 3<<LIST
$backwards
LIST
	done
	case $backwards in *"service$tab"*) systemctl --user daemon-reload 2>/dev/null ;; esac
	rm -f "$list"
	printf '%s\n' "$backwards" | while IFS=$tab read -r kind folder; do
		[ "$kind" != folder ] || rmdir -- "$folder" 2>/dev/null
	done
	say "Everything that setup changed has been taken back."
}
