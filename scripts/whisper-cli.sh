#!/bin/sh
# Stages whisper.cpp's own programs under .native, like the libraries, and prints
# whisper-cli's path. This takes 140 MB, because they depend on ffmpeg's libraries.
# $WHISPER_CLI names another whisper-cli to use instead. The staged one comes from the
# same Debian suite as our libwhisper, so that the versions match; the measurements
# report whether they do.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/bench.log
. scripts/debian.sh
instead="set WHISPER_CLI to another whisper-cli"

if [ -n "${WHISPER_CLI:-}" ]; then
	[ -x "$WHISPER_CLI" ] || fail "WHISPER_CLI=$WHISPER_CLI is not a program; unset it to stage one"
	echo "$WHISPER_CLI"
	exit 0
fi
if [ ! -x "$native/whisper-quantize" ] || [ ! -x "$native/whisper-server" ]; then
	mkdir -p "$native"
	: >"$log"
	begin_step whisper-cli "staging whisper.cpp's programs under .native (once)"
	debian_packages "$native/cli" whisper.cpp-tools
	lib=$(dirname "$(find "$native/cli/usr/lib" -name 'libwhisper.so.*' | head -n 1)")
	loader=$(find "$lib" -name 'ld-linux*' | head -n 1)
	# The programs look for their backends in the current folder, hence the cd. File
	# arguments therefore need absolute paths.
	for program in whisper-vad-speech-segments whisper-server whisper-cli whisper-quantize; do
		cat >"$native/$program.new" <<CLI
#!/bin/sh
cd "$lib/ggml/backends0" && exec "$loader" --library-path "$lib" "$native/cli/usr/bin/$program" "\$@"
CLI
		chmod +x "$native/$program.new"
		mv "$native/$program.new" "$native/$program"
	done
fi
echo "$native/whisper-cli"
