/**
 * Who has which address on a link (ARP, RFC 826), with the kernel's manners: three requests a second apart, packets
 * wait meanwhile, and an answer is believed for a while and then confirmed by asking the station itself.
 */
import type { Ipv4Address, MacAddress } from '../wire/addresses.ts';
import type { Port } from './snapshot.ts';

export const PROBE_INTERVAL_MS = 1000;
export const PROBES = 3;
export const REACHABLE_MS = 30_000;
/** Packets that may wait for one address; the oldest is let go first. */
export const QUEUE_PACKETS = 101;

/** `fixed`: somebody else vouches for its MAC address, and it is never asked for. */
export const NEIGHBOUR = { unknown: 0, incomplete: 1, reachable: 2, probing: 3, fixed: 4 } as const;

/** A frame that waits for its destination MAC. */
export interface WaitingFrame {
  readonly bytes: Uint8Array;
  readonly length: number;
}

export class Neighbour {
  readonly port: Port;
  readonly address: Ipv4Address;
  readonly mac = new Uint8Array(6);
  state: number = NEIGHBOUR.unknown;
  confirmedAtMs = 0;
  nextProbeAtMs = 0;
  probesSent = 0;
  readonly waiting: WaitingFrame[] = [];

  constructor(port: Port, address: Ipv4Address) {
    this.port = port;
    this.address = address;
  }
}

export interface NeighbourEvents {
  /** A MAC address that need not be asked for, as somebody else vouches for it. */
  known?(port: Port, address: Ipv4Address): MacAddress | undefined;
  /** Sends an ARP request; to the station itself if `station` is given, else to everybody. */
  ask(neighbour: Neighbour, station: Uint8Array | undefined): void;
  /** The address of a frame that waited is known now. */
  release(neighbour: Neighbour, frame: WaitingFrame): void;
  /** Nobody answered for the address that this frame waited for. */
  unreachable(neighbour: Neighbour, frame: WaitingFrame): void;
}

export class NeighbourTable {
  readonly #byPort = new Map<number, Map<Ipv4Address, Neighbour>>();
  /** Those with a question open: few at any time, so a tick looks at these alone. */
  readonly #asking = new Set<Neighbour>();
  readonly #events: NeighbourEvents;

  constructor(events: NeighbourEvents) {
    this.#events = events;
  }

  get(port: Port, address: Ipv4Address): Neighbour {
    let addresses = this.#byPort.get(port.index);
    if (addresses === undefined) {
      addresses = new Map();
      this.#byPort.set(port.index, addresses);
    }
    let neighbour = addresses.get(address);
    if (neighbour === undefined || neighbour.port !== port) {
      neighbour = new Neighbour(port, address);
      addresses.set(address, neighbour);
      this.#settle(neighbour);
    }
    return neighbour;
  }

  /** Looks again whether somebody vouches for the MAC address of one neighbour, since that has changed. */
  recheck(portIndex: number, address: Ipv4Address): void {
    const neighbour = this.#byPort.get(portIndex)?.get(address);
    if (neighbour !== undefined) this.#settle(neighbour);
  }

  /** As `recheck`, for all of them. */
  recheckAll(): void {
    for (const addresses of this.#byPort.values()) {
      for (const neighbour of addresses.values()) this.#settle(neighbour);
    }
  }

  /** True if `neighbour.mac` may be used now. Asks where that is due. */
  usable(neighbour: Neighbour, nowMs: number): boolean {
    if (neighbour.state === NEIGHBOUR.reachable) {
      if (nowMs - neighbour.confirmedAtMs > REACHABLE_MS) this.#start(neighbour, NEIGHBOUR.probing, nowMs);
      return true;
    }
    if (neighbour.state === NEIGHBOUR.probing || neighbour.state === NEIGHBOUR.fixed) return true;
    if (neighbour.state === NEIGHBOUR.unknown) this.#start(neighbour, NEIGHBOUR.incomplete, nowMs);
    return false;
  }

  /** Keeps a copy of a frame until the neighbour answers. */
  wait(neighbour: Neighbour, bytes: Uint8Array, frame: number, length: number): void {
    if (neighbour.waiting.length >= QUEUE_PACKETS) neighbour.waiting.shift();
    neighbour.waiting.push({ bytes: bytes.slice(frame, frame + length), length });
  }

  /** A station said that it has `address`. Only addresses that were asked for are learned. */
  learn(portIndex: number, address: Ipv4Address, bytes: Uint8Array, macAt: number, nowMs: number): void {
    const neighbour = this.#byPort.get(portIndex)?.get(address);
    if (neighbour === undefined) return;
    if (neighbour.state === NEIGHBOUR.unknown || neighbour.state === NEIGHBOUR.fixed) return;
    for (let i = 0; i < 6; i++) neighbour.mac[i] = bytes[macAt + i] as number;
    neighbour.confirmedAtMs = nowMs;
    this.#answered(neighbour, NEIGHBOUR.reachable);
  }

  /** Repeats questions and gives up where nobody answers. */
  tick(nowMs: number): void {
    for (const neighbour of this.#asking) {
      if (nowMs < neighbour.nextProbeAtMs) continue;
      if (neighbour.probesSent < PROBES) this.#ask(neighbour, nowMs);
      else this.#giveUp(neighbour);
    }
  }

  /** Takes over what others vouch for, or no longer do. */
  #settle(neighbour: Neighbour): void {
    const mac = this.#events.known?.(neighbour.port, neighbour.address);
    if (mac !== undefined) {
      neighbour.mac.set(mac);
      this.#answered(neighbour, NEIGHBOUR.fixed);
    } else if (neighbour.state === NEIGHBOUR.fixed) {
      neighbour.state = NEIGHBOUR.unknown;
    }
  }

  #answered(neighbour: Neighbour, state: number): void {
    neighbour.state = state;
    this.#asking.delete(neighbour);
    for (const frame of neighbour.waiting.splice(0)) this.#events.release(neighbour, frame);
  }

  #start(neighbour: Neighbour, state: number, nowMs: number): void {
    neighbour.state = state;
    neighbour.probesSent = 0;
    this.#asking.add(neighbour);
    this.#ask(neighbour, nowMs);
  }

  #ask(neighbour: Neighbour, nowMs: number): void {
    neighbour.probesSent++;
    neighbour.nextProbeAtMs = nowMs + PROBE_INTERVAL_MS;
    this.#events.ask(neighbour, neighbour.state === NEIGHBOUR.probing ? neighbour.mac : undefined);
  }

  #giveUp(neighbour: Neighbour): void {
    this.#asking.delete(neighbour);
    neighbour.state = NEIGHBOUR.unknown;
    for (const frame of neighbour.waiting.splice(0)) this.#events.unreachable(neighbour, frame);
  }
}
