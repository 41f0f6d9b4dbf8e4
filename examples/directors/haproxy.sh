#!/bin/sh
# A director in shell: HAProxy in TCP mode. A proxy: servers see its address, and not the client's.
# Called with start, apply, reset, snapshot or stop; `docs/directors.md` says what each one is to do.
set -eu
config=$LVS_LAB_DIR/haproxy.cfg
pid=$LVS_LAB_DIR/haproxy.pid

# All rules, as ipvsadm-save -n writes them (and -x, -y), in; HAProxy's configuration out. Exit code 77 for what it cannot do.
translate() {
  awk '
    function unsupported(what) { print "not supported: " what > "/dev/stderr"; code = 77; exit code }
    BEGIN {
      balance["rr"] = balance["wrr"] = "roundrobin"; balance["lc"] = "leastconn"
      print "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s"
    }
    $1 == "-A" {
      if ($2 != "-t" || $3 ~ /\[/) unsupported($2 " " $3)
      if (!($5 in balance)) unsupported("the scheduler " $5)
      if (NF > 5) unsupported($6)
      scheduler[$3] = $5
      print "listen " $3 "\n  bind " $3 "\n  balance " balance[$5]
    }
    $1 == "-a" {
      if ($6 != "-m") unsupported("forwarding by " $6)
      if (NF > 8) unsupported($9)
      print "  server " $5 " " $5 (scheduler[$3] == "wrr" || $8 == 0 ? " weight " $8 : "")
    }
    END { exit code }'
}

end() {
  if [ -e "$pid" ]; then kill -s "$1" $(cat "$pid") 2>/dev/null || true; rm "$pid"; fi
}

# The process before ends with its last connection.
load() {
  rules=$(translate)
  printf '%s\n' "$rules" >"$config"
  end USR1
  if grep -q listen "$config"; then haproxy -D -p "$pid" -f "$config"; fi
}

case $1 in
  start) load && echo ready ;;
  apply) load ;;
  reset | stop) end KILL ;;
  *) echo "not supported: $1" >&2; exit 77 ;;
esac
