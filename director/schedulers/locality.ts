/** What lblc and lblcr share: what they remember of addresses, and when a server has too much to do. */
import type { Destination } from '../services/destination.ts';
import { hash32 } from './hash-buckets.ts';

export interface CacheEntry {
  lastUseMs: number;
}

const BUCKET_BITS = 10;
const BUCKETS = 1 << BUCKET_BITS;
/** Above this the cache is trimmed every minute. */
const WANTED_ENTRIES = 16_384;
/** At this no address is added. */
const MAX_ENTRIES = 24_576;
const CHECK_INTERVAL_MS = 60_000;
/** Every so many checks everything that has expired goes. */
const CHECKS_PER_FULL = 30;
/** Trimming spares what was used within this time. */
const TRIM_IDLE_MS = 360_000;

/**
 * Destination addresses, and how they are forgotten: a check every minute trims a cache that is too large, and one every
 * half hour removes what has not been used for long.
 */
export class AddressCache<Entry extends CacheEntry> {
  readonly #entries = new Map<number, Entry>();
  readonly #expirationMs: () => number;
  readonly #forget: (entry: Entry) => void;
  /** 0 until an address is asked for. */
  #nextCheckMs = 0;
  #checks = 1;
  /** Bucket at which the last look ended. */
  #rover = 0;

  /**
   * @param expirationMs Idle time after which a full check removes an entry.
   * @param forget Told of every entry that goes.
   */
  constructor(expirationMs: () => number, forget: (entry: Entry) => void) {
    this.#expirationMs = expirationMs;
    this.#forget = forget;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry of an address. Checks that have become due are made first: they depend on nothing but the time. */
  get(address: number, nowMs: number): Entry | undefined {
    this.#nextCheckMs ||= nowMs + CHECK_INTERVAL_MS;
    while (nowMs >= this.#nextCheckMs) {
      this.#check(this.#nextCheckMs);
      this.#nextCheckMs += CHECK_INTERVAL_MS;
    }
    return this.#entries.get(address);
  }

  /** Remembers an address, in place of what was known of it; a full cache takes no new one. */
  set(address: number, entry: Entry): boolean {
    const before = this.#entries.get(address);
    if (before !== undefined) this.#forget(before);
    else if (this.#entries.size >= MAX_ENTRIES) return false;
    this.#entries.set(address, entry);
    return true;
  }

  /** Its place in its checks, then each entry's address with how many numbers `numbersOf` gives of it, and these. */
  image(numbersOf: (entry: Entry) => readonly number[]): number[] {
    const image = [this.#nextCheckMs, this.#checks, this.#rover];
    for (const [address, entry] of this.#entries) {
      const numbers = numbersOf(entry);
      image.push(address, numbers.length, ...numbers);
    }
    return image;
  }

  /** Goes on from what `image` gave. @param entryOf An entry from its numbers; undefined if it is to be forgotten. */
  restore(image: readonly number[], entryOf: (numbers: readonly number[]) => Entry | undefined): void {
    const [nextCheckMs, checks, rover] = image as [number, number, number];
    this.#nextCheckMs = nextCheckMs;
    this.#checks = checks;
    this.#rover = rover;
    for (let at = 3; at < image.length; ) {
      const [address, count] = image.slice(at, at + 2) as [number, number];
      const entry = entryOf(image.slice(at + 2, at + 2 + count));
      if (entry !== undefined) this.#entries.set(address, entry);
      at += 2 + count;
    }
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.#forget(entry);
    this.#entries.clear();
  }

  #check(atMs: number): void {
    if (this.#checks % CHECKS_PER_FULL === 0) {
      this.#checks = 1;
      this.#removeIdle(atMs, this.#expirationMs(), Number.POSITIVE_INFINITY);
    } else if (this.#entries.size <= WANTED_ENTRIES) {
      this.#checks++;
    } else {
      const surplus = Math.floor(((this.#entries.size - WANTED_ENTRIES) * 4) / 3);
      this.#removeIdle(atMs, TRIM_IDLE_MS, Math.min(surplus, WANTED_ENTRIES / 2));
    }
  }

  /** Goes around the buckets from where it ended last, and stops after the one that brings the goal. */
  #removeIdle(atMs: number, idleMs: number, goal: number): void {
    const buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
    for (const [address, { lastUseMs }] of this.#entries) {
      if (atMs - lastUseMs >= idleMs) buckets[hash32(address, BUCKET_BITS)]?.push(address);
    }
    let removed = 0;
    for (let i = 0; i < BUCKETS && removed < goal; i++) {
      this.#rover = (this.#rover + 1) % BUCKETS;
      for (const address of buckets[this.#rover] as number[]) {
        this.#forget(this.#entries.get(address) as Entry);
        this.#entries.delete(address);
        removed++;
      }
    }
  }
}

/** More active connections than its weight, while another server stands half idle. Overload thresholds do not count. */
export function shouldBeRelieved(server: Destination, destinations: readonly Destination[]): boolean {
  if (server.activeConnections <= server.weight) return false;
  for (let i = 0; i < destinations.length; i++) {
    const other = destinations[i] as Destination;
    if (other.activeConnections * 2 < other.weight) return true;
  }
  return false;
}
