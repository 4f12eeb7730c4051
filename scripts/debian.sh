# Functions for the scripts beside this one, which set $native and $log.

suite=forky # the first Debian suite with libwhisper (1.9) and librnnoise (0.2)

say() { echo "voiceflow: $*" >&2; }
fail() { say "$@"; exit 1; }

# debian_packages DIR PACKAGE... unpacks the packages and all that they depend
# on into DIR. apt gets state, lists and cache of its own and believes that
# nothing is installed; the mirror is the one this machine already uses.
debian_packages() {
	into=$1
	shift
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
		fail "no libwhisper here: install it so that pkg-config finds whisper (>= 1.8) and rnnoise, or build it with: make WHISPER_SRC=DIR"
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(SITE)' 2>/dev/null |
		awk -v c="$codename" '$1 == c && $2 == "main" { print $3; exit }')
	[ -n "$mirror" ] ||
		fail "no Debian mirror among this system's apt sources; build libwhisper with: make WHISPER_SRC=DIR"
	apt=$native/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/partial"
	: >"$apt/status"
	echo "deb $mirror $suite main" >"$apt/sources.list"
	privately() {
		apt-get -q -o "Dir::State::Lists=$apt/lists" -o "Dir::State::status=$apt/status" \
			-o "Dir::Cache::archives=$apt/cache" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
			-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
			-o APT::Sandbox::User=root -o Debug::NoLocking=true \
			-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
			-o Acquire::Languages=none "$@"
	}
	{ privately update && privately install -y --download-only --no-install-recommends "$@"; } >>"$log" 2>&1 ||
		fail "Debian's packages $* could not be fetched; is a package host within reach? (details: .native/native-libs.log)"
	rm -rf "$into"
	mkdir -p "$into"
	for deb in "$apt"/cache/*.deb; do
		dpkg-deb -x "$deb" "$into"
	done
	rm -rf "$apt"
}
