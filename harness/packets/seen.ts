/** The captures of one packet case, put before its check. */
import type { Interface, Mode, Topology } from '../../lab/index.ts';
import { addressOf } from '../captures/address.ts';
import { DecodedPacket } from '../captures/decoded-packet.ts';
import type { CapturePlace, DecodedCapture } from '../captures/read-capture.ts';
import type { TimedFrame } from '../captures/write-capture.ts';
import type { Seen } from './packet-case.ts';

/** Frames of one interface as they passed, sent and received. */
export interface PortFrames {
  readonly host: string;
  readonly interface: string;
  readonly frames: readonly TimedFrame[];
}

/** @param fileOf The pcap in which these frames lie, or will lie. */
export function decodeFrames(
  captures: readonly PortFrames[],
  fileOf: (port: PortFrames) => string,
): DecodedCapture[] {
  return captures.map((port) => {
    const place: CapturePlace = { host: port.host, interface: port.interface, file: fileOf(port) };
    const packets = port.frames.map(({ time, frame }, i) => new DecodedPacket(place, i + 1, time, frame));
    return { ...place, packets };
  });
}

export class SeenCase implements Seen {
  readonly topology: Topology;
  readonly captures: readonly DecodedCapture[];

  constructor(topology: Topology, captures: readonly DecodedCapture[]) {
    this.topology = topology;
    this.captures = captures;
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
    return this.#everything(host, port).filter(isIp);
  }

  arp(host: string, port: string): readonly DecodedPacket[] {
    return this.#everything(host, port).filter(({ arp }) => arp !== undefined);
  }

  at(host: string): readonly DecodedPacket[] {
    return this.#ofHost(host, ({ destinationMac }, { mac }) => destinationMac === mac);
  }

  by(host: string): readonly DecodedPacket[] {
    return this.#ofHost(host, ({ sourceMac }, { mac }) => sourceMac === mac);
  }

  get fromClients(): readonly DecodedPacket[] {
    return this.at('director').filter((packet) => !this.#isOfServers(packet, 'source'));
  }

  get toClients(): readonly DecodedPacket[] {
    return this.by('director').filter((packet) => !this.#isOfServers(packet, 'destination'));
  }

  get fromServers(): readonly DecodedPacket[] {
    return this.at('director').filter((packet) => this.#isOfServers(packet, 'source'));
  }

  get toServers(): readonly DecodedPacket[] {
    return this.by('director').filter((packet) => this.#isOfServers(packet, 'destination'));
  }

  /** Whether the other end of a frame on the director’s interface lies on the servers’ side. */
  #isOfServers(packet: DecodedPacket, end: 'source' | 'destination'): boolean {
    if (this.mode === 'nat') return packet.place.interface === 'eth1';
    const peer = end === 'source' ? packet.sourceMac : packet.destinationMac;
    // Whoever is not the router is a server, or somebody whom the director should not have sent this to.
    if (!this.#routerMacs.includes(peer)) return true;
    // Under TUN the router leads to the servers too.
    const address = packet.ip?.[end];
    return this.mode === 'tun' && address !== undefined && this.#rips.includes(address);
  }

  get #routerMacs(): string[] {
    return this.topology.hosts
      .filter(({ role }) => role === 'router')
      .flatMap(({ interfaces }) => interfaces.map(({ mac }) => mac));
  }

  get #rips(): number[] {
    return this.topology.realServers.map(({ rip }) => addressOf(rip));
  }

  #ofHost(host: string, belongs: (packet: DecodedPacket, port: Interface) => boolean): DecodedPacket[] {
    const spec = this.topology.hosts.find(({ name }) => name === host);
    if (spec === undefined) throw new Error(`the topology has no host ${host}`);
    return spec.interfaces
      .flatMap((port) => this.on(host, port.name).filter((packet) => belongs(packet, port)))
      .sort((a, b) => a.time - b.time);
  }

  #everything(host: string, port: string): readonly DecodedPacket[] {
    const capture = this.captures.find((one) => one.host === host && one.interface === port);
    if (capture === undefined) throw new Error(`${host} ${port} was not captured`);
    return capture.packets;
  }
}

/** IPv4, sound or not. */
function isIp({ ip, ipProblem }: DecodedPacket): boolean {
  return ip !== undefined || ipProblem !== undefined;
}
