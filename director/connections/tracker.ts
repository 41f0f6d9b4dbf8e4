/** The life of a connection: opened by scheduling, followed packet by packet, ended by silence. */
import type { Packet } from '../packet.ts';
import type { Destination } from '../services/destination.ts';
import { METHOD } from '../services/forwarding-method.ts';
import type { ServiceTable } from '../services/service-table.ts';
import type { Settings } from '../settings.ts';
import type { Shortcut } from '../shortcut.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import { leadingSctpChunk } from '../wire/sctp.ts';
import { TCP_MIN_HEADER_BYTES, tcpFlags } from '../wire/tcp.ts';
import { Defences } from './defences.ts';
import { INACTIVE, NO_OUTPUT, ONE_PACKET, TEMPLATE } from './flags.ts';
import { nextSctpState, SCTP_STATE, SCTP_TIMEOUTS_MS } from './sctp-states.ts';
import { DIRECTION, type Direction, TEMPLATE_STATE } from './states.ts';
import { type ConnectionTable, NONE } from './table.ts';
import { nextTcpState, TCP_STATE, tcpStateIsActive } from './tcp-states.ts';
import { DEFERRED_TIMEOUT_MS, Timeouts } from './timeouts.ts';

/** Packets of a connection are counted up to this: nobody asks for more. */
const MANY_PACKETS = 9;

/** What an entry is made of; what follows from the server it is bound to is added. */
export interface EntryFields {
  readonly protocol: number;
  readonly clientAddress: number;
  readonly clientPort: number;
  readonly virtualAddress: number;
  readonly virtualPort: number;
  readonly serverAddress: number;
  readonly serverPort: number;
  /** TEMPLATE, ONE_PACKET or 0. */
  readonly kind: number;
  readonly timeoutMs: number;
}

export class ConnectionTracker {
  readonly table: ConnectionTable;
  readonly timeouts = new Timeouts();
  /** Where packets of established connections need not come this way. */
  shortcut: Shortcut | undefined;
  readonly #services: ServiceTable;
  readonly #settings: Settings;
  readonly defences: Defences;
  #nowMs = 0;
  readonly #expired = (row: number) => {
    const lastSeenMs = this.#lastSeenMs(row);
    if (lastSeenMs + (this.table.timeoutMs[row] as number) > this.#nowMs) this.table.restart(row, lastSeenMs);
    else this.expireNow(row, this.#nowMs);
  };

  /** @param freePages Free memory of the machine, in pages of 4 KiB. */
  constructor(
    services: ServiceTable,
    settings: Settings,
    table: ConnectionTable,
    freePages: () => number = () => Number.POSITIVE_INFINITY,
  ) {
    this.#services = services;
    this.#settings = settings;
    this.table = table;
    this.defences = new Defences({ settings, freePages, entries: () => table.size });
  }

  /** Makes an entry bound to a server, or to none if it bypasses all; -1 if the table is as full as it may be. */
  open(fields: EntryFields, destination: Destination | undefined, nowMs: number): number {
    if (this.table.size >= this.#settings.conn_max) return NONE;
    const row = this.table.create(
      { ...fields, flags: fields.kind | bindingFlags(destination), destination: destination?.id ?? NONE },
      nowMs,
    );
    if (row === NONE || destination === undefined) return row;
    if (fields.kind === TEMPLATE) destination.persistentConnections++;
    else destination.connectionBound();
    return row;
  }

  /** Makes the entries that lie in the table's memory its own, and counts them for their servers. Others are forgotten. */
  adopt(): void {
    const { table } = this;
    table.adopt((row) => {
      const id = table.destination[row] as number;
      const destination = this.#services.destination(id);
      if (destination !== undefined) {
        const flags = table.flags[row] as number;
        if ((flags & TEMPLATE) !== 0) destination.persistentConnections++;
        else destination.connections++;
        if ((flags & (TEMPLATE | INACTIVE)) === 0) destination.activeConnections++;
      }
      return destination !== undefined || id === NONE;
    });
  }

  /** Ties a connection to the template that it was made from, and starts the template's time anew. */
  control(row: number, template: number, nowMs: number): void {
    this.table.controller[row] = template;
    this.table.controlled[template] = (this.table.controlled[template] as number) + 1;
    this.table.touch(template, nowMs);
  }

  /** A packet from the client: moves the state and starts the connection's time anew. */
  input(row: number, packet: Packet, nowMs: number): void {
    const seesReplies = ((this.table.flags[row] as number) & NO_OUTPUT) === 0;
    this.#follow(row, packet, seesReplies ? DIRECTION.input : DIRECTION.inputOnly);
    this.table.touch(row, nowMs);
    const packets = this.table.packets[row] as number;
    if (packets < MANY_PACKETS) this.table.packets[row] = packets + 1;
  }

  /** A packet from the server: moves the state and starts the connection's time anew. */
  output(row: number, packet: Packet, nowMs: number): void {
    this.table.flags[row] = (this.table.flags[row] as number) & ~NO_OUTPUT;
    this.#follow(row, packet, DIRECTION.output);
    this.table.touch(row, nowMs);
  }

  /** Takes note of packets that did not come this way: the connection's time ends as long after the last of them. */
  catchUp(row: number): void {
    const expiresAtMs = this.#lastSeenMs(row) + (this.table.timeoutMs[row] as number);
    if (expiresAtMs > (this.table.expiresAtMs[row] as number)) this.table.expiresAtMs[row] = expiresAtMs;
  }

  #lastSeenMs(row: number): number {
    return this.shortcut?.lastSeenMs(row) ?? Number.NEGATIVE_INFINITY;
  }

  /** A one-packet entry has served. */
  finish(row: number): void {
    if (((this.table.flags[row] as number) & ONE_PACKET) !== 0) this.#remove(row);
  }

  /** Ends an entry; one that controls others stays for another minute instead, and keeps that as its timeout. */
  expireNow(row: number, nowMs: number): void {
    if (this.table.controlled[row] === 0) {
      this.#remove(row);
      return;
    }
    this.table.timeoutMs[row] = DEFERRED_TIMEOUT_MS;
    this.table.restart(row, nowMs);
  }

  /** Ends an entry that controls no other one before its time, and its template with it, unless that is needed. */
  drop(row: number): void {
    const { table } = this;
    const template = table.controller[row] as number;
    this.#remove(row);
    if (template === NONE || table.controlled[template] !== 0) return;
    if (table.state[template] !== TEMPLATE_STATE.assured) this.#remove(template);
  }

  /** Ends the connections whose time is up, and those of servers that were deleted if that is asked for. */
  expire(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#services.takeLostServers()) this.#flushLost();
    this.table.expire(nowMs, this.#expired);
  }

  #flushLost(): void {
    const lost = (row: number) =>
      this.#services.destination(this.table.destination[row] as number)?.available === false;
    const rows = Array.from(this.table.rows()).filter(lost);
    // Templates last: by then the connections that they control are gone.
    for (const row of rows) if (!this.#isTemplate(row)) this.#remove(row);
    for (const row of rows) if (this.#isTemplate(row) && this.table.controlled[row] === 0) this.#remove(row);
  }

  #isTemplate(row: number): boolean {
    return ((this.table.flags[row] as number) & TEMPLATE) !== 0;
  }

  #remove(row: number): void {
    this.shortcut?.withdraw(row);
    const { table } = this;
    const destination = this.#services.destination(table.destination[row] as number);
    if (destination !== undefined) {
      const flags = table.flags[row] as number;
      if ((flags & TEMPLATE) !== 0) destination.persistentConnections--;
      else destination.connectionUnbound((flags & INACTIVE) === 0);
    }
    const controller = table.controller[row] as number;
    if (controller !== NONE) table.controlled[controller] = (table.controlled[controller] as number) - 1;
    table.remove(row);
  }

  #follow(row: number, packet: Packet, direction: Direction): void {
    if (packet.protocol === PROTOCOL.tcp) this.#followTcp(row, packet, direction);
    else if (packet.protocol === PROTOCOL.udp) this.#followUdp(row, direction);
    else if (packet.protocol === PROTOCOL.sctp) this.#followSctp(row, packet, direction);
    // AH and ESP only keep the time of the connection that they follow running.
  }

  #followTcp(row: number, packet: Packet, direction: Direction): void {
    // What would be read as its flags lies behind the packet.
    if (packet.l4Bytes < TCP_MIN_HEADER_BYTES) return;
    const { table } = this;
    const before = table.state[row] as number;
    const secure = this.defences.followsTcpStrictly;
    const state = nextTcpState(before, direction, tcpFlags(packet.bytes, packet.l4), secure);
    if (state !== before) this.#enter(row, state, tcpStateIsActive(state), state === TCP_STATE.established);
    table.timeoutMs[row] = this.timeouts.tcpMs[state] as number;
  }

  #followUdp(row: number, direction: Direction): void {
    this.table.timeoutMs[row] = this.timeouts.udpMs;
    if (direction === DIRECTION.output) this.#assureTemplate(row);
  }

  #followSctp(row: number, packet: Packet, direction: Direction): void {
    const chunk = leadingSctpChunk(packet.bytes, packet.l4, packet.l4Bytes);
    if (chunk === undefined) return;
    const { table } = this;
    const before = table.state[row] as number;
    const state = nextSctpState(before, direction, chunk);
    const established = state === SCTP_STATE.established;
    if (state !== before) this.#enter(row, state, established, established);
    table.timeoutMs[row] = SCTP_TIMEOUTS_MS[state] as number;
  }

  #enter(row: number, state: number, active: boolean, established: boolean): void {
    this.shortcut?.withdraw(row);
    this.table.state[row] = state;
    if (established) this.#assureTemplate(row);
    const destination = this.#services.destination(this.table.destination[row] as number);
    const flags = this.table.flags[row] as number;
    if (destination === undefined || active === ((flags & INACTIVE) === 0)) return;
    this.table.flags[row] = flags ^ INACTIVE;
    destination.activeConnections += active ? 1 : -1;
  }

  /** The connection has proved real, so the template that it was made from has too. */
  #assureTemplate(row: number): void {
    const template = this.table.controller[row] as number;
    if (template !== NONE) this.table.state[template] = TEMPLATE_STATE.assured;
  }
}

/** What an entry takes over from the server that it is bound to. */
function bindingFlags(destination: Destination | undefined): number {
  if (destination === undefined) return METHOD.bypass;
  return destination.method | INACTIVE | (destination.method === METHOD.masquerade ? 0 : NO_OUTPUT);
}
