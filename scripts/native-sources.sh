#!/bin/sh
# Lists the source packages of the private libraries, one per line with its version:
#
#   scripts/native-sources.sh
set -eu
cd "$(dirname "$0")/.."
for changes in .native/root/usr/share/doc/*/changelog.Debian.gz; do
	case $changes in
	*/libc6/* | */libc-* | *-dev/*) ;; # not included
	*) gzip -dc "$changes" | sed -n '1s/^\([^ ]*\) (\([^)]*\)).*/\1 \2/p' ;;
	esac
done | sort -u
