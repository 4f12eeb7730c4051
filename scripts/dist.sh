#!/bin/sh
# Builds what can be given to users, into FOLDER (dist):
#
#   VERSION=1.2.3 scripts/dist.sh [FOLDER]
#
#   voiceflow-VERSION-linux-ARCH.tar.xz  runs from any folder, with all its libraries;
#                                        not if they are the system's
#   voiceflow_VERSION_ARCH.deb, voiceflow-VERSION.ARCH.rpm
#   voiceflow-VERSION.cdx.json           components and their versions (CycloneDX)
#   SHA256SUMS
#
# Without VERSION, it is git's tag, or else the version in the source with the date and
# the hash of the commit. MAINTAINER="NAME <ADDRESS>" is who made the packages: without
# it, git's user. The same commit gives the same bytes. XZ_LEVEL=0 is for tests.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
. scripts/steps.sh
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=.native/dist.log
: >"$log"
umask 022
export LC_ALL=C TZ=UTC

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
if [ -z "${VERSION:-}" ]; then
	VERSION=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null | sed 's/^v//') || VERSION=
	[ -n "$VERSION" ] || VERSION=$(sed -n 's/^var Version = "\(.*\)"/\1/p' internal/cmdline/version.go)-$(
		date -u -d "@$SOURCE_DATE_EPOCH" +git%Y%m%d.)$(git rev-parse --short=10 HEAD)
fi
case $VERSION in
*[!0-9A-Za-z.+-]* | [!0-9]*) fail "VERSION=$VERSION: use a version such as 1.2.3 or 1.2.3-rc1" ;;
esac
# is_maintainer TEXT reports whether a text is a name and an address.
is_maintainer() {
	case $1 in
	*[[:cntrl:]]* | *'${'* | [[:space:]\<]* | *\<*\<*) return 1 ;;
	*" <"*@*">") ;;
	*) return 1 ;;
	esac
}
if [ -z "${MAINTAINER:-}" ]; then
	MAINTAINER="$(git config user.name) <$(git config user.email)>" || true
	is_maintainer "$MAINTAINER" || MAINTAINER="unknown builder <unknown@builder.invalid>"
fi
is_maintainer "$MAINTAINER" || fail "MAINTAINER=$MAINTAINER: use a name and an address, such as Jo Doe <jo@example.org>"
maintainer=$MAINTAINER
MAINTAINER=$(printf '%s\n' "$MAINTAINER" | sed "s/'/''/g") # in quotes in YAML
ARCH=$(go env GOARCH)
export SOURCE_DATE_EPOCH VERSION ARCH MAINTAINER REPRODUCIBLE=1
name=voiceflow-$VERSION-linux-$ARCH
built=$work/built
mkdir "$built"
tree=$work/$name

# dated FOLDER sets the times of all files, and their modes to what umask would.
dated() {
	find "$1" -type f -perm -u+x -exec chmod 755 {} + -o -type f -exec chmod 644 {} + -o -type d -exec chmod 755 {} +
	find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# stand_in FILE PREFIX USER compiles a library that fails in every function of that
# prefix that USER needs, instead of one that is useless where it is missing: ALSA's needs
# the system's settings, and JACK's needs a server.
stand_in() {
	readelf -sW --dyn-syms "$3" | awk -v prefix="$2" '$7 == "UND" && index($8, prefix) == 1 { print $8 }' |
		sed 's/@\([^ ]*\).*/ \1/' | sort -u >"$work/symbols"
	awk '
		$1 == "snd_strerror" { print "const char *snd_strerror(int code) { return \"ALSA is not installed\"; }"; next }
		$1 == "snd_asoundlib_version" { print "const char *snd_asoundlib_version(void) { return \"1.0.0\"; }"; next }
		$1 == "snd_config" { print "void *snd_config;"; next }
		$1 ~ /_sizeof$/ { print "unsigned long " $1 "(void) { return 64; }"; next }
		$1 ~ /^jack_/ { print "void *" $1 "(void) { return 0; }"; next }
		{ print "long " $1 "(void) { return -1; }" }' "$work/symbols" >"$work/stand-in.c"
	awk '$2 { names[$2] = names[$2] $1 "; " } END { for (v in names) print v " { global: " names[v] "};" }' \
		"$work/symbols" | sort >"$work/versions"
	set -- "$1" "-Wl,-soname,$(basename "$1")"
	[ ! -s "$work/versions" ] || set -- "$@" "-Wl,--version-script=$work/versions"
	out_file=$1
	shift
	"${CC:-gcc}" -shared -fPIC -O2 -s -nostdlib -Wl,--build-id=none "$@" -o "$out_file" "$work/stand-in.c"
}

# sound_libraries FOLDER copies the libraries for sound that a system may lack, and their
# licences.
sound_libraries() {
	mkdir "$1"
	: >"$work/sources"
	for library in libportaudio.so.2 libsoxr.so.0; do
		file=$(ldd "$tree/bin/vf-record" | awk -v name=$library '$1 == name { print $3 }')
		[ -n "$file" ] || step_failed "$library is not installed" "run make, then try again"
		cp -L "$file" "$1/$library"
		package=$(dpkg -S "$(readlink -f "$file")" 2>/dev/null | sed 's/:.*//;1q') || package=
		[ -n "$package" ] || continue
		cp -L "/usr/share/doc/$package/copyright" "$tree/share/doc/voiceflow/licences/lib/$package"
		# shellcheck disable=SC2016 # dpkg-query fills it in
		dpkg-query -W -f '${source:Package} ${source:Version}\n' "$package" >>"$work/sources"
	done
	stand_in "$1/libjack.so.0" jack_ "$1/libportaudio.so.2"
	stand_in "$1/libasound.so.2" snd_ "$1/libportaudio.so.2"
	go run ./scripts/relax "$1"/lib*.so* >>"$log"
}

begin_step dist "compiling VoiceFlow $VERSION for packages"
scripts/tree.sh "$tree" 2>>"$log" || step_failed "the programs could not be built" "read the log"
mkdir -p "$work/root"
cp scripts/place.sh "$tree/install.sh"
cp scripts/uninstall.sh README.md LICENSE "$tree/"

say "dist: fetching and compiling nfpm and cyclonedx-gomod"
(cd scripts/packages && GOFLAGS='' CGO_ENABLED=0 go build -o "$work/tools/" tool) 2>>"$log" ||
	step_failed "the tools could not be built" "check the network and GOPROXY, and read the log"

# The packages use the system's libraries for sound.
"$tree/install.sh" /usr "$work/root"
rm "$work/root/usr/share/voiceflow/installed" "$work/root/usr/share/voiceflow/uninstall.sh"
mkdir -p "$work/root/usr/lib/systemd/user"
cp "$work"/root/usr/share/voiceflow/contrib/systemd/* "$work/root/usr/lib/systemd/user/"
gzip -9n "$work"/root/usr/share/man/man1/*.1
mv "$work/root/usr/share/doc/voiceflow/LICENSE" "$work/root/usr/share/doc/voiceflow/copyright"

tarball() {
	sound_libraries "$tree/lib/voiceflow/fallback"
	sed 's/^/    /' "$work/sources" >>"$tree/share/doc/voiceflow/licences/lib/README"
	dated "$tree"
	tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
		-C "$work" -cf - "$name" | xz -T1 "-${XZ_LEVEL:-6}" >"$built/$name.tar.xz"
}

# sources lists the source packages of the private libraries, with their versions.
sources() {
	[ -z "$native_runtime" ] || { scripts/native-sources.sh; cat "$work/sources"; } | sort -u
}

say "dist: packing"
if [ -n "$native_runtime" ]; then
	tarball
else
	say "dist: no tarball, because libwhisper is the system's; the packages depend on it"
fi

package_of() { dpkg -S "$(readlink -f "$1")" 2>/dev/null | sed 's/:.*//;1q'; }
glibc=${GLIBC:-2.35}
# With the system's libraries, the programs are left as they were linked.
[ -n "$native_runtime" ] ||
	glibc=$(go run ./scripts/relax -glibc 999 "$work"/root/usr/bin/vf-* | sort -V | sed -n '$s/ .*//p')
DEB_DEPENDS="libc6 (>= $glibc)" RPM_DEPENDS="libc.so.6(GLIBC_$glibc)(64bit)"
for library in $(readelf -d "$work"/root/usr/bin/vf-* | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u); do
	case $library in
	libc.so.* | libm.so.* | ld-linux*) continue ;;
	esac
	[ ! -e "$work/root/usr/lib/voiceflow/$library" ] || continue
	RPM_DEPENDS="$RPM_DEPENDS, $library()(64bit)"
	file=$(ldd "$work"/root/usr/bin/vf-* | awk -v name="$library" '$1 == name { print $3; exit }')
	package=$(package_of "$file")
	case "$DEB_DEPENDS," in
	*", $package,"*) ;; # has several of the libraries
	*) DEB_DEPENDS="$DEB_DEPENDS, $package" ;;
	esac
done
MTIME=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
export ROOT="$work/root" DEB_DEPENDS RPM_DEPENDS MTIME
packed() {
	dated "$work/root"
	awk '{
		while (match($0, /\$\{[A-Z_]*\}/))
			$0 = substr($0, 1, RSTART - 1) ENVIRON[substr($0, RSTART + 2, RLENGTH - 3)] substr($0, RSTART + RLENGTH)
		print
	}' scripts/packages/nfpm.yaml >"$work/nfpm.yaml"
	"$work/tools/nfpm" package --config "$work/nfpm.yaml" --packager "$1" --target "$built/" >>"$log" 2>&1 ||
		step_failed "nfpm could not build the .$1" "read the log"
}
packed rpm
# Debian's names, and a changelog in its format
mv "$work/root/usr/share/zsh/site-functions" "$work/root/usr/share/zsh/vendor-completions"
cat <<CHANGES | gzip -9n >"$work/root/usr/share/doc/voiceflow/changelog.gz"
voiceflow ($(echo "$VERSION" | tr - '~')) unstable; urgency=medium

  * What has changed for users is in CHANGELOG.md, in this folder.

 -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGES
packed deb

# shellcheck disable=SC2046 # one word per component
"$work/tools/cyclonedx-gomod" mod -json -std -noserial -notimestamp . 2>>"$log" |
	go run ./scripts/sbom -version "$VERSION" -time "$SOURCE_DATE_EPOCH" \
		$(sources | tr ' ' '=') >"$built/voiceflow-$VERSION.cdx.json"
(cd "$built" && sha256sum voiceflow* >SHA256SUMS)
size=$(disk_size "$built")
mv -f "$built"/* "$out/"
end_step "in ${out#"$PWD/"} ($size)"
