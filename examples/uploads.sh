#!/bin/sh
# How fast an upload is through the director, beside plain forwarding by the kernel over the same links: a bridge, a macvlan,
# jumbo frames, and an MTU of 65,535. The two take turns; for plain forwarding no director runs. Clients and servers send
# merged frames (TSO), as they do on one machine. With fewer than four processors idle, all of them compete for those.
#
#   uploads.sh [SECONDS [ROUNDS [SITUATION…]]]     each upload for SECONDS (3), ROUNDS times (3), over each SITUATION
#                                                  (bridge macvlan jumbo largest)
set -eu
seconds=${1:-3}
rounds=${2:-3}
[ $# -gt 2 ] && shift 2 || set -- bridge macvlan jumbo largest
here=$(cd "$(dirname "$0")/.." && pwd)
PATH=$here/bin:$here/node_modules/.bin:$PATH
name=uploads-$$
c=$name-client d=$name-director s=$name-server
work=$(mktemp -d)

cleanup() {
  for ns in "$c" "$d" "$s"; do
    ip netns pids "$ns" 2>/dev/null | xargs -r kill 2>/dev/null || true
    ip netns del "$ns" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

cat >"$work/server.mjs" <<'JS'
// Says how many Mbit/s have come, when the client has sent all.
import { createServer } from 'node:net';
createServer({ allowHalfOpen: true }, (socket) => {
  const began = performance.now();
  let bytes = 0;
  socket.on('data', (chunk) => { bytes += chunk.length; });
  socket.on('end', () => socket.end(((bytes * 8) / 1000 / (performance.now() - began)).toFixed(0)));
  socket.on('error', () => undefined);
}).listen(8080);
JS
cat >"$work/upload.mjs" <<'JS'
import { connect } from 'node:net';
const [address, seconds] = process.argv.slice(2);
const chunk = Buffer.alloc(1 << 20, 'x');
const socket = connect({ host: address, port: 8080, allowHalfOpen: true });
const ends = performance.now() + seconds * 1000;
const send = () => {
  while (performance.now() < ends) if (!socket.write(chunk)) return socket.once('drain', send);
  socket.end();
};
socket.on('connect', send);
socket.pipe(process.stdout);
JS

# The director's ends are $left and $right.
build() {
  case $1 in
    jumbo) mtu=9000 ;;
    largest) mtu=65535 ;;
    *) mtu=1500 ;;
  esac
  for ns in "$c" "$d" "$s"; do
    ip netns add "$ns"
    ip -n "$ns" link set lo up
  done
  ip -n "$c" link add eth0 mtu $mtu type veth peer name eth0 mtu $mtu netns "$d"
  ip -n "$s" link add eth0 mtu $mtu type veth peer name eth1 mtu $mtu netns "$d"
  left=eth0 right=eth1
  if [ "$1" = bridge ]; then
    for i in 0 1; do
      ip -n "$d" link add "br$i" type bridge
      ip -n "$d" link set "eth$i" master "br$i"
    done
    left=br0 right=br1
  elif [ "$1" = macvlan ]; then
    for i in 0 1; do ip -n "$d" link add "mac$i" link "eth$i" type macvlan mode bridge; done
    left=mac0 right=mac1
  fi
  ip -n "$c" addr add 10.0.1.2/24 dev eth0
  ip -n "$s" addr add 10.0.2.11/24 dev eth0
  ip -n "$d" addr add 10.0.1.1/24 dev $left
  ip -n "$d" addr add 10.0.1.100/32 dev $left
  ip -n "$d" addr add 10.0.2.1/24 dev $right
  for link in "$c eth0" "$s eth0" "$d eth0" "$d eth1" "$d $left" "$d $right"; do ip -n ${link% *} link set ${link#* } up; done
  ip -n "$c" route add default via 10.0.1.1
  ip -n "$s" route add default via 10.0.2.1
  ip netns exec "$d" sysctl -qw net.ipv4.ip_forward=1
  ip netns exec "$s" node "$work/server.mjs" &
  until ip netns exec "$c" node "$work/upload.mjs" 10.0.2.11 0 2>/dev/null | grep -q .; do sleep 0.2; done
}

remove() {
  for ns in "$c" "$d" "$s"; do
    ip netns pids "$ns" | xargs -r kill 2>/dev/null || true
    ip netns del "$ns"
  done
  wait
}

upload() { ip netns exec "$c" node "$work/upload.mjs" "$1" "$seconds"; }
median() { tr ' ' '\n' | grep . | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

printf '%-10s %22s %22s %6s\n' 'over' 'forwarding, Mbit/s' 'director, Mbit/s' ratio
for situation in "$@"; do
  build "$situation"
  forwarding='' director=''
  for _ in $(seq "$rounds"); do
    forwarding="$forwarding $(upload 10.0.2.11)"
    ip netns exec "$d" ipvsadm -A -t 10.0.1.100:8080 -s rr
    ip netns exec "$d" ipvsadm -a -t 10.0.1.100:8080 -r 10.0.2.11 -m
    # The first seconds of a program are its slowest ones.
    ip netns exec "$c" node "$work/upload.mjs" 10.0.1.100 1 >/dev/null
    director="$director $(upload 10.0.1.100)"
    ip netns exec "$d" lvs-lab director status | sed -n 's/^lost/lost by the director/p'
    ip netns exec "$d" lvs-lab director stop
  done
  f=$(echo "$forwarding" | median)
  l=$(echo "$director" | median)
  printf '%-10s %22s %22s %6s\n' "$situation" "$f" "$l" "$(awk "BEGIN { printf \"%.2f\", $l / $f }")"
  remove
done
