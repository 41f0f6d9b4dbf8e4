/** What was captured while a case ran, sorted by who sent it to whom. */

import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { SortedCapture } from '../../lab/captures/sorted-capture.ts';
import type { Mode, Topology } from '../../lab/index.ts';
import type { InterfaceCapture } from '../../lab/memory/index.ts';
import { directorSides } from './director-sides.ts';
import type { Seen } from './packet-case.ts';

interface SeenOptions {
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
    this.#captures = captures.map((capture) => new SortedCapture(capture, fileOf(capture), epochMs));
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
    return this.#capture(host, port).packets;
  }

  arp(host: string, port: string): readonly DecodedPacket[] {
    return this.#capture(host, port).arp;
  }

  at(host: string): readonly DecodedPacket[] {
    return inOrder(this.#of(host).map(({ received }) => received));
  }

  by(host: string): readonly DecodedPacket[] {
    return inOrder(this.#of(host).map(({ sent }) => sent));
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

  #of(host: string): readonly SortedCapture[] {
    const captures = this.#captures.filter((one) => one.host === host);
    if (captures.length === 0) throw new Error(`${host} was not captured`);
    return captures;
  }
}

function inOrder(captures: readonly (readonly DecodedPacket[])[]): readonly DecodedPacket[] {
  const [only] = captures;
  return captures.length === 1 && only !== undefined ? only : captures.flat().sort((a, b) => a.time - b.time);
}
