/** The network of the recordings, as the director sees it. */
import { ETHERNET_HEADER_BYTES, ipv4, mac } from '../../director/index.ts';
import { fromHex, hex, ipBytes, ipText } from '../../lab/frames/index.ts';
import type { RoutedNetwork } from '../../lab/memory/route-table.ts';

export const CLIENT_PORT = 1;
export const SERVER_PORT = 2;

export const VIP = '10.99.0.1';
export const VIPS: readonly string[] = [VIP, '10.99.0.2'];

/** The director's own addresses, of its client side and its server side. */
export const OWN_ADDRESSES: readonly string[] = ['10.0.1.1', '10.0.2.1'];

/** All clients are behind it. */
export const CLIENT_ROUTER = '10.0.1.2';

/** The director's own interfaces. */
export const CLIENT_SIDE_MAC = '02:00:00:00:01:01';
export const SERVER_SIDE_MAC = '02:00:00:00:02:01';

/** Address of the i-th server, from 1. */
export function serverAddress(index: number): string {
  return `10.0.2.${10 + index}`;
}

/** The MAC address of every station contains its IP address, so a frame shows which station it is for. */
export function macOf(address: string): string {
  return `02:00${hex(ipBytes(address)).replaceAll(/../g, ':$&')}`;
}

/** The IP address of the station with this MAC. */
export function addressOf(station: string): string {
  return ipText(fromHex(station.replaceAll(':', '')), 2);
}

/** Every station answers ARP. */
export const NEIGHBOURS = { get: macOf };

export const NETWORK: RoutedNetwork = {
  ports: [
    {
      index: CLIENT_PORT,
      name: 'dc',
      mac: mac(CLIENT_SIDE_MAC),
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
      mtuBytes: 1500,
      addresses: [{ address: ipv4('10.0.1.1'), prefixLength: 24 }],
    },
    {
      index: SERVER_PORT,
      name: 'dr',
      mac: mac(SERVER_SIDE_MAC),
      linkHeaderBytes: ETHERNET_HEADER_BYTES,
      mtuBytes: 1500,
      addresses: [{ address: ipv4('10.0.2.1'), prefixLength: 24 }],
    },
  ],
  localAddresses: [...OWN_ADDRESSES, ...VIPS].map(ipv4),
  routes: [
    { network: ipv4('10.0.1.0'), prefixLength: 24, port: CLIENT_PORT, metric: 0 },
    { network: ipv4('10.0.2.0'), prefixLength: 24, port: SERVER_PORT, metric: 0 },
    {
      network: ipv4('0.0.0.0'),
      prefixLength: 0,
      port: CLIENT_PORT,
      gateway: ipv4(CLIENT_ROUTER),
      metric: 0,
    },
  ],
  ipForward: true,
  fragmentTimeoutMs: 30_000,
};
