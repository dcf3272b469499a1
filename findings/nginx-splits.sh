#!/usr/bin/env bash
# nginx: a 50 % test within a 10 % canary reaches all of the canary, or none of it.
#
# nginx 1.22.1-9+deb12u11 of Debian 12. split_clients hashes the key and nothing
# else, neither its own name nor its place, so all splits of one key cut the same
# line: who is among the first 10 % of one is among the first 50 % of any other. Two
# splits that look independent never make the fourth combination. A key that differs
# (here one letter more) makes them so.
#
# Seen (3000 users; of some 280 who get `new`):
#   same key: new,a yes; new,b no
#   other key: new,a yes; new,b yes
set -euo pipefail
dir=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
nginx=nginx=1.22.1-9+deb12u11
apt-get download -qq $nginx || { apt-get update -qq && apt-get download -qq $nginx; }
dpkg-deb -x nginx_*.deb .

cat > nginx.conf <<'END'
daemon off; pid nginx.pid; error_log stderr crit;
events {}
http {
	access_log off;
	client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
	split_clients $arg_user $release { 10% new; * old; }
	split_clients $arg_user $test { 50% a; * b; }
	split_clients "${arg_user}x" $salted { 50% a; * b; }
	server {
		listen unix:nginx.sock;
		location / { return 200 "$release,$test $release,$salted\n"; }
	}
}
END
usr/sbin/nginx -p "$dir" -c nginx.conf &
server=$!
for _ in $(seq 50); do [ -S nginx.sock ] && break; sleep 0.1; done
seq 3000 | sed 's|.*|url = "http://localhost/?user=user-&"|' | curl -sS --unix-socket nginx.sock -K - > answers
seen() { cut -d' ' -f"$1" answers | grep -qx "$2" && echo "$2 yes" || echo "$2 no"; }
{
	echo "same key: $(seen 1 new,a); $(seen 1 new,b)"
	echo "other key: $(seen 2 new,a); $(seen 2 new,b)"
} | tee got

diff - got <<'END'
same key: new,a yes; new,b no
other key: new,a yes; new,b yes
END
