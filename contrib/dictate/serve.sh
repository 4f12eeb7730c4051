# shellcheck shell=sh disable=SC2154 # variables of voiceflow-dictate
# voiceflow-dictate serve: one pipeline for all dictations. Read by voiceflow-dictate.

pidfile=$serve_folder/dictate.$$.pid # of this serve's recorder

# end_serve ends the serve of this user that is running, if any.
end_serve() {
	for other in "$serve_folder"/dictate.*.pid; do
		pid=$(cat "$other" 2>/dev/null) || continue
		# Only while it is the recorder that answers: the number may be in use again.
		if [ "$(vf-record --status --json 2>/dev/null | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')" = "$pid" ]; then
			: >"$other.stop"
			kill "$pid" 2>/dev/null
			tries=100
			while [ -e "$other" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
		fi
		rm -f "$other" "$other.stop"
	done
}

# serve_record runs the recorder, with its PID in $pidfile, and saves its exit code.
serve_record() {
	trap : HUP INT TERM # the recorder ends on these, and then this
	sh -c 'echo $$ >"$0"; eval "exec $1"' "$pidfile" "$VOICEFLOW_RECORD --armed --standby $standby"
	echo $? >"$pidfile.code"
	rm -f "$pidfile"
}

# broke_off shows that a program was killed before it had written a line, which vf-paste
# cannot notice.
broke_off() {
	echo '{"type":"end","incomplete":true,"reason":"a program of voiceflow-dictate serve has ended"}' |
		vf-paste --notify
}

# recorder_ends waits up to 2 s for the recorder to end, or for the order to end it. The
# recorder ends its stream before it closes the microphone, which may take a while.
recorder_ends() {
	tries=20
	until [ -e "$pidfile.stop" ] || [ -e "$pidfile.code" ]; do
		[ $((tries -= 1)) -gt 0 ] || return
		sleep 0.1
	done
}

# serve_text delivers the text. If that ends before the recorder, a program has failed:
# it ends the recorder too, which may not notice while it waits for a press.
serve_text() {
	trap : HUP INT TERM
	type_text "$@"
	code=$?
	[ $code != 0 ] || ! recorder_ends || return 0
	if pid=$(cat "$pidfile" 2>/dev/null); then
		kill "$pid" 2>/dev/null
		if [ $code = 0 ]; then
			code=1
			broke_off
		fi
	fi
	return $code
}

# end_record ends the recorder, once: a second signal would cost it the last words.
end_record() {
	: >"$pidfile.stop"
	[ -n "$ended" ] || ! kill "$(cat "$pidfile" 2>/dev/null)" 2>/dev/null || ended=1
}

# serve OPTION... waits for orders until a program fails. It replaces the serve of an
# earlier session, whose windows are gone.
serve() {
	umask 077
	mkdir -p "$serve_folder" || exit
	end_serve
	trap 'rm -f "$pidfile" "$pidfile.code" "$pidfile.stop"' EXIT
	stopped='' ended=''
	# A shell obeys signals only while it waits for something in the background.
	trap 'stopped=1; end_record' HUP INT TERM
	# A shell around vf-vad and vf-transcribe would hold the pipe of the one that has ended
	# until the other one does, which may wait for a press. Only a list of commands needs one.
	case $VOICEFLOW_LISTEN in
	*[\;\&\#]*) listen="{ $VOICEFLOW_LISTEN
}" ;;
	*) listen=$VOICEFLOW_LISTEN ;;
	esac
	eval "serve_record | $listen | serve_text \"\$@\" &"
	wait $!
	code=$?
	if [ -n "$stopped" ]; then
		until [ -n "$ended" ] || [ -e "$pidfile.code" ]; do # it may not have begun yet
			sleep 0.1
			end_record
		done
		until [ -e "$pidfile.code" ]; do wait; done # another signal ends a wait
		wait
		exit 0
	fi
	if [ $code = 0 ]; then
		code=$(cat "$pidfile.code")
		[ "${code:-0}" -le 128 ] || broke_off # the recorder was killed
	fi
	exit "$code"
}
