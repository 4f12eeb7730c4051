#!/bin/sh
# Measurements, with whisper.cpp's own program on the same library and model
# beside ours. It is staged under .native like the libraries (140 MB, because
# it brings ffmpeg's).
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/bench.log
. scripts/debian.sh
. .native/env

if [ ! -x "$native/whisper-cli" ] && command -v apt-get >/dev/null; then
	say "staging whisper-cli under .native (once)"
	: >"$log"
	debian_packages "$native/cli" whisper.cpp-tools
	lib=$(dirname "$(find "$native/cli/usr/lib" -name 'libwhisper.so.*' | head -n 1)")
	loader=$(find "$lib" -name 'ld-linux*' | head -n 1)
	# It looks for its backends in the current folder, hence the cd.
	cat >"$native/whisper-cli" <<CLI
#!/bin/sh
cd "$lib/ggml/backends0" && exec "$loader" --library-path "$lib" "$native/cli/usr/bin/whisper-cli" "\$@"
CLI
	chmod +x "$native/whisper-cli"
fi
WHISPER_CLI=$native/whisper-cli go test -run '^$' -bench . -benchtime 5x -timeout 30m ./internal/e2e
go test -run '^$' -bench . ./pkg/...
