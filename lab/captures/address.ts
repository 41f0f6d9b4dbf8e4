/** IPv4 addresses of captured packets: signed 32-bit numbers, as the director’s core has them too. */
import { ipNumber } from '../frames/index.ts';

export function addressOf(text: string): number {
  return ipNumber(text) | 0;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** `10.0.1.2:40000`, or the address alone where there is no port. */
export function formatEndpoint(address: number, port: number): string {
  return port === 0 ? formatAddress(address) : `${formatAddress(address)}:${port}`;
}
