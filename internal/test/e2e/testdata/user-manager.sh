#!/bin/sh
# Runs a command next to a user manager of systemd, as root in new namespaces of
# processes, mounts and control groups: user-manager.sh PROGRAMS UNITS COMMAND
#
# PROGRAMS appears as /run/vf. The user has the number 1234 and an empty home.
set -eu
mount --make-rprivate /
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /sys/fs/cgroup/user /run/systemd/system /run/systemd/unit-root /run/user/1234 /run/vf \
	/run/home/.config/systemd/user /run/home/.local/state /run/home/.local/share/voiceflow /run/home/.cache
mount --bind "$1" /run/vf
cp "$2"/* /run/home/.config/systemd/user/
if [ -d "$2.config" ]; then cp -R "$2.config" /run/home/.config/voiceflow; fi
echo $$ >/sys/fs/cgroup/user/cgroup.procs
chown -R 1234:1234 /sys/fs/cgroup /run/home /run/user/1234
chmod 700 /run/user/1234 /run/home
export HOME=/run/home XDG_RUNTIME_DIR=/run/user/1234 PATH="/run/vf/bin:$PATH"
unset DBUS_SESSION_BUS_ADDRESS DISPLAY WAYLAND_DISPLAY XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_DATA_HOME
as_user() { setpriv --reuid 1234 --regid 1234 --clear-groups "$@"; }
as_user /lib/systemd/systemd --user --log-target=console &
tries=300
until as_user systemctl --user is-active --quiet basic.target 2>/dev/null; do
	[ $((tries -= 1)) -gt 0 ] || { echo "the user manager has not started" >&2; exit 70; }
	sleep 0.1
done
as_user sh -c "$3"
