#!/bin/sh
# Loads and uses models that were changed at random, with libwhisper built under
# AddressSanitizer: scripts/fuzz-models.sh [COUNT]
#
# The sanitised library goes into .native/asan, or ASAN_DIR, and serves only this
# script. Its source is WHISPER_SRC, or fetched with git. HOSTILE_SEED=N tries other
# models.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
count=${1:-10000}
dir=${ASAN_DIR:-$root/.native/asan}
upstream=https://github.com/ggml-org/whisper.cpp
upstream_tag=$(sed -n 's/^upstream_tag=//p' scripts/native-libs.sh)

fail() {
	echo "voiceflow: $*" >&2
	exit 1
}

build() {
	src=${WHISPER_SRC:-$root/.native/whisper.cpp}
	if [ ! -f "$src/CMakeLists.txt" ]; then
		[ -z "${WHISPER_SRC:-}" ] || fail "WHISPER_SRC=$src is not whisper.cpp's source tree (no CMakeLists.txt)"
		echo "voiceflow: fetching whisper.cpp $upstream_tag with git (30 MB)"
		git clone -q --depth 1 --branch "$upstream_tag" "$upstream" "$src" ||
			fail "nothing was tested: whisper.cpp could not be fetched from $upstream;" \
				"get its source another way and run: make fuzz-models WHISPER_SRC=DIR"
	fi
	scripts/system-packages.sh cmake
	echo "voiceflow: building libwhisper with AddressSanitizer; this takes minutes"
	flags="-fsanitize=address -fno-omit-frame-pointer -g1"
	{
		cmake -S "$src" -B "$dir/build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DBUILD_SHARED_LIBS=ON \
			-DCMAKE_INSTALL_PREFIX="$dir" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_RPATH="$dir/lib" \
			-DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF \
			-DWHISPER_BUILD_TESTS=OFF -DWHISPER_BUILD_EXAMPLES=OFF -DWHISPER_BUILD_SERVER=OFF &&
			cmake --build "$dir/build" --parallel && cmake --install "$dir/build"
	} >"$dir/build.log" 2>&1 || fail "nothing was tested: could not build $src; see $dir/build.log"
	rm -rf "$dir/build"
}

mkdir -p "$dir"
[ -f "$dir/include/whisper.h" ] || build

# The settings in .native/env are for another library. Only where Go is may be needed.
[ ! -f .native/go.env ] || . ./.native/go.env
export CGO_ENABLED=1 GOFLAGS=-tags=netgo,osusergo
export CGO_CFLAGS="-O1 -g -I$dir/include" CGO_LDFLAGS="-L$dir/lib -Wl,-rpath,$dir/lib"
go test -asan -c -o "$dir/whisper.test" ./pkg/whisper

# Go's own memory is not freed through the sanitiser, so it cannot look for leaks.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
export HOSTILE_MODELS="$count" HOSTILE_SANITIZER=1 VOICEFLOW_BACKENDS=
cd pkg/whisper
exec "$dir/whisper.test" -test.run '^TestHostileModels$' -test.v -test.timeout 24h
