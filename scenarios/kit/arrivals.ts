/** Which real server got which packet, as captured on the servers’ own interfaces. */
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { get16, ipText } from '../../lab/frames/index.ts';
import type { Seen } from './packet-case.ts';

export interface Arrival {
  /** `rs1` */
  readonly server: string;
  /** ADDRESS:PORT of the client. */
  readonly client: string;
  /** The port that it was sent on to. */
  readonly port: number;
  readonly packet: DecodedPacket;
}

/** Packets with ports that reached real servers, in time order. */
export function arrivalsOf(seen: Seen): Arrival[] {
  return seen.topology.hosts
    .filter(({ role }) => role === 'server')
    .flatMap(({ name, interfaces }) =>
      seen
        .at(name)
        .filter(({ destinationMac }) => interfaces.some(({ mac }) => mac === destinationMac))
        .flatMap((packet) => arrivalOf(name, packet)),
    )
    .sort((a, b) => a.packet.time - b.packet.time);
}

const WITH_PORTS = [6, 17, 132];

function arrivalOf(server: string, packet: DecodedPacket): Arrival[] {
  const { payload: ip, bytes } = packet;
  if (ip === undefined || !WITH_PORTS.includes(ip.protocol)) return [];
  const source = ipText(bytes, ip.at + 12);
  return [{ server, client: `${source}:${get16(bytes, ip.l4)}`, port: get16(bytes, ip.l4 + 2), packet }];
}

/** What arrived, by the client that it came from. */
export function byClient(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  const found = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    const list = found.get(arrival.client);
    if (list === undefined) found.set(arrival.client, [arrival]);
    else list.push(arrival);
  }
  return found;
}

export function endpoint({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}
