/**
 * What a host says of itself: its addresses, its routes, and the kernel settings that LVS depends on. Collected by one
 * command, so that an operator can send the file from any Linux host.
 */

import { z } from 'zod';
import { CodedError } from '../../director/coded-error.ts';
import { addressOf } from '../../lab/captures/format.ts';

/** Prints the facts; `diagnose --facts HOST=FILE` takes what it prints. Needs iproute2 and no root. */
export const COLLECT_COMMAND =
  'ip -j addr; ip -j route; ' +
  "sysctl -a 2>/dev/null | grep -E '^net\\.ipv4\\.(ip_forward|conf\\..*\\.(rp_filter|arp_ignore|arp_announce)) '";

export interface InterfaceAddress {
  readonly address: string;
  readonly prefixLength: number;
}

export interface HostInterface {
  /** As iproute2 calls it: `ether`, `loopback`, `ipip`, `none`. */
  readonly linkType: string;
  /** Absent where it has none. */
  readonly mac?: string;
  readonly isUp: boolean;
  /** Neither asks nor answers ARP. */
  readonly isWithoutArp: boolean;
  readonly mtu?: number;
  readonly addresses: readonly InterfaceAddress[];
}

export interface Route {
  readonly destination: InterfaceAddress;
  readonly gateway?: string;
  readonly device?: string;
  readonly metric: number;
}

export interface HostFacts {
  /** By name. */
  readonly interfaces: ReadonlyMap<string, HostInterface>;
  /** Addresses by interface, without prefix length. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** Of the main table; routes that reject packets are left out. */
  readonly routes: readonly Route[];
  /** Gateway of the default route, if there is one. */
  readonly defaultGateway: string | undefined;
  /** By sysctl name. */
  readonly settings: ReadonlyMap<string, number>;
}

/** Facts that cannot be read. */
export class FactsError extends CodedError {
  readonly code = 'HOST_FACTS';
}

/** As the kernel allows them (dev_valid_name): whatever else, one word in a line. */
const interfaceName = z.string().regex(/^[^\s/:]+$/);
const addressText = z.string().regex(/^[\da-f:.]+$/i);

const addressesSchema = z.array(
  z.looseObject({
    ifname: interfaceName,
    flags: z.array(z.string()).default([]),
    link_type: z.string().default('ether'),
    address: z.string().optional(),
    mtu: z.number().optional(),
    addr_info: z
      .array(z.looseObject({ family: z.string(), local: addressText, prefixlen: z.number().default(32) }))
      .default([]),
  }),
);
const routesSchema = z.array(
  z.looseObject({
    type: z.string().optional(),
    dst: z.string(),
    gateway: addressText.optional(),
    dev: interfaceName.optional(),
    metric: z.number().default(0),
  }),
);

/** @throws FactsError saying what is missing. */
export function readFacts(text: string, from: string): HostFacts {
  const lines = text.split('\n');
  const [addresses, routes] = lines.filter((line) => line.startsWith('['));
  if (addresses === undefined || routes === undefined) {
    throw new FactsError(
      `${from}: expected the output of \`${COLLECT_COMMAND}\`, two lines of JSON first; there are ` +
        `${addresses === undefined ? 'none' : 'fewer'}.`,
    );
  }
  const settings = new Map<string, number>();
  for (const line of lines) {
    const [, name, value] = /^(net\.\S+)\s*=\s*(\d+)\s*$/.exec(line) ?? [];
    if (name !== undefined) settings.set(name, Number(value));
  }
  const interfaces = new Map(parsed(addressesSchema, addresses, from).map(interfaceOf));
  const known = parsed(routesSchema, routes, from).flatMap(routeOf);
  return {
    interfaces,
    addresses: new Map(
      [...interfaces].map(([name, one]) => [name, one.addresses.map(({ address }) => address)]),
    ),
    routes: known,
    defaultGateway: known.find(({ destination }) => destination.prefixLength === 0)?.gateway,
    settings,
  };
}

function interfaceOf({
  ifname,
  flags,
  link_type: linkType,
  address: mac,
  mtu,
  addr_info,
}: z.infer<typeof addressesSchema>[number]): [string, HostInterface] {
  const addresses = addr_info
    .filter(({ family }) => family === 'inet')
    .map(({ local, prefixlen }) => ({ address: local, prefixLength: prefixlen }));
  return [
    ifname,
    {
      linkType,
      isUp: flags.length === 0 || flags.includes('UP'),
      isWithoutArp: flags.includes('NOARP'),
      addresses,
      ...(linkType === 'ether' && mac !== undefined && { mac }),
      ...(mtu !== undefined && { mtu }),
    },
  ];
}

function routeOf({ type, dst, gateway, dev, metric }: z.infer<typeof routesSchema>[number]): Route[] {
  if (type !== undefined && type !== 'unicast') return [];
  const [address = '', length] = (dst === 'default' ? '0.0.0.0/0' : dst).split('/');
  if (address.includes(':')) return [];
  return [
    {
      destination: { address, prefixLength: length === undefined ? 32 : Number(length) },
      metric,
      ...(gateway !== undefined && { gateway }),
      ...(dev !== undefined && { device: dev }),
    },
  ];
}

/** An interface’s setting as the kernel takes it: the larger of its own and that of `all`. Undefined if not known. */
export function effectiveSetting({ settings }: HostFacts, port: string, name: string): number | undefined {
  const known = ['all', port].flatMap((scope) => settings.get(`net.ipv4.conf.${scope}.${name}`) ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

export function hasAddress({ addresses }: HostFacts, address: string): boolean {
  return [...addresses.values()].some((ofPort) => ofPort.includes(address));
}

/** The interface that has an address, and with which prefix. */
export function holdersOf(
  { interfaces }: HostFacts,
  address: string,
): { readonly port: string; readonly on: HostInterface; readonly prefixLength: number }[] {
  return [...interfaces].flatMap(([port, on]) =>
    on.addresses
      .filter((one) => one.address === address)
      .map(({ prefixLength }) => ({ port, on, prefixLength })),
  );
}

/** Whether an address, as a signed 32-bit integer, lies in the network of another. */
export function isWithin(address: number, { address: network, prefixLength }: InterfaceAddress): boolean {
  const mask = prefixLength === 0 ? 0 : (-1 << (32 - prefixLength)) | 0;
  return ((address ^ addressOf(network)) & mask) === 0;
}

/** The main table’s route to an address: the longest prefix, and among these the lowest metric. */
export function routeTo({ routes }: HostFacts, address: number): Route | undefined {
  return routes
    .filter(({ destination }) => isWithin(address, destination))
    .sort((a, b) => b.destination.prefixLength - a.destination.prefixLength || a.metric - b.metric)[0];
}

function parsed<Schema extends z.ZodType>(schema: Schema, line: string, from: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw new FactsError(`${from}: this is not what \`ip -j\` prints: ${line.slice(0, 60)}`);
  }
}
