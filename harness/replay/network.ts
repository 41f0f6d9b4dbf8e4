/** The network that everything was recorded in, as the director sees it. */
import { ipv4, mac, type NetworkSnapshot } from '../../director/index.ts';

export const CLIENT_PORT = 1;
export const SERVER_PORT = 2;

export const VIP = '10.99.0.1';
const VIPS = [VIP, '10.99.0.2'];

/** The director's own stations. */
export const CLIENT_SIDE_MAC = mac('02:00:00:00:01:01');
export const SERVER_SIDE_MAC = mac('02:00:00:00:02:01');

/** Address of the i-th server, from 1. */
export function serverAddress(index: number): string {
  return `10.0.2.${10 + index}`;
}

/** Every station's MAC carries its IP address, so that a frame tells whom it is for. */
export function macOf(address: number): Uint8Array {
  return Uint8Array.of(2, 0, address >>> 24, address >>> 16, address >>> 8, address);
}

/** The IP address of the station with this MAC. */
export function addressOf(macBytes: Uint8Array): number {
  const [, , a = 0, b = 0, c = 0, d = 0] = macBytes;
  return (a << 24) | (b << 16) | (c << 8) | d;
}

export const NETWORK: NetworkSnapshot = {
  ports: [
    {
      index: CLIENT_PORT,
      name: 'dc',
      mac: CLIENT_SIDE_MAC,
      mtuBytes: 1500,
      addresses: [{ address: ipv4('10.0.1.1'), prefixLength: 24 }],
    },
    {
      index: SERVER_PORT,
      name: 'dr',
      mac: SERVER_SIDE_MAC,
      mtuBytes: 1500,
      addresses: [{ address: ipv4('10.0.2.1'), prefixLength: 24 }],
    },
  ],
  localAddresses: ['10.0.1.1', '10.0.2.1', ...VIPS].map(ipv4),
  routes: [
    { network: ipv4('10.0.1.0'), prefixLength: 24, port: CLIENT_PORT, metric: 0 },
    { network: ipv4('10.0.2.0'), prefixLength: 24, port: SERVER_PORT, metric: 0 },
    // Clients are anywhere behind the client side's other machine.
    {
      network: ipv4('0.0.0.0'),
      prefixLength: 0,
      port: CLIENT_PORT,
      gateway: ipv4('10.0.1.2'),
      metric: 0,
    },
  ],
  ipForward: true,
  fragmentTimeoutMs: 30_000,
};
