#!/bin/sh
# Stages whisper.cpp's own programs under .native, like the libraries (140 MB,
# because it brings ffmpeg's), and prints whisper-cli's path; $WHISPER_CLI names another
# to use instead. It comes from the suite that our libwhisper comes from, so
# that both are the same version; the measurements say so or say otherwise.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/bench.log
. scripts/debian.sh
instead="set WHISPER_CLI to another whisper-cli"

if [ -n "${WHISPER_CLI:-}" ]; then
	[ -x "$WHISPER_CLI" ] || fail "WHISPER_CLI=$WHISPER_CLI is no program; unset it to have one staged"
	echo "$WHISPER_CLI"
	exit 0
fi
if [ ! -x "$native/whisper-quantize" ]; then
	mkdir -p "$native"
	: >"$log"
	begin_step whisper-cli "staging it and its company under .native (once)"
	debian_packages "$native/cli" whisper.cpp-tools
	lib=$(dirname "$(find "$native/cli/usr/lib" -name 'libwhisper.so.*' | head -n 1)")
	loader=$(find "$lib" -name 'ld-linux*' | head -n 1)
	# They look for their backends in the current folder, hence the cd; so the
	# files that they are given need absolute paths.
	for program in whisper-vad-speech-segments whisper-cli whisper-quantize; do
		cat >"$native/$program.new" <<CLI
#!/bin/sh
cd "$lib/ggml/backends0" && exec "$loader" --library-path "$lib" "$native/cli/usr/bin/$program" "\$@"
CLI
		chmod +x "$native/$program.new"
		mv "$native/$program.new" "$native/$program"
	done
fi
echo "$native/whisper-cli"
