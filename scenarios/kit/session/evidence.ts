/** What is known of a session once its traffic is over: captures of every link, what the clients saw, what the director says. */

import type { DirectorSnapshot } from '../../../director/index.ts';
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { DecodedCapture } from '../../../lab/captures/read-capture.ts';
import type { Interface, Mode, Topology } from '../../../lab/index.ts';
import { MODES } from '../../../lab/modes.ts';
import { ConnectionLoads } from '../../models/connection-loads.ts';
import type { TrafficObserved } from './observed-traffic.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

export class Evidence {
  readonly mode: Mode;
  readonly scheduler: string;
  readonly topology: Topology;
  readonly service: ServiceUnderTest;
  readonly captures: readonly DecodedCapture[];
  readonly #director: DirectorSnapshot | undefined;
  /** Connections of earlier runs in the same network, which the director still counts. */
  readonly loads: ConnectionLoads;
  readonly #traffic: TrafficObserved | undefined;

  constructor(parts: {
    scheduler: string;
    topology: Topology;
    service: ServiceUnderTest;
    captures: readonly DecodedCapture[];
    /** Absent where clients and servers were scripted. */
    traffic?: TrafficObserved;
    /** Absent where the director does not count. */
    director?: DirectorSnapshot | undefined;
    /** Absent where nothing ran before. */
    loads?: ConnectionLoads;
  }) {
    this.mode = parts.topology.name;
    this.scheduler = parts.scheduler;
    this.topology = parts.topology;
    this.service = parts.service;
    this.captures = parts.captures;
    this.#traffic = parts.traffic;
    this.#director = parts.director;
    this.loads = parts.loads ?? new ConnectionLoads(MODES[this.mode].repliesPassDirector);
  }

  /** What real clients saw. Throws where there were none: a case that needs them says so. */
  get traffic(): TrafficObserved {
    if (this.#traffic === undefined) throw new Error('there were no real clients and servers');
    return this.#traffic;
  }

  /** What the director says of itself. Throws where it does not: a case that needs it says so. */
  get director(): DirectorSnapshot {
    if (this.#director === undefined) throw new Error('the director does not count');
    return this.#director;
  }

  /** The packets captured on an interface. Throws if it was not captured: a check must not judge by nothing. */
  on(host: string, port: string): readonly DecodedPacket[] {
    const capture = this.captures.find((one) => one.host === host && one.interface === port);
    if (capture === undefined) throw new Error(`${host} ${port} was not captured`);
    return capture.packets;
  }

  /** Frames that an interface sent: those with its own MAC as their source. */
  sentBy(host: string, port: string): DecodedPacket[] {
    const { mac } = this.interfaceOf(host, port);
    return this.on(host, port).filter((packet) => packet.sourceMac === mac);
  }

  /** Frames that were addressed to an interface. */
  receivedBy(host: string, port: string): DecodedPacket[] {
    const { mac } = this.interfaceOf(host, port);
    return this.on(host, port).filter((packet) => packet.destinationMac === mac);
  }

  interfaceOf(host: string, port: string): Interface {
    const found = this.topology.hosts
      .find(({ name }) => name === host)
      ?.interfaces.find(({ name }) => name === port);
    if (found === undefined) throw new Error(`${host} has no interface ${port}`);
    return found;
  }

  /** The director's interface towards the clients and the one towards the servers: the same one in DR and TUN. */
  get directorPorts(): { readonly client: string; readonly server: string } {
    return MODES[this.mode].repliesPassDirector
      ? { client: 'eth0', server: 'eth1' }
      : { client: 'eth0', server: 'eth0' };
  }
}
