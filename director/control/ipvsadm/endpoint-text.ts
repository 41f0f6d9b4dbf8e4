/** How addresses and ports are written in a list: as numbers, or by name. */
import type { ProtocolName } from '../../wire/ipv4.ts';
import type { ServerName } from './backend/operations.ts';
import type { NameResolver } from './name-resolver.ts';

/** Longer texts are cut. */
const LONGEST = 59;

/** How an address and port are written; `protocol` is undefined where ports have no names. */
export type EndpointText = (endpoint: ServerName, protocol: ProtocolName | undefined) => string;

export const numericText: EndpointText = ({ address, port }) => written(address, address, String(port));

/** An endpoint of a list, with the protocol that its port belongs to. */
export interface NamedEndpoint {
  readonly endpoint: ServerName;
  readonly protocol: ProtocolName | undefined;
}

/** Asks for every name once, and then knows how to write each endpoint. */
export async function namedText(
  endpoints: Iterable<NamedEndpoint>,
  resolver: NameResolver,
): Promise<EndpointText> {
  const hosts = new Map<string, Promise<string | undefined>>();
  const ports = new Map<string, Promise<string | undefined>>();
  for (const { endpoint, protocol } of endpoints) {
    const { address, port } = endpoint;
    if (!hosts.has(address)) hosts.set(address, resolver.hostName(address));
    const key = `${port} ${protocol}`;
    if (protocol !== undefined && !ports.has(key)) ports.set(key, resolver.serviceName(port, protocol));
  }
  const hostNames = await settled(hosts);
  const portNames = await settled(ports);
  return ({ address, port }, protocol) =>
    written(address, hostNames.get(address) ?? address, portNames.get(`${port} ${protocol}`) ?? String(port));
}

function written(address: string, host: string, port: string): string {
  return `${address.includes(':') ? `[${host}]` : host}:${port}`.slice(0, LONGEST);
}

async function settled<Value>(promises: ReadonlyMap<string, Promise<Value>>): Promise<Map<string, Value>> {
  return new Map(
    await Promise.all(Array.from(promises, async ([key, value]) => [key, await value] as const)),
  );
}
