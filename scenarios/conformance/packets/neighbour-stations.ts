/** Stations on the servers’ link that are no hosts, and what the director asks of them and sends to them. */

import { arpAnswer, get16 } from '../../../lab/frames/index.ts';
import { MODES } from '../../../lab/modes.ts';
import { packetIn } from '../../kit/expecting/forwarded.ts';
import type { Seen } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';
import type { Stage } from '../../kit/stage.ts';
import { arpOf } from './arp.ts';

export const resolution = (what: string) => kernel(`neighbours: ${what}, §5.1`);
const IP_HEADER_BYTES = 20;
const FIRST_CLIENT_PORT = 20_000;

/** Of the servers’ network, and no host’s. */
export function strangerOf({ servers }: Stage, n: number): string {
  return servers[0].address.replace(/\d+$/, String(150 + n));
}

/** Which clients’ packets a server got, in this order: numbers of `Service.client`. */
export function clientsAt(seen: Seen, server: string): string {
  return seen
    .at(server)
    .map((packet) => get16(packetIn(packet), IP_HEADER_BYTES) - FIRST_CLIENT_PORT)
    .join(' ');
}

/** A station says whose MAC address it is. */
export async function answer(stage: Stage, address: string, server = 0): Promise<void> {
  const station = stage.servers[server]!;
  const question = {
    operation: 'request',
    senderMac: stage.director.serverSideMac,
    senderIp: stage.dip,
    targetMac: station.mac,
    targetIp: address,
  } as const;
  station.sendFrame('eth0', arpAnswer(question, station.mac));
  await stage.settle();
}

/** Whom the director asked for a station’s address, in this order. */
export function askedFor(seen: Seen, address: string): string {
  const rs1 = seen.topology.hosts.find(({ name }) => name === 'rs1')?.interfaces[0]?.mac;
  return questionsFor(seen, address)
    .map(({ destinationMac }) => (destinationMac === rs1 ? 'rs1' : 'all'))
    .join(' ');
}

export function questionsFor(seen: Seen, address: string) {
  return seen
    .arp('director', MODES[seen.mode].repliesPassDirector ? 'eth1' : 'eth0')
    .filter((packet) => arpOf(packet).operation === 'request' && arpOf(packet).targetIp === address);
}
