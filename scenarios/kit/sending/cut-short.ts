/** Packets of an open connection that end behind their ports, before the checksum that NAT would have to change. */
import { ipPacket, TCP, UDP } from '../../../lab/frames/index.ts';
import type { Flow } from './flow.ts';

const IP_HEADER_BYTES = 20;

export function cutShort(flow: Flow): Uint8Array[] {
  const { source, destination } = flow.ends;
  const ends = { source, destination };
  const [tcp, udp] = [flow.segment().subarray(IP_HEADER_BYTES), flow.datagram().subarray(IP_HEADER_BYTES)];
  return [
    ...[4, 8, 12, 16, 19].map((length) => ipPacket(ends, TCP, tcp.slice(0, length))),
    ...[4, 5, 7].map((length) => ipPacket(ends, UDP, udp.slice(0, length))),
  ];
}
