#!/bin/sh
# Compares vf-transcribe --listen with whisper.cpp's whisper-server, and the pipeline of the
# hot key with and without a server. Arguments are passed to bench/server (see go run
# ./bench/server -help).
set -eu
cd "$(dirname "$0")/.."
scripts/whisper-cli.sh >/dev/null
. .native/env
exec go run ./bench/server -whisper-server "$PWD/.native/whisper-server" "$@"
