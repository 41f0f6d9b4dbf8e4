/** The director's network as its topology says it is, in the form that a core is given. */
import {
  ETHERNET_HEADER_BYTES,
  type Ipv4Address,
  ipv4,
  mac,
  type Port,
  prefixMask,
} from '../../director/index.ts';

import type { Host, Topology } from '../index.ts';
import type { RoutedNetwork, RouteEntry } from './route-table.ts';

const DEFAULT_MTU_BYTES = 1500;

/** Ports are numbered from 1 in the order of the director's interfaces. */
export function directorNetwork(topology: Topology): RoutedNetwork {
  const host = topology.hosts.find(({ role }) => role === 'director');
  if (host === undefined) throw new Error(`topology ${topology.name} has no director`);
  const ports = host.interfaces.map(
    (port, i): Port => ({
      index: i + 1,
      name: port.name,
      mac: mac(port.mac),
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
      mtuBytes: port.mtu ?? DEFAULT_MTU_BYTES,
      addresses: port.addresses.map(parsePrefix),
    }),
  );
  return {
    ports,
    localAddresses: [
      ...ports.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
      ...host.loopback.map((text) => parsePrefix(text).address),
    ],
    routes: [...ports.flatMap(linkRoutes), ...host.routes.map((route) => gatewayRoute(host, ports, route))],
    ipForward: host.sysctls['net.ipv4.ip_forward'] === 1,
  };
}

function linkRoutes({ index, addresses }: Port): RouteEntry[] {
  return addresses
    .filter(({ prefixLength }) => prefixLength < 32)
    .map(({ address, prefixLength }) => ({
      network: (address & prefixMask(prefixLength)) as Ipv4Address,
      prefixLength,
      port: index,
      preferredSource: address,
      metric: 0,
    }));
}

function gatewayRoute(
  host: Host,
  ports: readonly Port[],
  { to, via }: { readonly to: string; readonly via: string },
): RouteEntry {
  const gateway = ipv4(via);
  const port = ports.find(({ addresses }) =>
    addresses.some(
      (own) => own.prefixLength < 32 && ((own.address ^ gateway) & prefixMask(own.prefixLength)) === 0,
    ),
  );
  if (port === undefined) throw new Error(`${host.name} has no interface towards ${via}`);
  const { address, prefixLength } = to === 'default' ? parsePrefix('0.0.0.0/0') : parsePrefix(to);
  return { network: address, prefixLength, port: port.index, gateway, metric: 0 };
}

function parsePrefix(text: string): { address: Ipv4Address; prefixLength: number } {
  const [address = '', length = '32'] = text.split('/');
  return { address: ipv4(address), prefixLength: Number(length) };
}
