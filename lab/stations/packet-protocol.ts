/** The protocol of a whole IPv4 packet; undefined for a piece of one. */
import { isFragment, readIpv4 } from '../frames/index.ts';

export function wholeProtocol(packet: Uint8Array): number | undefined {
  const ip = readIpv4(packet);
  return isFragment(ip) ? undefined : ip.protocol;
}
