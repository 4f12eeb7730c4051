# Functions for using Debian's packages. The scripts that use them set $native, $log and
# $instead: what to do if there are no such packages.

suite=forky # the first Debian suite with libwhisper (1.9) and librnnoise (0.2)

. scripts/steps.sh

# debian_mirror prints the URL of the Debian mirror that this machine's apt uses, if any.
# Without package lists, it takes the URLs that an update would fetch.
debian_mirror() {
	debian=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}" || true)
	found=$(apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(SITE) $(LABEL)' 2>/dev/null |
		awk -v c="$debian" '$1 == "main" && $3 !~ /^cdrom:/ &&
			(c != "" && $2 == c || $4 == "Debian" && NF == 4) { print $3 }')
	if [ -z "$found" ] && [ -n "$debian" ]; then
		found=$(apt-get update --print-uris 2>/dev/null |
			sed -n "/^'cdrom:/d; s,^'\(.*\)/dists/\($debian\|stable\|testing\|unstable\|sid\)/InRelease'.*,\1,p")
	fi
	echo "$found" | sed -n 1p
}

# debian_apt apt-get|apt-cache ARGUMENT... runs apt with its own state, lists and cache
# under $apt, as if nothing were installed.
debian_apt() {
	command=$1
	shift
	LC_ALL=C "$command" -q -o "Dir::State::Lists=$apt/lists" -o "Dir::State::status=$apt/status" \
		-o "Dir::Cache::archives=$apt/cache" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o APT::Sandbox::User=root -o Debug::NoLocking=true \
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
		-o Acquire::Languages=none "$@"
}

# debian_lists DIR fetches the suite's package list, for packages to unpack into DIR.
debian_lists() {
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
		step_failed "this system does not have apt" "$instead"
	mirror=$(debian_mirror)
	[ -n "$mirror" ] || step_failed "no Debian mirror among this system's apt sources" "$instead"
	apt=$1.apt
	mkdir -p "$apt/lists/partial" "$apt/cache/partial"
	: >"$apt/status"
	# Newer systems trust a key only for sources that name it.
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=
	ls /etc/apt/trusted.gpg.d/debian-archive-* >/dev/null 2>&1 || [ ! -e $keyring ] || signed="[signed-by=$keyring] "
	echo "deb $signed$mirror $suite main" >"$apt/sources.list"
	say "$step: fetching the package list of Debian $suite (10 MB)"
	with_percent debian_apt apt-get -o APT::Status-Fd=1 -o APT::Update::Error-Mode=any update ||
		step_failed "the package list could not be fetched" "$(apt_remedy)"
}

# debian_unpack DIR PACKAGE... unpacks the packages and their dependencies into DIR. Call
# debian_lists DIR first.
debian_unpack() {
	into=$1
	shift
	size=$(debian_apt apt-get install --assume-no --no-install-recommends "$@" 2>>"$log" | download_size)
	say "$step: fetching Debian's packages${size:+ ($size)}"
	with_percent debian_apt apt-get -o APT::Status-Fd=1 install -y --download-only --no-install-recommends "$@" ||
		step_failed "Debian's packages $* could not be fetched" "$(apt_remedy)"
	say "$step: unpacking into ${into#"$PWD/"}, without touching the system"
	rm -rf "$into"
	mkdir -p "$into"
	for deb in "$apt"/cache/*.deb; do
		dpkg-deb -x "$deb" "$into" 2>>"$log" ||
			step_failed "$(basename "$deb") could not be unpacked" "check that the disk has space, then run make again"
	done
	rm -rf "$apt"
}

# debian_packages DIR PACKAGE... fetches the package list, then unpacks the packages, from
# the mirror that this machine already uses.
debian_packages() {
	debian_lists "$1"
	debian_unpack "$@"
}
