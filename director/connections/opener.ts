/** Opens the connection of a packet that a service wants: asks the scheduler, or a template that remembers its choice. */
import type { Packet } from '../packet.ts';
import type { Destination } from '../services/destination.ts';
import type { ServiceTable } from '../services/service-table.ts';
import { SERVICE_FLAG, type VirtualService } from '../services/virtual-service.ts';
import type { Settings } from '../settings.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import { ONE_PACKET, TEMPLATE } from './flags.ts';
import { INITIAL_TIMEOUT_MS } from './timeouts.ts';
import type { ConnectionTracker } from './tracker.ts';

/** In place of a row: there is no server for the packet. */
export const NO_SERVER = -1;
/** In place of a row: there is no room for another connection. */
export const TABLE_FULL = -2;

const FTP_PORT = 21;
/** Port of a template that has become invalid: no packet asks for it, so it only waits for its time to pass. */
const INVALID_PORT = 65_535;

export class ConnectionOpener {
  readonly #connections: ConnectionTracker;
  readonly #services: ServiceTable;
  readonly #settings: Settings;

  constructor(connections: ConnectionTracker, services: ServiceTable, settings: Settings) {
    this.#connections = connections;
    this.#services = services;
    this.#settings = settings;
  }

  /** The row of the new connection, or NO_SERVER or TABLE_FULL. */
  open(packet: Packet, service: VirtualService, nowMs: number): number {
    if (service.persistent) return this.#openPersistent(packet, service, nowMs);
    // A service was found by another port than its own: only persistence makes sense of that.
    if (service.mark === 0 && packet.destinationPort !== service.port) return NO_SERVER;
    const destination = service.scheduler.pick(packet, nowMs);
    if (destination === undefined) return NO_SERVER;
    const serverPort = destination.port || packet.destinationPort;
    return this.#create(packet, service, destination, serverPort, nowMs);
  }

  /** A connection without a server: to where the packet was going anyway. */
  openBypass(packet: Packet, service: VirtualService, nowMs: number): number {
    return this.#create(packet, service, undefined, packet.destinationPort, nowMs);
  }

  #openPersistent(packet: Packet, service: VirtualService, nowMs: number): number {
    const template = this.#template(packet, service, nowMs);
    if (template < 0) return template;
    const { table } = this.#connections;
    const destination = this.#services.destination(table.destination[template] as number) as Destination;
    const toServicePort = packet.destinationPort === service.port;
    const serverPort = (toServicePort && destination.port) || packet.destinationPort;
    const row = this.#create(packet, service, destination, serverPort, nowMs);
    if (row >= 0) this.#connections.control(row, template, nowMs);
    return row;
  }

  /** The template of the packet's client, made if there is no valid one. */
  #template(packet: Packet, service: VirtualService, nowMs: number): number {
    const { table } = this.#connections;
    const toServicePort = packet.destinationPort === service.port;
    const byMark = !toServicePort && service.mark !== 0;
    const protocol = byMark ? 0 : packet.protocol;
    const clientAddress = packet.source & service.netmask;
    const virtualAddress = byMark ? service.mark : packet.destination;
    const ownPort = toServicePort && service.port !== FTP_PORT;
    const virtualPort = ownPort ? service.port : 0;
    const known = table.findTemplate(protocol, clientAddress, virtualAddress, virtualPort);
    if (known >= 0 && this.#isValid(known)) return known;

    const destination = service.scheduler.pick(packet, nowMs);
    if (destination === undefined) return NO_SERVER;
    const template = this.#connections.open(
      {
        protocol,
        clientAddress,
        clientPort: 0,
        virtualAddress,
        virtualPort,
        serverAddress: destination.address,
        serverPort: ownPort ? destination.port : 0,
        kind: TEMPLATE,
        timeoutMs: service.persistenceMs,
      },
      destination,
      nowMs,
    );
    return template < 0 ? TABLE_FULL : template;
  }

  /** A template ends with its server, and if asked for when its server is quiesced. It is set aside then. */
  #isValid(template: number): boolean {
    const { table } = this.#connections;
    const destination = this.#services.destination(table.destination[template] as number);
    const quiesced = this.#settings.expire_quiescent_template !== 0 && destination?.weight === 0;
    if (destination?.available === true && !quiesced) return true;
    table.virtualPort[template] = INVALID_PORT;
    table.serverPort[template] = INVALID_PORT;
    return false;
  }

  #create(
    packet: Packet,
    service: VirtualService,
    destination: Destination | undefined,
    serverPort: number,
    nowMs: number,
  ): number {
    const onePacket = (service.flags & SERVICE_FLAG.onePacket) !== 0 && packet.protocol === PROTOCOL.udp;
    const row = this.#connections.open(
      {
        protocol: packet.protocol,
        clientAddress: packet.source,
        clientPort: packet.sourcePort,
        virtualAddress: packet.destination,
        virtualPort: packet.destinationPort,
        serverAddress: destination?.address ?? packet.destination,
        serverPort,
        kind: onePacket ? ONE_PACKET : 0,
        timeoutMs: INITIAL_TIMEOUT_MS,
      },
      destination,
      nowMs,
    );
    return row < 0 ? TABLE_FULL : row;
  }
}
