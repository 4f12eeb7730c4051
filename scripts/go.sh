#!/bin/sh
# Finds a Go that is new enough for go.mod, or brings one, and writes what the
# shell needs for it into .native/go.env, which .native/env reads:
#
#   scripts/go.sh
#
# The Go is the first of these that serves:
#   1. the one on PATH, with the toolchain that it downloads where GOTOOLCHAIN
#      lets it; then there is no .native/go.env
#   2. that one without GOTOOLCHAIN, or one where Go is often installed (GO_PLACES)
#   3. Debian's packages, unpacked under .native without root and without
#      touching the system
#   4. the toolchain download of a Go that is too old, in spite of GOTOOLCHAIN=local
#
# A second run finds all this in place and needs neither network nor time.
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

# version COMMAND... writes the version of that go, such as 1.26.8 or 1.27rc1;
# nothing where it is not Go.
version() { "$@" version 2>>"$log" | sed -n 's/^go version \(devel \)\{0,1\}go\([0-9][0-9a-z.]*\).*/\2/p'; }

# at_least WANTED VERSION reports whether VERSION is as new; a pre-release is older
# than its release.
at_least() {
	echo "$1 $2" | awk '{
		split($1, want, "."); split($2, have, ".")
		for (i = 1; i <= 3; i++) if (have[i] + 0 != want[i] + 0) exit (have[i] + 0 < want[i] + 0)
		exit ($2 ~ /[a-z~]/)
	}'
}

# use DESCRIPTION LINE... makes .native/go.env of the lines.
use() {
	{
		echo "# Made by scripts/go.sh: $1."
		shift
		printf '%s\n' "$@"
	} >"$native/go.env.new"
	mv "$native/go.env.new" "$native/go.env"
}

# found_as GO writes the line that has the shell find this go.
found_as() {
	[ "$1" = "$on_path" ] || echo "case \$PATH in \"${1%/go}\":*) ;; *) export PATH=\"${1%/go}:\$PATH\" ;; esac"
}

# will_download GO reports whether this go, which is too old, is about to fetch
# the toolchain of go.mod.
will_download() {
	case $(cd / && "$1" env GOTOOLCHAIN 2>>"$log") in
	auto | *+auto) ;;
	*) return 1 ;;
	esac
	known=$(env GOTOOLCHAIN=local "$1" env GOMODCACHE GOOS GOARCH 2>>"$log" | tr '\n' ' ')
	# shellcheck disable=SC2086 # words are meant to split
	set -- $known
	[ ! -e "$1/golang.org/toolchain@v0.0.1-go$need.$2-$3" ]
}

# debian_go writes the package of the oldest Go in Debian's suite that serves.
debian_go() {
	debian_apt apt-cache pkgnames golang-1. 2>>"$log" | sed -n 's/^golang-1\.\([0-9]*\)-go$/\1/p' | sort -n | while read -r minor; do
		offered=$(debian_apt apt-cache show "golang-1.$minor-go" 2>>"$log" | sed -n 's/^Version: \([0-9][0-9a-z.~]*\).*/\1/p' | sed -n 1p)
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
	# A GOROOT or GOTOOLCHAIN of the user's is about another Go.
	use "Debian's $package" "$(found_as "$staged")" "export GOTOOLCHAIN=local" "unset GOROOT"
	end_step "Go $(version env -u GOROOT GOTOOLCHAIN=local "$staged") is ready, $(disk_size "$native/go")"
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
		say "Go: $on_path is Go ${own}; it fetches Go $need (70 MB) into its module cache"
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
		use "Go $other of $go" "$(found_as "$go")" "export GOTOOLCHAIN=local" "unset GOROOT"
		end_step "$go is Go $other"
		exit 0
	fi
	[ -n "$downloader" ] || ! at_least 1.21 "$other" || downloader=$go
done

# 3. Debian's.
if [ -z "$on_path" ]; then
	say "Go: there is none on PATH, and Go $need is needed"
else
	say "Go: $on_path is ${own:+Go }${own:-not Go}, and Go $need is needed"
fi
[ -z "$downloader" ] || instead="the next try is the toolchain download of $downloader"
! (stage_go) || exit 0

# 4. The download, which GOTOOLCHAIN=local does not let a plain go do.
[ -n "$downloader" ] || exit 1
instead="install Go $need or newer (https://go.dev/dl), then run make again"
say "Go: fetching Go $need (70 MB) into the module cache of $downloader"
at_least "$need" "$(version env -u GOROOT "GOTOOLCHAIN=go$need" "$downloader")" ||
	step_failed "$downloader could not fetch Go $need" "check GOPROXY and the network, or $instead"
use "the toolchain that $downloader downloads" "$(found_as "$downloader")" "export GOTOOLCHAIN=go$need" "unset GOROOT"
end_step "Go $need is ready"
