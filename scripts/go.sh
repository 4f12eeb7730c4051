#!/bin/sh
# Finds or fetches a Go that is new enough for go.mod, and writes the settings that the
# shell needs for it to .native/go.env, which .native/env reads:
#
#   scripts/go.sh
#
# It uses the first of these that works:
#   1. the Go on PATH, including a toolchain that it may download if GOTOOLCHAIN
#      allows it; no .native/go.env is needed then
#   2. the same Go without GOTOOLCHAIN, or one from a common folder (GO_PLACES)
#   3. Debian's packages, unpacked under .native without root and without
#      touching the system
#   4. the toolchain download of a Go that is too old, despite GOTOOLCHAIN=local
#
# If everything is in place already, it returns immediately without the network.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/go.log
mkdir -p "$native"
need=$(sed -n 's/^go \([0-9.]*\).*/\1/p' go.mod)
instead="install Go $need or newer (https://go.dev/dl), then run make again"
. scripts/debian.sh
# Go 1.19 does not understand the GOFLAGS of a shell that has sourced .native/env.
export GOFLAGS=

# version COMMAND... prints the version of a go command, such as 1.26.8 or 1.27rc1;
# nothing if it is not Go.
version() { "$@" version 2>>"$log" | sed -n 's/^go version \(devel \)\{0,1\}go\([0-9][0-9a-z.]*\).*/\2/p'; }

# at_least WANTED VERSION reports whether VERSION is at least WANTED; a pre-release is
# older than its release.
at_least() {
	echo "$1 $2" | awk '{
		split($1, want, "."); split($2, have, ".")
		for (i = 1; i <= 3; i++) if (have[i] + 0 != want[i] + 0) exit (have[i] + 0 < want[i] + 0)
		exit ($2 ~ /[a-z~]/)
	}'
}

# use DESCRIPTION LINE... writes the lines to .native/go.env.
use() {
	{
		echo "# Written by scripts/go.sh: $1."
		shift
		printf '%s\n' "$@"
	} >"$native/go.env.new"
	mv "$native/go.env.new" "$native/go.env"
}

# path_line GO prints the line that puts this go on the shell's PATH.
path_line() {
	[ "$1" = "$on_path" ] || echo "case \$PATH in \"${1%/go}\":*) ;; *) export PATH=\"${1%/go}:\$PATH\" ;; esac"
}

# will_download GO reports whether this go, which is too old, would download go.mod's
# toolchain.
will_download() {
	case $(cd / && "$1" env GOTOOLCHAIN 2>>"$log") in
	auto | *+auto) ;;
	*) return 1 ;;
	esac
	variables=$(env GOTOOLCHAIN=local "$1" env GOMODCACHE GOOS GOARCH 2>>"$log" | tr '\n' ' ')
	# shellcheck disable=SC2086 # splitting is intended
	set -- $variables
	[ ! -e "$1/golang.org/toolchain@v0.0.1-go$need.$2-$3" ]
}

# debian_go prints the package of the oldest Go in Debian's suite that is new enough.
debian_go() {
	debian_apt apt-cache pkgnames golang-1. 2>>"$log" | sed -n 's/^golang-1\.\([0-9]*\)-go$/\1/p' | sort -n |
		while read -r minor; do
			offered=$(debian_apt apt-cache show "golang-1.$minor-go" 2>>"$log" |
				sed -n 's/^Version: \([0-9][0-9a-z.~]*\).*/\1/p' | sed -n 1p)
			! at_least "$need" "$offered" || echo "golang-1.$minor-go"
		done | sed -n 1p
}

# stage_go unpacks Debian's Go under .native.
stage_go() {
	debian_lists "$native/go"
	package=$(debian_go)
	[ -n "$package" ] || step_failed "Debian $suite has no Go $need" "$instead"
	debian_unpack "$native/go" "$package"
	staged=$(find "$native/go/usr/lib" -path '*/bin/go')
	at_least "$need" "$(version env -u GOROOT GOTOOLCHAIN=local "$staged")" ||
		step_failed "Debian's Go does not run on this machine" "$instead"
	# The user's GOROOT or GOTOOLCHAIN is for another Go.
	use "Debian's $package" "$(path_line "$staged")" "export GOTOOLCHAIN=local" "unset GOROOT"
	end_step "Go $(version env -u GOROOT GOTOOLCHAIN=local "$staged") is ready ($(disk_size "$native/go"))"
}

if [ -f "$native/go.env" ]; then
	# shellcheck source=/dev/null
	ready=$(. "$native/go.env" && version go)
	! at_least "$need" "$ready" || exit 0
	rm -f "$native/go.env"
fi
: >"$log"

# 1. The Go on PATH, as it is.
begin_step Go
on_path=$(command -v go || true)
own=
if [ -n "$on_path" ]; then
	own=$(version env GOTOOLCHAIN=local "$on_path")
	downloads=
	if ! at_least "$need" "$own" && at_least 1.21 "$own" && will_download "$on_path"; then
		downloads=yes
		say "Go: $on_path is Go ${own}; it is fetching Go $need (70 MB) into its module cache"
	fi
	if at_least "$need" "$(version "$on_path")"; then
		[ -z "$downloads" ] || end_step "Go $need is ready"
		exit 0
	fi
fi

# 2. The same without GOTOOLCHAIN, and other places.
downloader=
for go in "$on_path" ${GO_PLACES-/usr/local/go/bin/go /usr/lib/go-*/bin/go}; do
	[ -x "$go" ] || continue
	other=$(version env -u GOROOT GOTOOLCHAIN=local "$go")
	if at_least "$need" "$other"; then
		use "Go $other of $go" "$(path_line "$go")" "export GOTOOLCHAIN=local" "unset GOROOT"
		end_step "$go is Go $other"
		exit 0
	fi
	[ -n "$downloader" ] || ! at_least 1.21 "$other" || downloader=$go
done

# 3. Debian's.
if [ -z "$on_path" ]; then
	say "Go: not on PATH; Go $need is needed"
else
	say "Go: $on_path is ${own:+Go }${own:-not Go}; Go $need is needed"
fi
[ -z "$downloader" ] || instead="trying the toolchain download of $downloader next"
! (stage_go) || exit 0

# 4. The toolchain download, which GOTOOLCHAIN=local forbids by default.
[ -n "$downloader" ] || exit 1
instead="install Go $need or newer (https://go.dev/dl), then run make again"
say "Go: fetching Go $need (70 MB) into the module cache of $downloader"
at_least "$need" "$(version env -u GOROOT "GOTOOLCHAIN=go$need" "$downloader")" ||
	step_failed "$downloader could not fetch Go $need" "check GOPROXY and the network, or $instead"
use "the toolchain that $downloader downloads" "$(path_line "$downloader")" "export GOTOOLCHAIN=go$need" "unset GOROOT"
end_step "Go $need is ready"
