/**
 * The first program of a guest: it loads the modules and then carries out what comes in over a virtio port.
 *
 * A request is a line `ID SECONDS SCRIPT`, the script on one line as printf(1) writes it out with `%b`. An answer is a line
 * `ID CODE =STDOUT =STDERR`, with what it printed in Base64. A request without a script is answered at once.
 */

/** The links to busybox that the guest has. Its shell is another: that of busybox prefers its own `ip` to iproute2’s. */
export const APPLETS = [
  ...['cat', 'base64', 'timeout', 'mount', 'insmod', 'sleep', 'grep', 'sed', 'tail', 'head', 'dmesg'],
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
for module in ${modules.join(' ')}; do
  insmod /modules/$module.ko || echo "module $module cannot be loaded"
done
until [ -c /dev/vport0p1 ]; do sleep 0.05; done
exec 3<>/dev/vport0p1
printed() {
  if [ -s "$1" ]; then base64 -w 0 "$1"; fi
}
while read -r id seconds script <&3; do
  if [ -z "$script" ]; then
    echo "$id 0 = =" >&3
    continue
  fi
  printf %b "$script" >/run/script
  timeout -s KILL "$seconds" /bin/sh /run/script </dev/null >/run/stdout 2>/run/stderr 3<&-
  code=$?
  echo "$id $code =$(printed /run/stdout) =$(printed /run/stderr)" >&3
done
echo "nobody asks any more"
`;
}
