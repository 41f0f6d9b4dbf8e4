/** What was sent in a case, and where each packet should have arrived. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { get16, ipText } from '../../lab/frames/index.ts';
import { type Arrival, arrivalsOf } from './arrivals.ts';
import type { Finding } from './finding.ts';
import { finding, findingAbout } from './finding.ts';
import type { Seen } from './packet-case.ts';
import type { Client, Service } from './service.ts';

/** A packet of a client and the real server that it is for. */
export interface Entry {
  readonly packet: Uint8Array;
  /** `rs1`, or undefined where no server may get it. */
  readonly server: string | undefined;
  /** The port on the server that it is for; not looked at unless given. */
  readonly port?: number;
  /** Why, as a sentence. */
  readonly why: string;
}

export class Journal {
  readonly entries: Entry[] = [];
  readonly #service: Service;
  #clients = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  /** A port of the first client that was not used in this case yet. */
  newClient(n = 1): Client {
    return this.#service.client(this.#clients++, n);
  }

  /** Notes where a packet that was sent should arrive. */
  expect(packet: Uint8Array, server: string | undefined, why: string, port?: number): void {
    this.entries.push({ packet, server, why, ...(port !== undefined && { port }) });
  }

  /**
   * Opens a TCP connection, or one of UDP, for each server named, one after the other, and waits until they are open.
   *
   * @param servers Names in the order in which the connections should go to them: `rs3 rs2 none`.
   * @returns The clients, in this order.
   */
  async open(servers: string, why: string): Promise<Client[]> {
    const clients = servers.split(' ').map((name) => {
      const client = this.newClient();
      this.expect(this.openOne(client), name === 'none' ? undefined : name, why);
      return client;
    });
    await this.#service.stage.settle();
    return clients;
  }

  /** The first packet of a connection, which is established right away. */
  openOne(client: Client): Uint8Array {
    if (this.#service.protocol === 'udp') return this.#service.datagram(client);
    const syn = this.#service.segment(client, 'S');
    this.#service.segment(client, 'A');
    return syn;
  }

  /** Closes connections from the client’s side, so that they count as inactive from then on. */
  async close(clients: readonly Client[]): Promise<void> {
    for (const client of clients) this.#service.segment(client, 'FA');
    await this.#service.stage.settle();
  }
}

/** Which of the packets did not arrive where they should have, or were the director’s own machine’s as well. */
export function judgeArrivals(seen: Seen, entries: readonly Entry[]): Finding[] {
  return [...judgeServers(seen, entries), ...judgeOwnAnswers(seen, entries)];
}

function judgeServers(seen: Seen, entries: readonly Entry[]): Finding[] {
  const arrivals = new Map<string, Arrival[]>();
  for (const arrival of arrivalsOf(seen)) {
    const ip = arrival.packet.payload!;
    const key = identity(ip.bytes, ip.at);
    arrivals.set(key, [...(arrivals.get(key) ?? []), arrival]);
  }
  return entries.flatMap(({ packet, server, port, why }, i) => {
    const found = arrivals.get(identity(packet, 0)) ?? [];
    const isRight =
      found.length === (server === undefined ? 0 : 1) &&
      found.every((arrival) => arrival.server === server && (port ?? arrival.port) === arrival.port);
    if (isRight) return [];
    const place = (name: string | undefined, at: number | undefined) =>
      name === undefined ? 'none' : name + (port === undefined || at === undefined ? '' : ` port ${at}`);
    const seenAt = found.map((arrival) => place(arrival.server, arrival.port)).join(', ') || 'none';
    const fields = [{ field: 'real server', expected: place(server, port), seen: seenAt }];
    const sentence = `Packet ${i + 1} of ${entries.length}: ${why}`;
    const [first] = found;
    return [first === undefined ? finding(sentence, fields) : findingAbout(first.packet, sentence, fields)];
  });
}

const [ICMP, TCP] = [1, 6];
const UNREACHABLE = 3;
const ICMP_HEADER_BYTES = 8;
const TCP_FLAGS = 13;
const RST = 4;

/**
 * Of what goes on to a server the director’s own machine knows nothing: it refuses none of it (RST, port unreachable), as it
 * would what no service is for.
 */
function judgeOwnAnswers(seen: Seen, entries: readonly Entry[]): Finding[] {
  const refusals = new Map<string, DecodedPacket>();
  for (const packet of seen.toClients) {
    const ip = packet.payload;
    if (ip === undefined) continue;
    const { bytes } = packet;
    if (ip.protocol === ICMP && bytes[ip.l4] === UNREACHABLE) {
      refusals.set(identity(bytes, ip.l4 + ICMP_HEADER_BYTES), packet);
    } else if (ip.protocol === TCP && ((bytes[ip.l4 + TCP_FLAGS] as number) & RST) !== 0) {
      refusals.set(endpoints(bytes, ip.at + 16, ip.l4 + 2, ip.at + 12, ip.l4), packet);
    }
  }
  if (refusals.size === 0) return [];
  const refusedOf = ({ packet }: Entry) =>
    refusals.get(identity(packet, 0)) ??
    (packet[9] === TCP ? refusals.get(endpoints(packet, 12, 20, 16, 22)) : undefined);
  // What one of its packets may be answered is no mistake about another one.
  const left = new Set(entries.filter(({ server }) => server === undefined).map(refusedOf));
  return entries.flatMap((entry, i) => {
    const refusal = entry.server === undefined ? undefined : refusedOf(entry);
    if (refusal === undefined || left.has(refusal)) return [];
    const sentence = `Packet ${i + 1} of ${entries.length} went to ${entry.server}, and the director’s own machine refused it.`;
    return [findingAbout(refusal, sentence, [])];
  });
}

/** Who speaks to whom, of addresses and ports at these places. */
function endpoints(bytes: Uint8Array, from: number, fromPort: number, to: number, toPort: number): string {
  return [ipText(bytes, from), get16(bytes, fromPort), ipText(bytes, to), get16(bytes, toPort)].join(' ');
}

/** No mode changes a packet’s source and identification, and no case gives two packets of a client the same ones. */
function identity(bytes: Uint8Array, at: number): string {
  return `${ipText(bytes, at + 12)} ${get16(bytes, at + 4)} ${bytes[at + 9]}`;
}
