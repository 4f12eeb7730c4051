#!/bin/sh
# Stages 15 MB of recorded sound for the tests under .native/sounds: Debian's telephone prompts in
# Spanish and the sounds of two desktops. It is not part of the project, and nothing is installed.
# If it is unavailable, the tests that need it are skipped and say so.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/sounds.log
. scripts/debian.sh
instead="the tests that need recorded sound are skipped"
[ -d "$native/sounds/usr" ] && exit 0
begin_step sounds "fetching recorded sound for the tests"
(debian_packages "$native/sounds" asterisk-core-sounds-es-g722 oxygen-sounds sound-theme-freedesktop) || true
