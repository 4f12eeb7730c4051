#!/bin/sh
# Finds or builds libwhisper and librnnoise, and writes .native/env: the shell variables
# that Go needs to build against them.
#
#   scripts/native-libs.sh
#
# It takes libwhisper from the first of these that works:
#   1. WHISPER_SRC=DIR      upstream's source tree, built with cmake
#      WHISPER_SRC=         (set but empty) the same, fetched with git
#   2. pkg-config           if it finds whisper >= 1.8
#   3. Debian's packages    unpacked under .native, without root and without
#                           touching the system
# librnnoise comes from pkg-config or from Debian's package.
#
# If .native/env is up to date, it returns immediately without the network.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
native=$root/.native
log=$native/native-libs.log
mkdir -p "$native"

upstream=https://github.com/ggml-org/whisper.cpp
upstream_tag=v1.9.2

case $root in
*[[:space:]\'\"]*)
	echo "voiceflow: linkers cannot handle spaces or quotes in $root; move the checkout" >&2
	exit 1
	;;
esac

. scripts/debian.sh
instead="install libwhisper so that pkg-config finds whisper (>= 1.8) and rnnoise,"
instead="$instead or build it with: make WHISPER_SRC=DIR"

if [ -n "${WHISPER_SRC+set}" ]; then
	mode=source:$WHISPER_SRC
elif pkg-config --atleast-version=1.8 whisper 2>/dev/null; then
	mode=system
else
	mode=staged
fi
stamp="# $mode $root $(cat "$0" scripts/debian.sh | cksum)"
if [ -f "$native/env" ] && [ "$(head -n 1 "$native/env")" = "$stamp" ]; then
	exit 0
fi
# Once built from source, keep using that build until `make clean-native`.
if [ -z "${WHISPER_SRC+set}" ] && head -n 1 "$native/env" 2>/dev/null | grep -q '^# source:'; then
	exit 0
fi

# libgcc's -lstdc++ and the Go binding's -lggml-cpu must resolve at link time even if
# neither g++ nor a separate CPU backend is installed.
stubs() {
	mkdir -p "$native/stubs"
	rm -f "$native/stubs/"*
	ar cr "$native/stubs/libggml-cpu.a"
	for so in "$1"/libstdc++.so.6; do
		[ ! -e "$so" ] || ln -s "$so" "$native/stubs/libstdc++.so"
	done
}

rm -f "$native/env"
: >"$log"
begin_step libwhisper
backends= cflags= ldflags= linkflags= runtime=
case $mode in
system)
	lib=$(pkg-config --variable=libdir whisper)
	cflags=$(pkg-config --cflags whisper)
	stubs "$lib"
	ldflags="-L$native/stubs -L$lib"
	[ ! -d "$lib/ggml/backends0" ] || backends=$lib/ggml/backends0
	;;
source:*)
	src=$WHISPER_SRC
	if [ -z "$src" ]; then
		src=$native/whisper.cpp
		[ -d "$src/.git" ] || say "libwhisper: fetching whisper.cpp $upstream_tag with git (30 MB)"
		[ -d "$src/.git" ] || git clone -q --depth 1 --branch "$upstream_tag" "$upstream" "$src" 2>>"$log" ||
			step_failed "whisper.cpp could not be fetched from $upstream" \
				"get its source another way and run: make WHISPER_SRC=DIR"
	fi
	[ -f "$src/CMakeLists.txt" ] || fail "WHISPER_SRC=$src is not whisper.cpp's source tree (no CMakeLists.txt)"
	scripts/system-packages.sh cmake
	say "libwhisper: building from $src; this takes minutes"
	{
		cmake -S "$src" -B "$native/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
			-DCMAKE_INSTALL_PREFIX="$native/whisper" -DCMAKE_INSTALL_LIBDIR=lib \
			-DCMAKE_INSTALL_RPATH="$native/whisper/lib" -DWHISPER_BUILD_TESTS=OFF \
			-DWHISPER_BUILD_EXAMPLES=OFF -DWHISPER_BUILD_SERVER=OFF &&
			cmake --build "$native/build" --parallel && cmake --install "$native/build"
	} >>"$log" 2>&1 || step_failed "could not build $src" "read the log, fix the cause, then run make again"
	rm -rf "$native/build"
	lib=$native/whisper/lib
	cflags=-I$native/whisper/include
	ldflags=-L$lib
	linkflags="-Wl,-rpath,$lib"
	runtime=$lib
	;;
staged)
	debian_packages "$native/root" libwhisper-dev libggml0-backend-vulkan libvulkan1 libopenblas0-openmp \
		librnnoise-dev
	lib=$(dirname "$(find "$native/root/usr/lib" -name 'libwhisper.so' | head -n 1)")
	loader=$(find "$lib" -name 'ld-linux*' | head -n 1)
	stubs "$lib"
	cflags=-I$native/root/usr/include
	# The staged libraries need the staged glibc and thus its dynamic linker. RPATH,
	# unlike RUNPATH, also applies to the libraries' own dependencies.
	ldflags="-L$native/stubs -L$lib -Wl,--allow-shlib-undefined"
	linkflags="-Wl,-rpath,$lib -Wl,--disable-new-dtags -Wl,--dynamic-linker=$loader"
	backends=$lib/ggml/backends0
	runtime=$lib
	# Next to the backends, the programs find it before any other build. The package's
	# other two files, LAPACK, are not used.
	cp -L "$lib/openblas-openmp/libopenblas.so.0" "$backends/"
	rm -rf "$lib/openblas-openmp"
	;;
esac

# RNNoise is linked statically from Debian's package. Its archive needs only an old
# glibc, so it works in every mode.
if ! pkg-config --exists rnnoise 2>/dev/null; then
	instead="install rnnoise so that pkg-config finds it"
	[ "$mode" = staged ] || debian_packages "$native/root" librnnoise-dev
	archive=$(find "$native/root/usr/lib" -name librnnoise.a | head -n 1)
	mkdir -p "$native/rnnoise/lib" "$native/rnnoise/include"
	cp "$archive" "$native/rnnoise/lib/"
	cp "$native/root/usr/include/rnnoise.h" "$native/rnnoise/include/"
	cflags="$cflags -I$native/rnnoise/include"
	ldflags="-L$native/rnnoise/lib $ldflags"
	[ "$mode" = staged ] || rm -rf "$native/root"
fi

# Pass run-time settings only to the C linker (-extldflags): Go itself links a program
# that needs no C library, for the system's dynamic linker, which does not match the
# staged libc.
[ -z "$linkflags" ] || linkflags="-extldflags '$linkflags'"

cat >"$native/env.new" <<ENV
$stamp
# Written by scripts/native-libs.sh; source it to run go by hand.
export CGO_ENABLED=1
export CGO_CFLAGS="-O2 -g $cflags"
export CGO_LDFLAGS="-O2 -g $ldflags"
export NATIVE_LDFLAGS="$linkflags"
export GOFLAGS="-tags=netgo,osusergo \"-ldflags=\$NATIVE_LDFLAGS\""
export VOICEFLOW_BACKENDS="$backends"
[ ! -f "$native/go.env" ] || . "$native/go.env" # by scripts/go.sh, if Go is not on PATH
native_runtime="$runtime" # folder of the libraries that scripts/install.sh must copy
ENV
mv "$native/env.new" "$native/env"
case $mode in
staged) end_step "ready ($(disk_size "$native/root"))" ;;
system) end_step "using pkg-config's version $(pkg-config --modversion whisper)" ;;
*) end_step "ready, built from $src" ;;
esac
