/**
 * Who has which address on a link (ARP, RFC 826), with the kernel's manners: three requests a second apart, packets
 * wait meanwhile, and an answer is believed for a while and then confirmed by asking the station itself. The table is
 * bounded, and forgets what nobody needs, as the kernel's (`neigh_alloc`, `neigh_forced_gc`, `neigh_periodic_work`).
 */
import type { Ipv4Address, MacAddress } from '../wire/addresses.ts';
import { NEIGHBOUR, Neighbour, REACHABLE_MS, type WaitingFrame } from './neighbour.ts';
import { NEIGHBOUR_LIMITS } from './neighbour-limits.ts';
import { RememberedStations, type StationImage, stationImage } from './remembered-stations.ts';
import type { Port } from './snapshot.ts';

export const PROBE_INTERVAL_MS = 1000;
export const PROBES = 3;
/** Packets that may wait for one address; the oldest is let go first. */
export const QUEUE_PACKETS = 101;

/** Longer ago than a confirmation holds. */
const UNCONFIRMED_MS = REACHABLE_MS + 1;
/** How often entries are looked through that nobody needs. */
const COLLECT_INTERVAL_MS = 15_000;
/** An entry goes then if it was not needed for so long (net.ipv4.neigh.default.gc_stale_time). */
const STALE_MS = 60_000;
/** Where room is needed, one goes that was not needed for so long. As long as the table is not full, that is done this often. */
const FORCED_MS = 5_000;
/** A full table in which nothing could be forgotten is not looked through again for so long. */
const FULL_MS = 20;

export interface NeighbourEvents {
  /** A MAC address that need not be asked for, as somebody else vouches for it. */
  known?(port: Port, address: Ipv4Address): MacAddress | undefined;
  /** A packet is lost, as there is no room for the neighbour that it needs. */
  full(): void;
  /** A neighbour's MAC address has become known, unknown or another one, or it is forgotten. */
  changed?(neighbour: Neighbour): void;
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
  /** How many there are, permanent ones left out. */
  #counted = 0;
  #nextCollectionMs = 0;
  #nextForcedMs = Number.NEGATIVE_INFINITY;
  #nextWhereFullMs = Number.NEGATIVE_INFINITY;
  /** What another director knew, until that is too old. */
  #remembered: RememberedStations | undefined;
  limits = NEIGHBOUR_LIMITS;

  constructor(events: NeighbourEvents) {
    this.#events = events;
  }

  /** Entries that count against the limits: all but permanent ones. */
  get size(): number {
    return this.#counted;
  }

  /** The neighbour with this address, made if there is room; undefined where the table is full. */
  get(port: Port, address: Ipv4Address, nowMs: number): Neighbour | undefined {
    const known = this.#byPort.get(port.index)?.get(address);
    if (known !== undefined) return known;
    const vouched = this.#events.known?.(port, address) !== undefined;
    if (!vouched && !this.#makeRoom(nowMs)) {
      this.#events.full();
      return undefined;
    }
    const neighbour = new Neighbour(port, address);
    let addresses = this.#byPort.get(port.index);
    if (addresses === undefined) {
      addresses = new Map();
      this.#byPort.set(port.index, addresses);
    }
    addresses.set(address, neighbour);
    this.#counted++;
    this.#settle(neighbour);
    const remembered = this.#remembered?.find(port.index, address);
    if (remembered !== undefined && neighbour.state === NEIGHBOUR.unknown) {
      this.#suppose(neighbour, remembered, nowMs);
    }
    return neighbour;
  }

  /**
   * Goes on with the ports as they are now. On a link that is gone or another one, nobody is known any more, and what waited is
   * lost; its MTU and the machine's addresses there change nothing.
   */
  follow(portAt: (index: number) => Port | undefined): void {
    for (const addresses of this.#byPort.values()) {
      for (const neighbour of addresses.values()) {
        const port = portAt(neighbour.port.index);
        if (port !== undefined && linkOf(port) === linkOf(neighbour.port)) neighbour.port = port;
        else this.#forget(neighbour);
      }
    }
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
    const { state, confirmedAtMs } = neighbour;
    if (state === NEIGHBOUR.unknown) this.#start(neighbour, NEIGHBOUR.incomplete, nowMs);
    if (state === NEIGHBOUR.reachable && nowMs - confirmedAtMs > REACHABLE_MS) {
      this.#start(neighbour, NEIGHBOUR.probing, nowMs);
    }
    return neighbour.isUsable;
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
    if (neighbour.state === NEIGHBOUR.unknown || neighbour.state >= NEIGHBOUR.noarp) return;
    for (let i = 0; i < 6; i++) neighbour.mac[i] = bytes[macAt + i] as number;
    neighbour.confirmedAtMs = nowMs;
    this.#answered(neighbour, NEIGHBOUR.reachable);
  }

  /** A station asks for an address of this machine's, and so says who it is itself: that is to be confirmed where it is needed. */
  meet(port: Port, address: Ipv4Address, bytes: Uint8Array, macAt: number, nowMs: number): void {
    this.learn(port.index, address, bytes, macAt, nowMs);
    const neighbour = this.get(port, address, nowMs);
    if (neighbour?.state !== NEIGHBOUR.unknown) return;
    this.#suppose(neighbour, bytes.subarray(macAt, macAt + neighbour.mac.length), nowMs);
  }

  /** The stations that have answered for their addresses, for another director to go on with. */
  image(): StationImage[] {
    const stations: StationImage[] = [];
    for (const image of this.#remembered?.images ?? []) {
      if (this.#byPort.get(image[0])?.has(image[1]) !== true) stations.push(image);
    }
    for (const addresses of this.#byPort.values()) {
      for (const { port, address, state, mac } of addresses.values()) {
        const hasAnswered = state === NEIGHBOUR.reachable || state === NEIGHBOUR.probing;
        if (hasAnswered) stations.push(stationImage(port.index, address, mac));
      }
    }
    return stations;
  }

  /** Goes on with what another director knew. */
  restore(stations: readonly StationImage[], nowMs: number): void {
    this.#remembered = new RememberedStations(stations, nowMs);
  }

  /** This is its station, but it has not said so itself. */
  #suppose(neighbour: Neighbour, station: Uint8Array, nowMs: number): void {
    neighbour.mac.set(station);
    neighbour.confirmedAtMs = nowMs - UNCONFIRMED_MS;
    this.#answered(neighbour, NEIGHBOUR.reachable);
  }

  /** Repeats questions, gives up where nobody answers, and forgets what nobody needs. */
  tick(nowMs: number): void {
    if (this.#remembered?.isTooOld(nowMs) === true) this.#remembered = undefined;
    if (nowMs >= this.#nextCollectionMs) {
      this.#nextCollectionMs = nowMs + COLLECT_INTERVAL_MS;
      if (this.#counted >= this.limits.keptEntries) this.#collect(this.#counted, STALE_MS, nowMs);
    }
    for (const neighbour of this.#asking) {
      if (nowMs < neighbour.nextProbeAtMs) continue;
      if (neighbour.probesSent < PROBES) this.#ask(neighbour, nowMs);
      else this.#giveUp(neighbour);
    }
  }

  /** False where one more is too many and nothing can be forgotten. */
  #makeRoom(nowMs: number): boolean {
    const { softEntries, mostEntries } = this.limits;
    if (this.#counted < softEntries) return true;
    const isFull = this.#counted >= mostEntries;
    if (nowMs >= (isFull ? this.#nextWhereFullMs : this.#nextForcedMs)) {
      const forgotten = this.#collect(this.#counted - softEntries + 1, FORCED_MS, nowMs);
      this.#nextForcedMs = nowMs + FORCED_MS;
      if (forgotten === 0) this.#nextWhereFullMs = nowMs + FULL_MS;
    }
    return this.#counted < mostEntries;
  }

  /** Forgets some that nobody has needed for `quietMs`. Returns how many there were. */
  #collect(most: number, quietMs: number, nowMs: number): number {
    let forgotten = 0;
    for (const addresses of this.#byPort.values()) {
      for (const neighbour of addresses.values()) {
        if (forgotten >= most) return forgotten;
        if (!neighbour.isUnusedFor(quietMs, nowMs)) continue;
        this.#forget(neighbour);
        forgotten++;
      }
    }
    return forgotten;
  }

  #forget(neighbour: Neighbour): void {
    neighbour.isListed = false;
    this.#asking.delete(neighbour);
    this.#events.changed?.(neighbour);
    if (neighbour.state !== NEIGHBOUR.permanent) this.#counted--;
    const addresses = this.#byPort.get(neighbour.port.index);
    addresses?.delete(neighbour.address);
    if (addresses?.size === 0) this.#byPort.delete(neighbour.port.index);
  }

  /** Takes over what others vouch for, or no longer do. */
  #settle(neighbour: Neighbour): void {
    const { port, address } = neighbour;
    const vouched = this.#events.known?.(port, address);
    const mac = vouched ?? port.neighbourMac;
    const wasPermanent = neighbour.state === NEIGHBOUR.permanent;
    this.#counted += Number(wasPermanent) - Number(vouched !== undefined);
    if (mac !== undefined) {
      neighbour.mac.set(mac);
      this.#answered(neighbour, vouched === undefined ? NEIGHBOUR.noarp : NEIGHBOUR.permanent);
    } else if (neighbour.state >= NEIGHBOUR.noarp) {
      neighbour.state = NEIGHBOUR.unknown;
      this.#events.changed?.(neighbour);
    }
  }

  #answered(neighbour: Neighbour, state: number): void {
    neighbour.state = state;
    this.#asking.delete(neighbour);
    this.#events.changed?.(neighbour);
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
    this.#events.changed?.(neighbour);
    for (const frame of neighbour.waiting.splice(0)) this.#events.unreachable(neighbour, frame);
  }
}

/** What tells links apart that the same number is given, as text. */
function linkOf({ name, linkHeaderBytes, mac, neighbourMac }: Port): string {
  return `${name} ${linkHeaderBytes} ${mac} ${neighbourMac}`;
}
