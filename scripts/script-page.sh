#!/bin/sh
# Writes the manual page of a shell script, from the comment that it begins with:
#
#   HELP="..." scripts/script-page.sh SCRIPT
#
# HELP is what the script prints for --help, if it has that.
set -eu
awk -v name="$(basename "$1")" '
	# escaped returns a line as troff takes it literally.
	function escaped(line) {
		gsub(/\\/, "\\e", line)
		gsub(/-/, "\\-", line)
		return line ~ /^[.\x27]/ ? "\\&" line : line
	}
	# literal prints a line as it is, with the lines next to it.
	function literal(line) {
		if (!in_block) print ".PP\n.nf"
		in_block = 1
		print escaped(line)
	}
	function text(line) {
		if (in_block) print ".fi"
		in_block = 0
		print line == "" ? ".PP" : escaped(line)
	}
	NR == 1 { next }
	!/^#/ { exit }
	NR == 2 {
		title = substr($0, 3)
		sub(/[:,.].*/, "", title)
		print ".TH " escaped(toupper(name)) " 1 \"\" VoiceFlow \"User Commands\"\n.SH NAME"
		print escaped(name) " \\- " escaped(tolower(substr(title, 1, 1)) substr(title, 2)) "\n.SH DESCRIPTION"
	}
	/^#   / { literal(substr($0, 5)); next }
	{ text(substr($0, 3)) }
	END {
		n = split(ENVIRON["HELP"], lines, "\n")
		if (n) print (in_block ? ".fi\n" : "") ".SH USAGE"
		if (n) in_block = 0
		for (i = 1; i <= n; i++) literal(lines[i])
		if (in_block) print ".fi"
	}' "$1"
