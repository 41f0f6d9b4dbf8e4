/**
 * Ways that packets took lately, a bounded number of them, in memory that is used again: a flood from many addresses leaves
 * nothing to collect. A way goes where it is not asked for again before others need its place, so those in use stay.
 */

import type { NextHop } from './next-hop.ts';
import type { NoRoute } from './route-source.ts';

/** Ways remembered at first and at most, powers of two. */
const FIRST_SIZE = 1 << 8;
const MOST_SIZE = 1 << 16;
/** Places in which a way may be, beside each other. */
const PLACES = 4;

type Way = NextHop | NoRoute;

export class WayCache {
  #ways: (Way | undefined)[] = [];
  #destinations = new Int32Array(0);
  #sources = new Int32Array(0);
  #inputPorts = new Int32Array(0);
  /** Ways that were asked for again since somebody looked for a place. */
  #isUsed = new Uint8Array(0);
  #count = 0;

  /** Undefined where none is remembered. The machine's own packets have no input port: 0. */
  get(source: number, inputPort: number, destination: number): Way | undefined {
    const place = this.#find(source | 0, inputPort, destination | 0);
    if (place < 0) return undefined;
    this.#isUsed[place] = 1;
    return this.#ways[place];
  }

  set(source: number, inputPort: number, destination: number, way: Way): void {
    const size = this.#ways.length;
    if (this.#count >= size / 2 && size < MOST_SIZE) this.#resize(Math.max(FIRST_SIZE, size * 2));
    this.#put(source | 0, inputPort, destination | 0, way, 0);
  }

  /** All that are remembered to a destination. */
  to(destination: number): Way[] {
    return this.#ways.filter(
      (way, place): way is Way => way !== undefined && this.#destinations[place] === (destination | 0),
    );
  }

  clear(): void {
    this.#allot(0);
  }

  #resize(size: number): void {
    const ways = this.#ways;
    const [sources, inputPorts, destinations] = [this.#sources, this.#inputPorts, this.#destinations];
    const isUsed = this.#isUsed;
    this.#allot(size);
    for (let i = 0; i < ways.length; i++) {
      const way = ways[i];
      if (way === undefined) continue;
      const [source, inputPort, destination] = [sources[i], inputPorts[i], destinations[i]];
      this.#put(source as number, inputPort as number, destination as number, way, isUsed[i] as number);
    }
  }

  #allot(size: number): void {
    this.#count = 0;
    this.#ways = new Array<Way | undefined>(size).fill(undefined);
    this.#sources = new Int32Array(size);
    this.#inputPorts = new Int32Array(size);
    this.#destinations = new Int32Array(size);
    this.#isUsed = new Uint8Array(size);
  }

  #put(source: number, inputPort: number, destination: number, way: Way, isUsed: number): void {
    let place = this.#find(source, inputPort, destination);
    if (place < 0) place = this.#placeFor(this.#firstPlace(source, inputPort, destination));
    if (this.#ways[place] === undefined) this.#count++;
    this.#ways[place] = way;
    this.#sources[place] = source;
    this.#inputPorts[place] = inputPort;
    this.#destinations[place] = destination;
    this.#isUsed[place] = isUsed;
  }

  /** The place of a way, or -1. */
  #find(source: number, inputPort: number, destination: number): number {
    if (this.#count === 0) return -1;
    const first = this.#firstPlace(source, inputPort, destination);
    for (let place = first; place < first + PLACES; place++) {
      if (
        this.#destinations[place] === destination &&
        this.#sources[place] === source &&
        this.#inputPorts[place] === inputPort &&
        this.#ways[place] !== undefined
      )
        return place;
    }
    return -1;
  }

  /** One of the places from `first` on that is free, or whose way was not asked for again. */
  #placeFor(first: number): number {
    for (let place = first; place < first + PLACES; place++) {
      if (this.#ways[place] === undefined) return place;
    }
    for (let place = first; place < first + PLACES; place++) if (this.#isUsed[place] === 0) return place;
    this.#isUsed.fill(0, first, first + PLACES);
    return first;
  }

  #firstPlace(source: number, inputPort: number, destination: number): number {
    let hash = Math.imul(destination ^ Math.imul(source, 0x9e37_79b1) ^ inputPort, 0x85eb_ca77);
    hash ^= hash >>> 15;
    return Math.imul(hash, PLACES) & (this.#ways.length - PLACES);
  }
}
