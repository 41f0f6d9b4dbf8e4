#!/bin/sh
# Written for the kernel's IPVS: client, director and real server in three namespaces, each forwarding method in turn,
# a file through the VIP. Nothing in it knows of lvs-lab; what `ipvsadm` is, PATH decides.
#
#   three-namespaces.sh NAME METHOD     NAME begins the namespaces' names; METHOD is nat, dr or tun
set -eu
name=$1
method=$2
c=$name-client d=$name-director s=$name-server
work=$(mktemp -d)

cleanup() {
  for ns in "$c" "$d" "$s"; do
    ip netns pids "$ns" 2>/dev/null | xargs -r kill 2>/dev/null || true
    ip netns del "$ns" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT INT TERM

for ns in "$c" "$d" "$s"; do
  ip netns add "$ns"
  ip -n "$ns" link set lo up
done
ip -n "$c" link add br0 type bridge
ip -n "$c" link add veth01 type veth peer name veth10 netns "$d"
ip -n "$c" link add veth02 type veth peer name veth20 netns "$s"
ip -n "$d" link add veth12 type veth peer name veth21 netns "$s"
ip -n "$c" link set veth01 master br0
ip -n "$c" link set veth02 master br0
for link in "$c br0" "$c veth01" "$c veth02" "$d veth10" "$d veth12" "$s veth20" "$s veth21"; do
  set -- $link
  ip -n "$1" link set "$2" up
done
ip -n "$c" addr add 10.0.0.2/24 dev br0
ip -n "$d" addr add 10.0.0.1/24 dev veth10
ip -n "$d" addr add 172.16.0.1/24 dev veth12
ip -n "$d" addr add 207.175.44.110/32 dev lo
ip -n "$s" addr add 172.16.0.2/24 dev veth21
ip -n "$c" route add 207.175.44.110 via 10.0.0.1 dev br0

quiet_vip() {
  ip -n "$s" addr add 207.175.44.110/32 dev lo
  ip -n "$s" addr add 10.0.0.3/24 dev veth20
  ip netns exec "$s" sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
  ip netns exec "$s" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.veth21.rp_filter=0
}

case $method in
  nat)
    ip netns exec "$d" sysctl -qw net.ipv4.ip_forward=1
    ip -n "$s" link set veth20 down
    ip -n "$s" route add default via 172.16.0.1 dev veth21
    forward=-m
    ;;
  dr)
    quiet_vip
    forward=-g
    ;;
  tun)
    ip netns exec "$d" sysctl -qw net.ipv4.ip_forward=0
    quiet_vip
    # Where the kernel has no tunl0, somebody else takes the outer header off.
    if ip -n "$s" link show tunl0 >/dev/null 2>&1; then
      ip -n "$s" link set tunl0 up
      ip netns exec "$s" sysctl -qw net.ipv4.conf.tunl0.rp_filter=0
    fi
    forward=-i
    ;;
esac

ip netns exec "$d" ipvsadm -A -t 207.175.44.110:8080 -s rr
ip netns exec "$d" ipvsadm -a -t 207.175.44.110:8080 -r 172.16.0.2:8080 $forward
ip netns exec "$d" ipvsadm -Ln

if [ -n "${BEFORE_TRAFFIC:-}" ]; then $BEFORE_TRAFFIC "$s" veth21; fi

head -c 3000000 /dev/urandom > "$work/sent"
ip netns exec "$s" socat -u TCP4-LISTEN:8080,reuseaddr "OPEN:$work/received,creat" &
listener=$!
until ip netns exec "$s" ss -Hltn 'sport = :8080' | grep -q .; do :; done
ip netns exec "$c" timeout 20 socat -u "OPEN:$work/sent" TCP4:207.175.44.110:8080
wait "$listener"
cmp "$work/sent" "$work/received"
ip netns exec "$d" ipvsadm -Ln --stats
ip netns exec "$d" ipvsadm -C
echo "$method: the file arrived whole"
