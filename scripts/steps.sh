# Functions for reporting what the scripts in this folder do. STEP is the step's number
# among those that make runs, such as 2/4; it may be empty. The script sets $log, the
# file that receives the output of the commands it runs.

say() { echo "voiceflow: ${STEP:+[$STEP] }$*" >&2; }
fail() { say "$@"; exit 1; }

# begin_step NAME [WHAT] starts a step and announces it.
begin_step() {
	step=$1
	step_start=$(date +%s)
	step_log=$(wc -l 2>/dev/null <"$log" || echo 0) # lines from earlier steps
	[ $# = 1 ] || say "$step: $2"
}

# end_step RESULT reports the step's result and the seconds it took.
end_step() { say "$step: $1 ($(($(date +%s) - step_start)) s)"; }

# apt_error prints apt's first error in this step.
apt_error() { tail -n "+$((step_log + 1))" "$log" | sed -n 's/^E: //p' | sed -n 1p; }

# step_failed WHAT REMEDY fails with the step, the reason, the log and the remedy.
step_failed() {
	reason=$(apt_error)
	fail "$step failed: $1${reason:+: $reason}; the log is ${log#"$PWD/"}; $2"
}

# apt_remedy prints what to do about apt's first error.
apt_remedy() {
	case $(apt_error) in
	*"resolv"* | *"onnect"* | *"imed out"* | *"nreachable"*)
		echo "check the network and apt's proxy, then run make again"
		;;
	*"expired"* | *"not valid yet"*) echo "check this machine's clock (date) and the mirror's age, then run make again" ;;
	*"space"*) echo "free some disk space, then run make again" ;;
	*"lock"*) echo "wait until the other apt or dpkg has finished, then run make again" ;;
	*"not signed"* | *"NO_PUBKEY"*) echo "update the package debian-archive-keyring, then run make again" ;;
	*) echo "read the log, fix the cause, then run make again" ;;
	esac
}

# with_percent COMMAND... runs apt-get (with APT::Status-Fd=1), writes its output to the
# log and, on a terminal, shows its progress. It fails if COMMAND does.
with_percent() {
	{ "$@" 2>&1 </dev/null && printf '\n%s\n' "voiceflow: success"; } | (
		code=1
		while IFS= read -r line; do
			case $line in
			dlstatus:*) show_percent fetched "${line#dlstatus:*:}" ;;
			pmstatus:*) show_percent installed "${line#pmstatus:*:}" ;;
			"voiceflow: success") code=0 ;;
			*) printf '%s\n' "$line" >>"$log" ;;
			esac
		done
		[ ! -t 2 ] || printf '\r\033[K' >&2
		exit $code
	)
}

# show_percent VERB PERCENT:TEXT
show_percent() {
	[ ! -t 2 ] || printf '\r\033[Kvoiceflow: %s%s: %s%% %s' "${STEP:+[$STEP] }" "$step" "${2%%[.:]*}" "$1" >&2
}

# download_size reads the output of apt-get --assume-no and prints the size of the
# download, such as "43.7 MB".
download_size() { sed -n 's/^Need to get \(.*\) of archives\.$/\1/p'; }

# disk_size DIR prints the size of DIR, such as "236 MB".
disk_size() { du -sm "$1" | sed 's/[[:space:]].*/ MB/'; }
