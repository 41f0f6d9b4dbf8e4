/** What the machine's network looks like, asked of the kernel, and a socket that tells when that has changed. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AF_NETLINK, bind, close, receive, SOCK_RAW, socket } from '../../native/sockets.ts';
import type { NetworkSnapshot, Port, RouteEntry } from '../network/snapshot.ts';
import { type Ipv4Address, mac, parseIpv4, UNSPECIFIED } from '../wire/addresses.ts';
import { ETHERNET_HEADER_BYTES } from '../wire/ethernet.ts';
import { ip } from './ip.ts';

const NETLINK_ROUTE = 0;
/** Multicast groups of rtnetlink(7), as the bit mask that bind takes. */
const RTMGRP_LINK = 0x1;
const RTMGRP_IPV4_IFADDR = 0x10;
const RTMGRP_IPV4_ROUTE = 0x40;
const RTMGRP_IPV4_NETCONF = 1 << 23;

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
    addr_info: z.array(z.object({ family: z.string(), local: z.string().optional(), prefixlen: z.int() })),
  }),
);
const routes = z.array(
  z.object({
    dst: z.string(),
    dev: z.string().optional(),
    gateway: z.string().optional(),
    prefsrc: z.string().optional(),
    metric: z.int().optional(),
  }),
);

/** Bytes in front of an IP packet, by type of link. */
const LINK_HEADER_BYTES: Readonly<Record<string, number>> = {
  ether: ETHERNET_HEADER_BYTES,
  // tun and WireGuard
  none: 0,
  rawip: 0,
  ppp: 0,
  ipip: 0,
};
const NO_MAC = mac('00:00:00:00:00:00');

/** Reads interfaces, addresses and the main routing table of this network namespace. */
export async function readKernelNetwork(): Promise<NetworkSnapshot> {
  const [linkText, routeText, forward, fragmentSeconds] = await Promise.all([
    ip('-json', 'address', 'show'),
    ip('-json', '-4', 'route', 'show', 'table', 'main'),
    readFile('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    readFile('/proc/sys/net/ipv4/ipfrag_time', 'utf8'),
  ]);
  const all = links.parse(JSON.parse(linkText || '[]'));
  const ports = all
    .filter((link) => linkHeaderBytesOf(link) !== undefined && link.flags.includes('UP'))
    // What a bridge or bond owns hands its frames to that, and the director sees them there.
    .filter((link) => link.master === undefined)
    .filter((link) => !link.ifname.startsWith(OWN_INTERFACE_PREFIX))
    .map(portOf);
  const indexes = new Map(all.map((link) => [link.ifname, link.ifindex]));
  return {
    ports,
    localAddresses: all.flatMap((link) => addressesOf(link).map((own) => own.address)),
    routes: routes.parse(JSON.parse(routeText || '[]')).flatMap((route) => {
      const port = indexes.get(route.dev ?? '');
      return port === undefined ? [] : [routeOf(route, port)];
    }),
    ipForward: forward.trim() !== '0',
    fragmentTimeoutMs: Number(fragmentSeconds) * 1000,
  };
}

function portOf(link: z.infer<typeof links>[number]): Port {
  return {
    index: link.ifindex,
    name: link.ifname,
    linkHeaderBytes: linkHeaderBytesOf(link) ?? 0,
    mac: link.link_type === 'ether' && link.address !== undefined ? mac(link.address) : NO_MAC,
    mtuBytes: link.mtu,
    addresses: addressesOf(link),
  };
}

/** Undefined if the director cannot speak on such a link. */
function linkHeaderBytesOf(link: z.infer<typeof links>[number]): number | undefined {
  // A tunnel to several ends has headers of its own kind there.
  if (link.link_type === 'gre') return link.flags.includes('POINTOPOINT') ? 0 : undefined;
  return LINK_HEADER_BYTES[link.link_type];
}

function addressesOf(link: z.infer<typeof links>[number]) {
  return link.addr_info.flatMap((info) => {
    if (info.family !== 'inet') return [];
    const address = parseIpv4(info.local ?? '');
    return address === undefined ? [] : [{ address, prefixLength: info.prefixlen }];
  });
}

function routeOf(route: z.infer<typeof routes>[number], port: number): RouteEntry {
  const [network = '', length] = route.dst === 'default' ? ['0.0.0.0', '0'] : route.dst.split('/');
  const gateway = optionalIpv4(route.gateway);
  const preferredSource = optionalIpv4(route.prefsrc);
  return {
    network: parseIpv4(network) ?? UNSPECIFIED,
    prefixLength: Number(length ?? 32),
    port,
    ...(gateway === undefined ? {} : { gateway }),
    ...(preferredSource === undefined ? {} : { preferredSource }),
    metric: route.metric ?? 0,
  };
}

function optionalIpv4(text: string | undefined): Ipv4Address | undefined {
  return text === undefined ? undefined : parseIpv4(text);
}

/** Tells that links, addresses, routes or forwarding have changed; not what. */
export class NetworkChanges {
  readonly fd: number;
  readonly #buffer = new Uint8Array(1 << 16);

  constructor() {
    this.fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    const address = new Uint8Array(12);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_NETLINK, true);
    view.setUint32(8, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_NETCONF, true);
    bind(this.fd, address);
  }

  /** True if something has changed since the last call. */
  take(): boolean {
    let changed = false;
    while (receive(this.fd, this.#buffer) > 0) changed = true;
    return changed;
  }

  close(): void {
    close(this.fd);
  }
}
