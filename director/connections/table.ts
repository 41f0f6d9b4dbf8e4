/**
 * The connection table: one row per connection across parallel typed arrays, no object per connection. Rows are found
 * by (protocol, client address, client port), which both directions of a flow know, so one look-up serves packets
 * from the client and from the server.
 *
 * The arrays have their full length from the start. That only reserves addresses: memory is used page by page as rows
 * come into use, so the table never has to be moved to grow.
 */

import { METHOD } from '../services/forwarding-method.ts';
import { ExpiryWheel } from './expiry-wheel.ts';
import { METHOD_MASK, ONE_PACKET, TEMPLATE } from './flags.ts';
import { RowIndex, type RowPage } from './row-index.ts';
import { CHUNK_ROWS, RowPool } from './row-pool.ts';

/** Connections that a table has room for unless told otherwise. */
export const DEFAULT_CAPACITY = 1 << 23;

/** In place of a row, or of the number of a destination: there is none. */
export const NONE = -1;

/** In front of the columns: rows from which number on are not in use. A page, so that each column begins with one. */
const HEADER_BYTES = 4096;
/** Chunks of rows whose memory is given back at a time. */
const CHUNKS_AT_ONCE = 4;
/** What a row takes in the columns: a time, seven numbers of 32 bits, four of 16, and four bytes. */
const ROW_BYTES = 8 + 7 * 4 + 4 * 2 + 4;

/** Bytes of memory that a table of this capacity lies in. */
export function tableBytes(capacity: number): number {
  return HEADER_BYTES + capacity * ROW_BYTES;
}

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
  /** Number of the destination it is bound to; -1 if none. */
  readonly destination: number;
}

export class ConnectionTable {
  readonly protocol: Uint8Array;
  readonly state: Uint8Array;
  /** From the client, as far as they are counted. */
  readonly packets: Uint8Array;
  readonly flags: Uint16Array;
  readonly clientPort: Uint16Array;
  readonly virtualPort: Uint16Array;
  readonly serverPort: Uint16Array;
  readonly clientAddress: Int32Array;
  readonly virtualAddress: Int32Array;
  readonly serverAddress: Int32Array;
  /** Number of the destination it is bound to; -1 if none. */
  readonly destination: Int32Array;
  /** Row of the entry that controls this one (its template); -1 if none. */
  readonly controller: Int32Array;
  /** How many entries this one controls. */
  readonly controlled: Int32Array;
  readonly timeoutMs: Uint32Array;
  readonly expiresAtMs: Float64Array;

  /** 1 for rows that can be found. Written last and cleared first, so that a table which lost its owner can be read. */
  readonly #live: Uint8Array;
  readonly #pool: RowPool;
  readonly #index: RowIndex;
  readonly #wheel: ExpiryWheel;
  readonly #key: number;
  /** As far as rows are used, in the memory's first place. */
  readonly #end: Int32Array;
  readonly #release: (rows: ArrayBufferView) => void;

  /**
   * @param key Secret that keeps clients from choosing ports that fall into one bucket.
   * @param capacity Most connections, a power of two of at least 4096.
   * @param memory Where the rows lie, `tableBytes` long: zeroed, or another table's, whose rows `adopt` makes this one's.
   * @param release Told of memory that is not needed now. It is zero, or as it was, when it is needed again.
   */
  constructor(
    key: number,
    capacity = DEFAULT_CAPACITY,
    memory = new ArrayBuffer(tableBytes(capacity)),
    release: (rows: ArrayBufferView) => void = () => undefined,
  ) {
    this.#key = key | 0;
    this.#end = new Int32Array(memory, 0, 1);
    this.#release = release;
    // The widest columns first, so that each is aligned.
    let at = HEADER_BYTES;
    const take = (bytesPerRow: number): number => {
      const start = at;
      at += capacity * bytesPerRow;
      return start;
    };
    this.expiresAtMs = new Float64Array(memory, take(8), capacity);
    this.clientAddress = new Int32Array(memory, take(4), capacity);
    this.virtualAddress = new Int32Array(memory, take(4), capacity);
    this.serverAddress = new Int32Array(memory, take(4), capacity);
    this.destination = new Int32Array(memory, take(4), capacity);
    this.controller = new Int32Array(memory, take(4), capacity);
    this.controlled = new Int32Array(memory, take(4), capacity);
    this.timeoutMs = new Uint32Array(memory, take(4), capacity);
    this.flags = new Uint16Array(memory, take(2), capacity);
    this.clientPort = new Uint16Array(memory, take(2), capacity);
    this.virtualPort = new Uint16Array(memory, take(2), capacity);
    this.serverPort = new Uint16Array(memory, take(2), capacity);
    this.protocol = new Uint8Array(memory, take(1), capacity);
    this.state = new Uint8Array(memory, take(1), capacity);
    this.packets = new Uint8Array(memory, take(1), capacity);
    this.#live = new Uint8Array(memory, take(1), capacity);
    this.#pool = new RowPool(capacity);
    this.#index = new RowIndex(capacity, (row) => this.#hashOf(row));
    this.#wheel = new ExpiryWheel(this.expiresAtMs);
  }

  /** Entries that can be found: connections and templates. */
  get size(): number {
    return this.#index.size;
  }

  /** The connection of a packet from the client to the VIP, or -1. Templates belong to no packet. */
  findIncoming(
    protocol: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): number {
    let row = this.#index.first(this.#hash(protocol, source, sourcePort));
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
      row = this.#index.next(row);
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
    let row = this.#index.first(this.#hash(protocol, destination, destinationPort));
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
      row = this.#index.next(row);
    }
    return NONE;
  }

  /** The persistence template with this key, or -1. */
  findTemplate(protocol: number, clientAddress: number, virtualAddress: number, virtualPort: number): number {
    let row = this.#index.first(this.#hash(protocol, clientAddress, 0));
    while (row !== NONE) {
      if (
        this.clientAddress[row] === clientAddress &&
        this.virtualAddress[row] === virtualAddress &&
        this.virtualPort[row] === virtualPort &&
        this.protocol[row] === protocol &&
        ((this.flags[row] as number) & TEMPLATE) !== 0
      ) {
        return row;
      }
      row = this.#index.next(row);
    }
    return NONE;
  }

  /** Makes an entry and starts its time; -1 if the table is full. A one-packet entry is never found and never expires. */
  create(connection: NewConnection, nowMs: number): number {
    const row = this.#pool.take();
    if (row === NONE) return NONE;
    this.protocol[row] = connection.protocol;
    this.state[row] = 0;
    this.packets[row] = 0;
    this.flags[row] = connection.flags;
    this.clientAddress[row] = connection.clientAddress;
    this.clientPort[row] = connection.clientPort;
    this.virtualAddress[row] = connection.virtualAddress;
    this.virtualPort[row] = connection.virtualPort;
    this.serverAddress[row] = connection.serverAddress;
    this.serverPort[row] = connection.serverPort;
    this.destination[row] = connection.destination;
    this.controller[row] = NONE;
    this.controlled[row] = 0;
    this.timeoutMs[row] = connection.timeoutMs;
    if ((connection.flags & ONE_PACKET) === 0) {
      if (row >= (this.#end[0] as number)) this.#end[0] = row + 1;
      this.#index.insert(row, this.#hashOf(row));
      this.restart(row, nowMs);
      this.#live[row] = 1;
    }
    return row;
  }

  /**
   * Makes the rows that lie in the memory this table's own, with their times: those of a table whose owner has ended,
   * however it ended. To be called once, before anything else.
   * @param keeps Asked of each row; one that is not kept is free.
   */
  adopt(keeps: (row: number) => boolean): void {
    const end = this.#end[0] as number;
    for (let row = 0; row < end; row++) {
      if (this.#live[row] === 0) continue;
      if (!keeps(row)) {
        this.#live[row] = 0;
        continue;
      }
      this.controlled[row] = 0;
      this.#pool.mark(row);
      this.#index.insert(row, this.#hashOf(row));
      this.#wheel.schedule(row);
    }
    for (let row = 0; row < end; row++) {
      if (this.#live[row] === 0) continue;
      const controller = this.controller[row] as number;
      if (controller === NONE) continue;
      if (this.#live[controller] === 0) this.controller[row] = NONE;
      else this.controlled[controller] = (this.controlled[controller] as number) + 1;
    }
  }

  /** Starts the row's time anew: it expires when its timeout has passed without another packet. */
  touch(row: number, nowMs: number): void {
    const before = this.expiresAtMs[row] as number;
    const expiresAtMs = nowMs + (this.timeoutMs[row] as number);
    this.expiresAtMs[row] = expiresAtMs;
    // A later expiry is noticed when the old one comes up; only an earlier one must move the row in the wheel.
    if (expiresAtMs < before && ((this.flags[row] as number) & ONE_PACKET) === 0) this.#wheel.schedule(row);
  }

  /** As `touch`, for a row that may be out of the wheel. */
  restart(row: number, nowMs: number): void {
    this.expiresAtMs[row] = nowMs + (this.timeoutMs[row] as number);
    this.#wheel.schedule(row);
  }

  remove(row: number): void {
    if (((this.flags[row] as number) & ONE_PACKET) === 0) {
      this.#live[row] = 0;
      this.#wheel.cancel(row);
      this.#index.remove(row, this.#hashOf(row));
    }
    this.#pool.giveBack(row);
  }

  /** Takes out everything. */
  clear(): void {
    for (const row of [...this.rows()]) this.remove(row);
  }

  /** Calls `expired` for each row whose time is up. The row is still there; `expired` removes or restarts it. */
  expire(nowMs: number, expired: (row: number) => void): void {
    this.#wheel.advance(nowMs, expired);
  }

  /** Gives some of the memory back that many rows have left behind, if there is any. */
  releaseIdle(): void {
    for (let chunks = 0; chunks < CHUNKS_AT_ONCE; chunks++) {
      const first = this.#pool.takeIdleChunk();
      if (first < 0) return;
      for (const column of this.#columns) this.#release(column.subarray(first, first + CHUNK_ROWS));
      this.#end[0] = Math.min(this.#end[0] as number, this.#pool.used);
    }
  }

  /** Every row that can be found, in no order that means anything. */
  rows(): Generator<number> {
    return this.#index.rows();
  }

  /** Whether a row can be found. */
  isLive(row: number): boolean {
    return this.#live[row] === 1;
  }

  /** How many parts the rows are spread over by their hash. */
  get buckets(): number {
    return this.#index.buckets;
  }

  /** The rows of one of them. */
  rowsOf(bucket: number): number[] {
    return this.#index.rowsOf(bucket);
  }

  /** As `rows`, some at a time, from 0 on. */
  page(from: number): RowPage {
    return this.#index.page(from);
  }

  /** Everything that has a place for each row. */
  get #columns() {
    return [
      this.expiresAtMs,
      ...[this.clientAddress, this.virtualAddress, this.serverAddress],
      ...[this.destination, this.controller, this.controlled, this.timeoutMs],
      ...[this.flags, this.clientPort, this.virtualPort, this.serverPort],
      ...[this.protocol, this.state, this.packets, this.#live],
      ...this.#index.columns,
      ...this.#wheel.columns,
    ];
  }

  #hashOf(row: number): number {
    return this.#hash(
      this.protocol[row] as number,
      this.clientAddress[row] as number,
      this.clientPort[row] as number,
    );
  }

  #hash(protocol: number, address: number, port: number): number {
    let hash = Math.imul(address ^ this.#key, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ ((protocol << 16) | port), 0x85ebca77);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae3d);
    return hash ^ (hash >>> 16);
  }
}
