/**
 * The connection table: one row per connection across parallel typed arrays, no object per connection. Rows are
 * chained into buckets by (protocol, client address, client port), which both directions of a flow know, so one
 * chain serves packets from the client and from the server.
 */
import { ExpiryWheel } from './expiry-wheel.ts';
import { METHOD, METHOD_MASK, TEMPLATE } from './flags.ts';

const NONE = -1;
const INITIAL_CAPACITY = 4096;

export interface NewConnection {
  readonly protocol: number;
  readonly clientAddress: number;
  readonly clientPort: number;
  readonly virtualAddress: number;
  readonly virtualPort: number;
  readonly serverAddress: number;
  readonly serverPort: number;
  readonly flags: number;
  readonly timeoutMs: number;
}

export class ConnectionTable {
  #capacity = INITIAL_CAPACITY;
  protocol = new Uint8Array(INITIAL_CAPACITY);
  state = new Uint8Array(INITIAL_CAPACITY);
  flags = new Uint16Array(INITIAL_CAPACITY);
  clientPort = new Uint16Array(INITIAL_CAPACITY);
  virtualPort = new Uint16Array(INITIAL_CAPACITY);
  serverPort = new Uint16Array(INITIAL_CAPACITY);
  clientAddress = new Int32Array(INITIAL_CAPACITY);
  virtualAddress = new Int32Array(INITIAL_CAPACITY);
  serverAddress = new Int32Array(INITIAL_CAPACITY);
  /** Number of the destination it is bound to; -1 if none. */
  destination = new Int32Array(INITIAL_CAPACITY);
  timeoutMs = new Float64Array(INITIAL_CAPACITY);
  expiresAtMs = new Float64Array(INITIAL_CAPACITY);

  #chain = new Int32Array(INITIAL_CAPACITY);
  #buckets = new Int32Array(INITIAL_CAPACITY).fill(NONE);
  /** First of the rows not in use, chained through `#chain`. */
  #free = NONE;
  #size = 0;
  readonly #key: number;
  readonly #wheel = new ExpiryWheel(INITIAL_CAPACITY);

  /** @param key Secret that keeps clients from choosing ports that fall into one bucket. */
  constructor(key: number) {
    this.#key = key | 0;
    this.#addFree(0, INITIAL_CAPACITY);
  }

  get size(): number {
    return this.#size;
  }

  /** The connection of a packet from the client to the VIP, or -1. Templates belong to no packet. */
  findIncoming(
    protocol: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): number {
    let row = this.#buckets[this.#bucketOf(protocol, source, sourcePort)] as number;
    while (row !== NONE) {
      if (
        this.clientAddress[row] === source &&
        this.clientPort[row] === sourcePort &&
        this.virtualPort[row] === destinationPort &&
        this.virtualAddress[row] === destination &&
        this.protocol[row] === protocol &&
        ((this.flags[row] as number) & TEMPLATE) === 0
      ) {
        return row;
      }
      row = this.#chain[row] as number;
    }
    return NONE;
  }

  /** The connection of a packet from a server to the client, or -1. A NAT server speaks as RIP, any other as VIP. */
  findOutgoing(
    protocol: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): number {
    let row = this.#buckets[this.#bucketOf(protocol, destination, destinationPort)] as number;
    while (row !== NONE) {
      if (
        this.clientAddress[row] === destination &&
        this.clientPort[row] === destinationPort &&
        this.protocol[row] === protocol &&
        ((this.flags[row] as number) & TEMPLATE) === 0
      ) {
        const isNat = ((this.flags[row] as number) & METHOD_MASK) === METHOD.masquerade;
        if (
          isNat
            ? this.serverPort[row] === sourcePort && this.serverAddress[row] === source
            : this.virtualPort[row] === sourcePort && this.virtualAddress[row] === source
        ) {
          return row;
        }
      }
      row = this.#chain[row] as number;
    }
    return NONE;
  }

  create(connection: NewConnection, destination: number, nowMs: number): number {
    if (this.#free === NONE) this.#grow();
    const row = this.#free;
    this.#free = this.#chain[row] as number;
    this.#size++;
    this.protocol[row] = connection.protocol;
    this.state[row] = 0;
    this.flags[row] = connection.flags;
    this.clientAddress[row] = connection.clientAddress;
    this.clientPort[row] = connection.clientPort;
    this.virtualAddress[row] = connection.virtualAddress;
    this.virtualPort[row] = connection.virtualPort;
    this.serverAddress[row] = connection.serverAddress;
    this.serverPort[row] = connection.serverPort;
    this.destination[row] = destination;
    this.timeoutMs[row] = connection.timeoutMs;
    const bucket = this.#bucketOf(connection.protocol, connection.clientAddress, connection.clientPort);
    this.#chain[row] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = row;
    this.#restart(row, nowMs);
    return row;
  }

  /** Starts the row's time anew: it expires when its timeout has passed without another packet. */
  touch(row: number, nowMs: number): void {
    const expiresAtMs = nowMs + (this.timeoutMs[row] as number);
    this.expiresAtMs[row] = expiresAtMs;
    // A later expiry is noticed when the old one comes up; only an earlier one must move the row in the wheel.
    if (this.#wheel.wouldMiss(row, expiresAtMs)) this.#wheel.schedule(row, expiresAtMs);
  }

  remove(row: number): void {
    this.#wheel.cancel(row);
    const bucket = this.#bucketOf(
      this.protocol[row] as number,
      this.clientAddress[row] as number,
      this.clientPort[row] as number,
    );
    let link = this.#buckets[bucket] as number;
    if (link === row) {
      this.#buckets[bucket] = this.#chain[row] as number;
    } else {
      while (this.#chain[link] !== row) link = this.#chain[link] as number;
      this.#chain[link] = this.#chain[row] as number;
    }
    this.#chain[row] = this.#free;
    this.#free = row;
    this.#size--;
  }

  /** Calls `expired` for each row whose time is up. The row is still there; `expired` removes it or touches it. */
  expire(nowMs: number, expired: (row: number) => void): void {
    this.#wheel.advance(nowMs, (row) => {
      if ((this.expiresAtMs[row] as number) > nowMs)
        this.#wheel.schedule(row, this.expiresAtMs[row] as number);
      else expired(row);
    });
  }

  /** Every row in use, in no order that means anything. */
  *rows(): Generator<number> {
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      let row = this.#buckets[bucket] as number;
      while (row !== NONE) {
        const next = this.#chain[row] as number;
        yield row;
        row = next;
      }
    }
  }

  #restart(row: number, nowMs: number): void {
    const expiresAtMs = nowMs + (this.timeoutMs[row] as number);
    this.expiresAtMs[row] = expiresAtMs;
    this.#wheel.schedule(row, expiresAtMs);
  }

  #bucketOf(protocol: number, address: number, port: number): number {
    let hash = Math.imul(address ^ this.#key, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ ((protocol << 16) | port), 0x85ebca77);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae3d);
    return (hash ^ (hash >>> 16)) & (this.#capacity - 1);
  }

  #addFree(from: number, to: number): void {
    for (let row = to - 1; row >= from; row--) {
      this.#chain[row] = this.#free;
      this.#free = row;
    }
  }

  #grow(): void {
    const before = this.#capacity;
    const capacity = before * 2;
    this.protocol = grown(this.protocol, new Uint8Array(capacity));
    this.state = grown(this.state, new Uint8Array(capacity));
    this.flags = grown(this.flags, new Uint16Array(capacity));
    this.clientPort = grown(this.clientPort, new Uint16Array(capacity));
    this.virtualPort = grown(this.virtualPort, new Uint16Array(capacity));
    this.serverPort = grown(this.serverPort, new Uint16Array(capacity));
    this.clientAddress = grown(this.clientAddress, new Int32Array(capacity));
    this.virtualAddress = grown(this.virtualAddress, new Int32Array(capacity));
    this.serverAddress = grown(this.serverAddress, new Int32Array(capacity));
    this.destination = grown(this.destination, new Int32Array(capacity));
    this.timeoutMs = grown(this.timeoutMs, new Float64Array(capacity));
    this.expiresAtMs = grown(this.expiresAtMs, new Float64Array(capacity));
    this.#chain = grown(this.#chain, new Int32Array(capacity));
    this.#wheel.grow(capacity);
    this.#capacity = capacity;
    this.#buckets = new Int32Array(capacity).fill(NONE);
    // Every row was in use, or the table would not have to grow.
    for (let row = 0; row < before; row++) {
      const bucket = this.#bucketOf(
        this.protocol[row] as number,
        this.clientAddress[row] as number,
        this.clientPort[row] as number,
      );
      this.#chain[row] = this.#buckets[bucket] as number;
      this.#buckets[bucket] = row;
    }
    this.#addFree(before, capacity);
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
