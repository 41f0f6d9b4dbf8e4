/** The networks of packet cases: those of the bench without their third tier, and with clients for every case. */
import { type Host, type Mode, type Topology, topologies } from '../index.ts';

/** All clients of all cases (RFC 2544’s block for tests of network devices). They are behind the client’s own address. */
export const CLIENTS_PREFIX = '198.18.0.0/15';
/** Cases that can have a /24 of clients each. */
export const MAX_CASES = 512;
const SERVERS = 3;

/** The client, the router where there is one, the director and three real servers. */
export function packetTopology(mode: Mode): Topology {
  const { switches, hosts, ...network } = topologies[mode]({ servers: SERVERS });
  const thirdTier = switches.find(({ name }) => name === 'storage')?.name;
  return {
    ...network,
    switches: switches.filter(({ name }) => name !== thirdTier),
    hosts: hosts
      .filter(({ role }) => role !== 'store')
      .map((host) => ({
        ...host,
        interfaces: host.interfaces.filter((port) => port.switch !== thirdTier),
        routes: [...host.routes, ...towardsClients(host, network.cip)],
      })),
  };
}

/** The clients’ addresses that belong to case number `index`: a /24. */
export function clientAddress(index: number, n = 1): string {
  if (!Number.isInteger(index) || index < 0 || index >= MAX_CASES) {
    throw new Error(`there is no case number ${index}: ${MAX_CASES} cases have addresses, from number 0 on`);
  }
  if (!Number.isInteger(n) || n < 1 || n > 250) {
    throw new Error(`there is no client ${n}: a case has clients 1 to 250`);
  }
  return `198.${18 + (index >> 8)}.${index & 255}.${n}`;
}

/** Who stands on the clients’ segment needs to be told that the client leads to the other clients. */
function towardsClients({ role, interfaces }: Host, cip: string) {
  const isNextToClients = role !== 'client' && interfaces.some((port) => port.switch === 'clients');
  return isNextToClients ? [{ to: CLIENTS_PREFIX, via: cip }] : [];
}
