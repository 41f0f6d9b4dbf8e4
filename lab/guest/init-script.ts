/**
 * The first program of a guest: it loads the modules and then does what comes in over a virtio port.
 *
 * A request is a line: `ID ask`, which is answered at once; `ID received`, with as many frames as all cards have received as the
 * CODE; `ID run SCRIPT`, a shell's script on one line as printf(1) writes it out with `%b`; or `ID enter NAMESPACE`, from where
 * everything is carried out then. An answer is a line `ID CODE =STDOUT =STDERR`, with what it printed in Base64.
 */

/** The links to busybox that the guest has. Its shell is another: that of busybox prefers its own `ip` to iproute2’s. */
export const APPLETS = [
  ...['cat', 'base64', 'mount', 'insmod', 'sleep', 'grep', 'sed', 'tail', 'head', 'dmesg'],
  ...['mkdir', 'rm', 'mv', 'uname', 'awk', 'tr', 'wc', 'ls', 'sysctl'],
];

/** @param modules In the order in which they are loaded. */
export function initScript(modules: readonly string[]): string {
  return `#!/bin/sh
export PATH=/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
# The usual one drops what has waited for long, which all of it has where the processor was somebody else's for a while.
echo pfifo_fast >/proc/sys/net/core/default_qdisc
for module in ${modules.join(' ')}; do
  insmod /modules/$module.ko || echo "module $module cannot be loaded"
done
until [ -c /dev/vport0p1 ]; do sleep 0.05; done
exec 3<>/dev/vport0p1
exec /bin/sh /agent
`;
}

/** It is begun anew where it enters a namespace, with the number of that request. A program costs more here than elsewhere. */
export const AGENT_SCRIPT = `#!/bin/sh
if [ -n "$1" ]; then echo "$1 0 = =" >&3; fi
while read -r id verb text <&3; do
  case $verb in
    ask) echo "$id 0 = =" >&3; continue ;;
    received)
      total=0
      for card in /sys/class/net/eth*/statistics/rx_packets; do
        read -r frames <$card
        total=$((total + frames))
      done
      echo "$id $total = =" >&3
      continue ;;
    enter) exec ip netns exec "$text" /bin/sh /agent "$id" ;;
  esac
  printf %b "$text" >/run/script
  (. /run/script) </dev/null >/run/stdout 2>/run/stderr 3<&-
  code=$? stdout= stderr=
  if [ -s /run/stdout ]; then stdout=$(base64 -w 0 /run/stdout); fi
  if [ -s /run/stderr ]; then stderr=$(base64 -w 0 /run/stderr); fi
  echo "$id $code =$stdout =$stderr" >&3
done
echo "nobody asks any more"
`;
