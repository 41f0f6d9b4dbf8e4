#!/bin/sh
# A director in shell: nftables sends each new connection to the next server, and conntrack keeps it there.
# Called with start, apply, reset, snapshot or stop; `docs/directors.md` says what each one is to do.
set -eu
table='ip shell-director'

# All rules, as ipvsadm-save -n writes them (and -x, -y), in; a table of nftables out. Exit code 77 for what it cannot do.
translate() {
  awk -v table="$table" -v zone="$(cat "$LVS_LAB_DIR/zone")" '
    function unsupported(what) { print "not supported: " what > "/dev/stderr"; code = 77; exit code }
    $1 == "-A" {
      if ($2 !~ /^-[tu]$/ || $3 ~ /\[/) unsupported($2 " " $3)
      if ($5 != "rr") unsupported("the scheduler " $5)
      if (NF > 5) unsupported($6)
      services[++count] = $2 " " $3
    }
    $1 == "-a" {
      if ($6 != "-m") unsupported("forwarding by " $6)
      if (NF > 8) unsupported($9)
      if ($8 == 0) next
      key = $2 " " $3
      split($5, server, ":")
      map[key] = map[key] (turns[key] ? ", " : "") (turns[key]++) " : " server[1] " . " server[2]
    }
    END {
      if (code) exit code
      print "table " table " {"
      for (i = split("prerouting output", hook, " "); i; i--)
        print "  chain zone-" hook[i] " {\n    type filter hook " hook[i] " priority raw;\n    ct zone set " zone "\n  }"
      print "  chain prerouting {\n    type nat hook prerouting priority dstnat;"
      for (i = 1; i <= count; i++) if (turns[services[i]]) {
        split(services[i], word, " "); split(word[2], vip, ":")
        print "    ip daddr " vip[1] (word[1] == "-t" ? " tcp" : " udp") " dport " vip[2] \
          " dnat ip addr . port to numgen inc mod " turns[services[i]] " map { " map[services[i]] " }"
      }
      print "  }\n}"
    }'
}

load() {
  rules=$(translate)
  printf 'table %s\ndelete table %s\n%s\n' "$table" "$table" "$rules" | nft -f -
}

case $1 in
  start) echo 1 >"$LVS_LAB_DIR/zone"; sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=1; load && echo ready ;;
  apply) load ;;
  reset) # A connection is known in its own zone of conntrack alone.
    echo $(($(cat "$LVS_LAB_DIR/zone") % 65535 + 1)) >"$LVS_LAB_DIR/zone"; load </dev/null ;;
  stop) nft delete table $table ;;
  *) echo "not supported: $1" >&2; exit 77 ;;
esac
