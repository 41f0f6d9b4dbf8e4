/**
 * A topology in the words of iproute2 and the shell: pure text, nothing is run here.
 *
 * Hosts are namespaces; switches are bridges in one more namespace, the fabric. Links are made straight between
 * the two, so nothing of a lab is ever in the machine's own namespace.
 */
import { LabError } from '../error.ts';
import type { Host, Interface, Topology } from '../topology.ts';
import { switchOffScript } from './offloads.ts';

export const FABRIC = 'fabric';

/** Longest interface name in bytes: IFNAMSIZ less its end mark. */
const LONGEST_NAME = 15;

/** The switch's end of a link. */
export const portOf = (host: Pick<Host, 'name'>, { name }: Pick<Interface, 'name'>) => `${host.name}.${name}`;

/** Every interface but those that a topology leaves as the kernel has them. */
export function isSwitchedOff({ offloads }: Interface): boolean {
  return offloads !== true;
}

/** @throws LabError where a name cannot be that of an interface, or the same name is given twice. */
export function checkNames(topology: Topology): void {
  const hosts = topology.hosts.map(({ name }) => name);
  const ports = topology.hosts.flatMap((host) => host.interfaces.map((own) => portOf(host, own)));
  const switches = topology.switches.map(({ name }) => name);
  for (const name of [...hosts, ...ports, ...switches]) {
    if (!/^[a-z][a-z0-9.]*$/.test(name) || name.length > LONGEST_NAME) {
      throw new LabError(
        `"${name}" cannot be used: names of hosts, switches and links (host.interface) are lower-case letters and ` +
          `digits, at most ${LONGEST_NAME} in all.`,
      );
    }
  }
  const inFabric = [...ports, ...switches];
  const twice = [...hosts, FABRIC].find((name, at, all) => all.indexOf(name) !== at);
  const twiceInFabric = inFabric.find((name, at) => inFabric.indexOf(name) !== at);
  const repeated = twice ?? twiceInFabric;
  if (repeated !== undefined) throw new LabError(`"${repeated}" is the name of two things in the topology.`);
}

/** Lines for `ip -batch`: every namespace, switch and link, all still down. */
export function createLines(topology: Topology, prefix: string): string[] {
  const fabric = prefix + FABRIC;
  return [
    ...[FABRIC, ...topology.hosts.map(({ name }) => name)].map((name) => `netns add ${prefix}${name}`),
    ...topology.switches.map(
      // Ports forward at once, and multicast is flooded as on a plain switch.
      ({ name }) =>
        `link add ${name} netns ${fabric} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    ),
    ...topology.hosts.flatMap((host) =>
      host.interfaces.map(
        (own) =>
          `link add ${own.name} netns ${prefix}${host.name} address ${own.mac} mtu ${own.mtu ?? 1500} type veth ` +
          `peer name ${portOf(host, own)} netns ${fabric} mtu ${own.mtu ?? 1500}`,
      ),
    ),
  ];
}

/** The script that runs in the fabric: switches up, every link's end plugged in. Prints the offloads. */
export function fabricScript(topology: Topology): string {
  const ports = topology.hosts.flatMap((host) =>
    host.interfaces.map((own) => ({ name: portOf(host, own), into: own.switch })),
  );
  return script([
    ...sysctlLines({
      'net.ipv6.conf.all.disable_ipv6': 1,
      'net.ipv6.conf.default.disable_ipv6': 1,
      // Where the machine filters bridged frames (br_netfilter), a switch of the lab stays a switch.
      'net.bridge.bridge-nf-call-iptables': 0,
      'net.bridge.bridge-nf-call-arptables': 0,
    }),
    ...ports.map(({ name }) => switchOffScript(name)),
    ...batchLines([
      'link set lo up',
      ...topology.switches.map(({ name }) => `link set ${name} up`),
      ...ports.map(({ name, into }) => `link set ${name} master ${into} up`),
    ]),
  ]);
}

/** The script that runs in a host: settings, addresses, routes, links up. Prints the offloads. */
export function hostScript(host: Host): string {
  return script([
    ...sysctlLines(host.sysctls),
    ...host.interfaces.filter(isSwitchedOff).map(({ name }) => switchOffScript(name)),
    ...batchLines([
      'link set lo up',
      ...host.loopback.map((address) => `address add ${address} dev lo`),
      ...host.interfaces.flatMap(({ name, addresses }) => [
        ...addresses.map((address) => `address add ${address} dev ${name}`),
        `link set ${name} up`,
      ]),
      ...host.routes.map(({ to, via }) => `route add ${to} via ${via}`),
    ]),
  ]);
}

const script = (lines: readonly string[]) => ['set -e', ...lines, ''].join('\n');

const batchLines = (lines: readonly string[]) => ["ip -batch - <<'END'", ...lines, 'END'];

/** A kernel without the whole family (IPv6, bridge filter) needs no setting of it; a missing setting of another is an error. */
function sysctlLines(sysctls: Readonly<Record<string, number>>): string[] {
  return Object.entries(sysctls).map(([name, value]) => {
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    const family = path.split('/').slice(0, 5).join('/');
    return `[ ! -d ${family} ] || echo ${value} > ${path}`;
  });
}

/** The script that waits in the fabric until every port forwards. */
export function fabricForwards(topology: Topology): string {
  return forwardingScript(topology.hosts.flatMap((host) => host.interfaces.map((own) => portOf(host, own))));
}

/**
 * The script that waits until ports of bridges forward. A link that is set up works only once the kernel has noticed the carrier
 * of both ends; frames sent before are lost.
 */
export function forwardingScript(ports: readonly string[]): string {
  return script([
    `for port in ${ports.join(' ')}; do`,
    '  tries=0',
    // 3 is BR_STATE_FORWARDING.
    '  until read -r state < /sys/class/net/$port/brport/state && [ "$state" = 3 ] &&',
    '    read -r link < /sys/class/net/$port/operstate && [ "$link" = up ]; do',
    '    tries=$((tries + 1))',
    '    [ $tries -le 1000 ] || { echo "$port is $link, bridge port state $state" >&2; exit 1; }',
    '    sleep 0.005',
    '  done',
    'done',
  ]);
}
