/**
 * What a host says of itself: its addresses, its routes, and the kernel settings that LVS depends on. Collected by one
 * command, so that an operator can send the file from any Linux host.
 */

import { z } from 'zod';
import { CodedError } from '../../director/coded-error.ts';

/** Prints the facts; `diagnose --facts HOST=FILE` takes what it prints. Needs iproute2 and no root. */
export const COLLECT_COMMAND =
  'ip -j addr; ip -j route; ' +
  "sysctl -a 2>/dev/null | grep -E '^net\\.ipv4\\.(ip_forward|conf\\..*\\.(rp_filter|arp_ignore|arp_announce)) '";

export interface HostFacts {
  /** Addresses by interface, without prefix length. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** Gateway of the default route, if there is one. */
  readonly defaultGateway: string | undefined;
  /** By sysctl name. */
  readonly settings: ReadonlyMap<string, number>;
}

/** Facts that cannot be read. */
export class FactsError extends CodedError {
  readonly code = 'HOST_FACTS';
}

const addressesSchema = z.array(
  z.looseObject({
    ifname: z.string(),
    addr_info: z.array(z.looseObject({ family: z.string(), local: z.string() })).default([]),
  }),
);
const routesSchema = z.array(z.looseObject({ dst: z.string(), gateway: z.string().optional() }));

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
  return {
    addresses: new Map(
      parsed(addressesSchema, addresses, from).map(({ ifname, addr_info }) => [
        ifname,
        addr_info.filter(({ family }) => family === 'inet').map(({ local }) => local),
      ]),
    ),
    defaultGateway: parsed(routesSchema, routes, from).find(({ dst }) => dst === 'default')?.gateway,
    settings,
  };
}

/** An interface’s setting as the kernel takes it: the larger of its own and that of `all`. Undefined if not known. */
export function effectiveSetting({ settings }: HostFacts, port: string, name: string): number | undefined {
  const known = ['all', port].flatMap((scope) => settings.get(`net.ipv4.conf.${scope}.${name}`) ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

export function hasAddress({ addresses }: HostFacts, address: string): boolean {
  return [...addresses.values()].some((ofPort) => ofPort.includes(address));
}

function parsed<Schema extends z.ZodType>(schema: Schema, line: string, from: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw new FactsError(`${from}: this is not what \`ip -j\` prints: ${line.slice(0, 60)}`);
  }
}
