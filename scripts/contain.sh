#!/bin/sh
# Runs a command in the system below ROOT, with the /proc, /sys and /dev of a container:
#
#   unshare --mount --pid --fork --kill-child scripts/contain.sh ROOT COMMAND...
#
# The mounts, and whatever the command has left running, go with the namespaces.
set -eu
root=$1
shift
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 devices "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620 terminals "$root/dev/pts"
mount -t tmpfs -o mode=1777 shared "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
# Without exec: this shell is the first process there, and waits for orphans.
chroot "$root" "$@"
