#!/bin/sh
# Stages nginx under .native for the tests: .native/run-nginx starts it. To install it for
# the whole system would also start a web server there.
set -eu
cd "$(dirname "$0")/.."
native=$PWD/.native
log=$native/nginx.log
. scripts/debian.sh
instead="install nginx"

if [ -x "$native/run-nginx" ] || PATH=$PATH:/usr/sbin command -v nginx >/dev/null; then
	exit 0
fi
mkdir -p "$native"
: >"$log"
begin_step nginx "staging nginx under .native (once)"
debian_packages "$native/nginx" nginx
loader=$(find "$native/nginx" -name 'ld-linux*' | head -n 1)
lib=$(dirname "$loader")
cat >"$native/run-nginx.new" <<RUN
#!/bin/sh
exec "$loader" --library-path "$lib" "$native/nginx/usr/sbin/nginx" "\$@"
RUN
chmod +x "$native/run-nginx.new"
mv "$native/run-nginx.new" "$native/run-nginx"
end_step "ready"
