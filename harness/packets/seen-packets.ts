/** What was captured while a case was played, sorted by who sent it to whom. */

import type { Mode, Topology } from '../../lab/index.ts';
import type { InterfaceCapture } from '../../lab/memory/index.ts';
import { DecodedPacket } from '../captures/decoded-packet.ts';
import { directorSides } from './director-sides.ts';
import type { Seen } from './packet-case.ts';

interface SortedCapture {
  readonly host: string;
  readonly port: string;
  readonly all: readonly DecodedPacket[];
  readonly received: ReadonlySet<DecodedPacket>;
}

export interface SeenOptions {
  readonly topology: Topology;
  readonly captures: readonly InterfaceCapture[];
  /** What time 0 of the captures is, in milliseconds since the epoch. */
  readonly epochMs: number;
  /** The pcap that a capture is or will be in. */
  readonly fileOf: (capture: InterfaceCapture) => string;
}

export class SeenPackets implements Seen {
  readonly topology: Topology;
  readonly #captures: readonly SortedCapture[];
  #sides: ReturnType<typeof directorSides> | undefined;

  constructor({ topology, captures, epochMs, fileOf }: SeenOptions) {
    this.topology = topology;
    this.#captures = captures.map((capture) => {
      const place = { host: capture.host, interface: capture.interface, file: fileOf(capture) };
      const received = new Set<DecodedPacket>();
      const all = capture.frames.map(({ timeMs, direction, frame }, i) => {
        const packet = new DecodedPacket(place, i + 1, (epochMs + timeMs) / 1000, frame);
        if (direction === 'received') received.add(packet);
        return packet;
      });
      return { host: capture.host, port: capture.interface, all, received };
    });
  }

  get mode(): Mode {
    return this.topology.name;
  }

  get vip(): string {
    return this.topology.vip;
  }

  get dip(): string {
    return this.topology.dip;
  }

  on(host: string, port: string): readonly DecodedPacket[] {
    return this.#capture(host, port).all.filter((packet) => !isArp(packet));
  }

  arp(host: string, port: string): readonly DecodedPacket[] {
    return this.#capture(host, port).all.filter(isArp);
  }

  at(host: string): readonly DecodedPacket[] {
    return this.#of(host, (packet, { received }) => received.has(packet));
  }

  by(host: string): readonly DecodedPacket[] {
    return this.#of(host, (packet, { received }) => !received.has(packet));
  }

  get fromClients(): readonly DecodedPacket[] {
    return this.#director.fromClients;
  }

  get toClients(): readonly DecodedPacket[] {
    return this.#director.toClients;
  }

  get fromServers(): readonly DecodedPacket[] {
    return this.#director.fromServers;
  }

  get toServers(): readonly DecodedPacket[] {
    return this.#director.toServers;
  }

  get #director(): ReturnType<typeof directorSides> {
    this.#sides ??= directorSides(this.topology, this.at('director'), this.by('director'));
    return this.#sides;
  }

  #capture(host: string, port: string): SortedCapture {
    const found = this.#captures.find((one) => one.host === host && one.port === port);
    if (found === undefined) throw new Error(`${host} ${port} was not captured`);
    return found;
  }

  #of(host: string, wanted: (packet: DecodedPacket, capture: SortedCapture) => boolean): DecodedPacket[] {
    const captures = this.#captures.filter((one) => one.host === host);
    if (captures.length === 0) throw new Error(`${host} was not captured`);
    const packets = captures.flatMap((one) =>
      one.all.filter((packet) => !isArp(packet) && wanted(packet, one)),
    );
    return captures.length === 1 ? packets : packets.sort((a, b) => a.time - b.time);
  }
}

function isArp({ arp }: DecodedPacket): boolean {
  return arp !== undefined;
}
