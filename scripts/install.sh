#!/bin/sh
# Installs the programs, libraries, demo model, manual pages, completions, documentation
# and contrib files: scripts/install.sh PREFIX [DESTDIR]
#
# Nothing installed depends on the checkout. scripts/tree.sh builds the files, and
# scripts/place.sh puts them in place.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
scripts/tree.sh "$tmp"
cp scripts/place.sh "$tmp/install.sh"
cp scripts/uninstall.sh "$tmp/"
"$tmp/install.sh" "$@"
