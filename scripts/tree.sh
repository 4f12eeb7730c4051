#!/bin/sh
# Builds everything that gets installed as a tree with bin, lib and share:
#
#   scripts/tree.sh FOLDER
#
# The tree works from any folder: its programs find the libraries in lib/voiceflow, and
# the demo model in share/voiceflow, relative to themselves. They use the system's
# glibc, from version $GLIBC on. VERSION replaces the version in the source. With
# REPRODUCIBLE=1, the same commit gives the same bytes, in any folder and at any time.
set -eu
cd "$(dirname "$0")/.."
. ./.native/env
tree=$1
GLIBC=${GLIBC:-2.35} # Ubuntu 22.04
lib=$tree/lib/voiceflow
mkdir -p "$tree/bin" "$tree/share/man/man1" "$tree/share/voiceflow/recordings" "$tree/share/doc/voiceflow"

# needed FILE... prints the libraries that ELF files ask for.
needed() { readelf -d "$@" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u; }

# copy_needed copies the libraries that the files in bin and lib need, and those that
# these need in turn, from $native_runtime. It leaves out glibc's.
copy_needed() {
	more=yes
	while [ -n "$more" ]; do
		more=
		for name in $(find "$tree/bin" "$lib" -type f | while IFS= read -r file; do needed "$file"; done | sort -u); do
			case $name in
			libc.so.* | libm.so.* | libmvec.so.* | libpthread.so.* | libdl.so.* | librt.so.* | ld-linux*) continue ;;
			esac
			if [ ! -e "$lib/$name" ] && [ -e "$native_runtime/$name" ]; then
				cp -L "$native_runtime/$name" "$lib/$name"
				more=yes
			fi
		done
	done
}

# The run path is relative, and RPATH unlike RUNPATH also applies to the libraries' own
# dependencies. Without private libraries nothing is set.
linkflags=$NATIVE_LDFLAGS
if [ -n "$native_runtime" ]; then
	case $(uname) in
	Darwin) linkflags="-extldflags '-Wl,-rpath,@executable_path/../lib/voiceflow'" ;;
	*)
		# The system's libraries for sound fit its plugins. A tarball has others, in case.
		path="\$ORIGIN/../lib/voiceflow:/usr/\$LIB:\$ORIGIN/../lib/voiceflow/fallback"
		linkflags="-extldflags '-Wl,-rpath,$path -Wl,--disable-new-dtags -Wl,--build-id=none'"
		;;
	esac
	if [ -n "$VOICEFLOW_BACKENDS" ]; then
		mkdir -p "$lib"
		cp -R "$VOICEFLOW_BACKENDS" "$lib/"
		VOICEFLOW_BACKENDS=\$ORIGIN/../lib/voiceflow/$(basename "$VOICEFLOW_BACKENDS")
	fi
fi
commit=$(git describe --always --dirty 2>/dev/null) || commit=
set -- -X "main.builtinBackends=$VOICEFLOW_BACKENDS" -X "voiceflow/internal/cmdline.commit=$commit"
[ -z "${VERSION:-}" ] || set -- "$@" -X "voiceflow/internal/cmdline.Version=$VERSION"
if [ -n "${REPRODUCIBLE:-}" ]; then # compiles everything again, and names no folder
	export CGO_CFLAGS="${CGO_CFLAGS#-O2 -g} -O2" CGO_LDFLAGS="${CGO_LDFLAGS#-O2 -g} -O2"
	go build -trimpath -buildvcs=false -ldflags "-s -w -buildid= $* $linkflags" -o "$tree/bin/" ./cmd/...
else
	go build -ldflags "$* $linkflags" -o "$tree/bin/" ./cmd/...
fi

if [ -n "$native_runtime" ]; then
	mkdir -p "$lib"
	case $(uname) in
	Darwin) find "$native_runtime" -maxdepth 1 -name '*.dylib' -exec cp -RP {} "$lib/" \; ;;
	*)
		copy_needed
		find "$tree/bin" "$lib" -type f -exec go run ./scripts/relax -glibc "$GLIBC" {} + >/dev/null
		;;
	esac
fi

for program in "$tree"/bin/vf-*; do
	name=$(basename "$program")
	"$program" --docs man >"$tree/share/man/man1/$name.1"
	for shell in bash:bash-completion/completions/$name zsh:zsh/site-functions/_$name \
		fish:fish/vendor_completions.d/$name.fish; do
		file=$tree/share/${shell#*:}
		mkdir -p "$(dirname "$file")"
		"$program" --completion "${shell%%:*}" >"$file"
	done
done
cp testdata/model/vf-demo.en.bin "$tree/share/voiceflow/"
cp testdata/recordings/*.wav testdata/recordings/*-*.txt "$tree/share/voiceflow/recordings/"
cp README.md CHANGELOG.md SECURITY.md LICENSE "$tree/share/doc/voiceflow/"
for page in docs/*.md; do # docs/README.md becomes index.md, next to the project's README.md
	cp "$page" "$tree/share/doc/voiceflow/$(basename "$page" | sed 's/^README/index/')"
done
cp -R docs/pictures "$tree/share/doc/voiceflow/"
scripts/licences.sh "$tree/share/doc/voiceflow/licences"

cp -R contrib "$tree/share/voiceflow/"
for script in contrib/voiceflow-dictate contrib/voiceflow-rewrite contrib/prometheus/voiceflow-textfile; do
	cp "$script" "$tree/bin/"
	HELP=
	[ "$script" != contrib/voiceflow-dictate ] || HELP=$("$script" --help)
	HELP=$HELP scripts/script-page.sh "$script" >"$tree/share/man/man1/$(basename "$script").1"
done
mkdir -p "$tree/share/applications"
cp contrib/desktop/*.desktop "$tree/share/applications/"
