/** What the machine's interfaces and addresses are, asked of the kernel. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { NeighbourLimits } from '../network/neighbour-limits.ts';
import type { NetworkPrefix, NetworkSnapshot, Port } from '../network/snapshot.ts';
import { type MacAddress, mac, parseIpv4 } from '../wire/addresses.ts';
import { ETHERNET_HEADER_BYTES } from '../wire/ethernet.ts';
import { ip } from './ip.ts';
import { hasVrfRule, policyRules, tablesForAll, unheededRules } from './policy-rules.ts';

/** Interfaces that the director makes for itself begin so; it never balances on them. */
export const OWN_INTERFACE_PREFIX = 'lvslab-';

const links = z.array(
  z.object({
    ifindex: z.int(),
    ifname: z.string(),
    mtu: z.int(),
    flags: z.array(z.string()),
    link_type: z.string(),
    master: z.string().optional(),
    address: z.string().optional(),
    linkinfo: z
      .object({
        info_slave_kind: z.string().optional(),
        /** Of a VRF: its routing table. */
        info_data: z.object({ table: z.union([z.int(), z.string()]).optional() }).optional(),
      })
      .optional(),
    addr_info: z.array(z.object({ family: z.string(), local: z.string().optional(), prefixlen: z.int() })),
  }),
);
const localRoutes = z.array(z.object({ dst: z.string(), table: z.string().default('main') }));

/** Bytes in front of an IP packet, by type of link. */
const LINK_HEADER_BYTES: Readonly<Record<string, number>> = {
  ether: ETHERNET_HEADER_BYTES,
  // tun and WireGuard
  none: 0,
  rawip: 0,
  ppp: 0,
  ipip: 0,
};
/** nftables knows no way to write a name with this character. */
const UNSAYABLE = '"';
const NO_MAC = mac('00:00:00:00:00:00');
const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';

/** Reads interfaces and addresses of this network namespace. Routes are asked for one by one. */
export async function readKernelNetwork(): Promise<NetworkSnapshot> {
  const [linkText, routeText, ruleText, forward, fragmentSeconds, neighbourLimits] = await Promise.all([
    ip('-json', '-details', 'address', 'show'),
    ip('-json', '-4', 'route', 'show', 'table', 'all', 'type', 'local'),
    ip('-json', '-4', 'rule', 'show'),
    readFile('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    readFile('/proc/sys/net/ipv4/ipfrag_time', 'utf8'),
    readNeighbourLimits(),
  ]);
  const all = links.parse(JSON.parse(linkText || '[]'));
  const candidates = all
    .filter((link) => linkHeaderBytesOf(link) !== undefined)
    // What a bridge or bond owns hands its frames to that, and the director sees them there.
    .filter((link) => link.master === undefined || link.linkinfo?.info_slave_kind === 'vrf')
    .filter((link) => !link.ifname.startsWith(OWN_INTERFACE_PREFIX));
  const usable = candidates.filter(({ ifname }) => !ifname.includes(UNSAYABLE));
  const rules = policyRules.parse(JSON.parse(ruleText || '[]'));
  const vrfTables = all.flatMap(({ linkinfo }) => linkinfo?.info_data?.table ?? []);
  const tables = new Set([...tablesForAll(rules), ...(hasVrfRule(rules) ? vrfTables.map(String) : [])]);
  const ownRoutes = localRoutes.parse(JSON.parse(routeText || '[]'));
  const local = ownRoutes.filter(({ table }) => tables.has(table)).flatMap(({ dst }) => prefixOf(dst));
  return {
    ports: usable.filter(isUp).map(portOf),
    downPorts: usable
      .filter((link) => !isUp(link))
      .map(({ ifindex, ifname }) => ({ index: ifindex, name: ifname })),
    unusablePorts: candidates.filter(({ ifname }) => ifname.includes(UNSAYABLE)).map(({ ifname }) => ifname),
    localAddresses: local.filter(isSingle).map(({ network }) => network),
    localNetworks: local.filter((prefix) => !isSingle(prefix)),
    unheededRules: unheededRules(rules, new Set(ownRoutes.map(({ table }) => table))),
    ipForward: forward.trim() !== '0',
    fragmentTimeoutMs: Number(fragmentSeconds) * 1000,
    ...(neighbourLimits === undefined ? {} : { neighbourLimits }),
  };
}

/** Undefined where the namespace does not show them: the first one alone does. */
async function readNeighbourLimits(): Promise<NeighbourLimits | undefined> {
  const read = async (name: string) =>
    Number(await readFile(`/proc/sys/net/ipv4/neigh/default/${name}`, 'utf8'));
  try {
    const [keptEntries, softEntries, mostEntries] = await Promise.all([
      read('gc_thresh1'),
      read('gc_thresh2'),
      read('gc_thresh3'),
    ]);
    return { keptEntries, softEntries, mostEntries };
  } catch {
    return undefined;
  }
}

function isUp({ flags }: z.infer<typeof links>[number]): boolean {
  return flags.includes('UP');
}

function portOf(link: z.infer<typeof links>[number]): Port {
  return {
    index: link.ifindex,
    name: link.ifname,
    linkHeaderBytes: linkHeaderBytesOf(link) ?? 0,
    mac: link.link_type === 'ether' && link.address !== undefined ? mac(link.address) : NO_MAC,
    mtuBytes: link.mtu,
    addresses: addressesOf(link),
    neighbourMac: macWithoutArp(link),
  };
}

/** Undefined if the director cannot speak on such a link. */
function linkHeaderBytesOf(link: z.infer<typeof links>[number]): number | undefined {
  // A tunnel to several ends has headers of its own kind there.
  if (link.link_type === 'gre') return link.flags.includes('POINTOPOINT') ? 0 : undefined;
  return LINK_HEADER_BYTES[link.link_type];
}

/** On links without ARP the kernel sends to the interface's own address, and to all where there are only two stations. */
function macWithoutArp({ link_type, flags, address }: z.infer<typeof links>[number]): MacAddress | undefined {
  if (link_type !== 'ether') return undefined;
  if (flags.includes('NOARP')) return address === undefined ? undefined : mac(address);
  return flags.includes('POINTOPOINT') ? mac(BROADCAST_MAC) : undefined;
}

function addressesOf(link: z.infer<typeof links>[number]) {
  return link.addr_info.flatMap((info) => {
    if (info.family !== 'inet') return [];
    const address = parseIpv4(info.local ?? '');
    return address === undefined ? [] : [{ address, prefixLength: info.prefixlen }];
  });
}

function prefixOf(text: string): NetworkPrefix[] {
  const [address = '', length = '32'] = (text === 'default' ? '0.0.0.0/0' : text).split('/');
  const network = parseIpv4(address);
  return network === undefined ? [] : [{ network, prefixLength: Number(length) }];
}

function isSingle({ prefixLength }: NetworkPrefix): boolean {
  return prefixLength === 32;
}
