/** What a packet should look like after a forwarding step, built from what it was. */
import { headerBytesOf, put16, put32, writeHeaderChecksum } from '../frames/index.ts';
import type { IpLayer } from './ip-layer.ts';
import { writeTransportChecksum } from './transport-problem.ts';

export interface Rewriting {
  readonly source?: { readonly address: number; readonly port: number };
  readonly destination?: { readonly address: number; readonly port: number };
}

const TTL = 8;
const SOURCE = 12;
const DESTINATION = 16;

/** The bytes of the IP packet after one router’s TTL decrement and this rewriting, all checksums right. */
export function rewritten(ip: IpLayer, { source, destination }: Rewriting): Uint8Array {
  const bytes = Uint8Array.from(ip.packet);
  const l4 = headerBytesOf(bytes);
  bytes[TTL] = ip.ttl - 1;
  if (source !== undefined) {
    put32(bytes, SOURCE, source.address);
    put16(bytes, l4, source.port);
  }
  if (destination !== undefined) {
    put32(bytes, DESTINATION, destination.address);
    put16(bytes, l4 + 2, destination.port);
  }
  writeHeaderChecksum(bytes);
  if (source !== undefined || destination !== undefined) writeTransportChecksum(bytes);
  return bytes;
}
