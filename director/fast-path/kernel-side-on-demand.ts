/**
 * The kernel's part as the director has it: made for the first flow, attached at the ports as they come and go, and made anew
 * where it has become too small.
 */
import { BpfError } from '../../native/bpf/program.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import type { ConnectionTable } from '../connections/table.ts';
import type { FastPathDescriptors } from '../handover/descriptors.ts';
import type { Side } from '../shortcut.ts';
import type { AttachablePort, Attachments } from './attachments.ts';
import { writeKey } from './flow-entry.ts';
import type { Marks } from './kernel-side.ts';
import { CLOSED, FIRST_MAX_FLOWS, MAX_FLOWS } from './layout.ts';
import { type OpenKernelSide, openKernelSide } from './open-kernel-side.ts';

const GROWTH = 1 << 4;
/** Where numbers are used up, all begins anew so often. */
const RENEWAL_MS = 60_000;

export interface KernelSideOptions {
  readonly attachments: Pick<
    Attachments,
    'canForward' | 'describe' | 'follow' | 'review' | 'detach' | 'letGo' | 'links'
  >;
  readonly marks: Marks;
  /** The clock that the core is given. */
  readonly now: () => number;
  readonly log: (text: string) => void;
  /** Flows that there is room for at first, and at most; as `layout.ts` says unless given. */
  readonly room?: { readonly first: number; readonly most: number };
}

export class KernelSideOnDemand {
  readonly #options: KernelSideOptions;
  #open: OpenKernelSide | undefined;
  /** Flows that there is room for. */
  #room: number;
  readonly #mostRoom: number;
  #ports: readonly AttachablePort[] = [];
  #failure: string | undefined;
  #flows = 0;
  #renewalDueMs = 0;
  /** A flow found no room; or no number was left for its neighbour or its server: those of former ones are not used again. */
  isFull = false;
  isUsedUp = false;

  constructor(options: KernelSideOptions) {
    this.#options = options;
    const { first = FIRST_MAX_FLOWS, most = MAX_FLOWS } = options.room ?? {};
    this.#room = first;
    this.#mostRoom = most;
  }

  /** Undefined until there is a first flow. */
  get open(): OpenKernelSide | undefined {
    return this.#open;
  }

  /** Whether there can be none at all. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** How many flows are in the kernel's table, those of former epochs included. */
  get flowCount(): number {
    return this.#flows;
  }

  get hasRoom(): boolean {
    return this.#flows < this.#room;
  }

  /** The open one, made where there is none yet; undefined where there can be none. */
  make(epoch: number): OpenKernelSide | undefined {
    if (this.#open !== undefined || this.hasFailed) return this.#open;
    const { marks, log, now, attachments } = this.#options;
    try {
      this.#open = openKernelSide(this.#room, marks, epoch, now());
      attachments.follow(this.#open.side, this.#ports);
    } catch (error) {
      if (!(error instanceof BpfError || error instanceof SystemCallError)) throw error;
      this.#failure = error.message.split('\n')[0] as string;
      log(`no fast path: ${this.#failure}`);
    }
    return this.#open;
  }

  /** Whether it is to be closed and made anew, for what has been noted since this was asked last. */
  takeRenewal(nowMs: number): boolean {
    const grows = this.isFull && this.#room < this.#mostRoom;
    const begins = !grows && this.isUsedUp && nowMs >= this.#renewalDueMs;
    if (grows) this.#room = Math.min(this.#mostRoom, this.#room * GROWTH);
    if (begins) this.#renewalDueMs = nowMs + RENEWAL_MS;
    this.isFull = false;
    this.isUsedUp = false;
    return grows || begins;
  }

  /** Packets are the director's from then on. */
  cease(): void {
    // Filters of sockets stay as long as those: they take nothing any more.
    if (this.#open !== undefined) this.#open.side.epoch = CLOSED;
  }

  close(): void {
    if (this.#open === undefined) return;
    this.#options.attachments.detach();
    this.#forget();
  }

  /** Takes no more part in it. The programs go on while another process has open what `descriptors` named. */
  letGo(): void {
    this.#options.attachments.letGo();
    this.#forget();
  }

  /** What the programs last as long as, beside the sockets of the ports; undefined where there are none. */
  get descriptors(): FastPathDescriptors | undefined {
    const open = this.#open;
    return open && { ...open.side.descriptors, links: this.#options.attachments.links };
  }

  /** Follows the director's ports. */
  setPorts(ports: readonly AttachablePort[]): void {
    this.#ports = ports;
    if (this.#open !== undefined) this.#options.attachments.follow(this.#open.side, ports);
  }

  /** What each port has, in words, by its name. */
  get places(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#ports.map(({ port }) => [port.name, this.#placeOf(port.index)]));
  }

  /** Whether there is such a flow; its value is in the buffer then. */
  find(table: ConnectionTable, row: number, side: Side): boolean {
    return this.#at(table, row, side)?.lookup() === true;
  }

  /** Writes the value in the buffer. False if there is no room in the flow's place. */
  write(table: ConnectionTable, row: number, side: Side, isNew: boolean): boolean {
    if (this.#at(table, row, side)?.update() !== true) return false;
    if (isNew) this.#flows++;
    return true;
  }

  remove(table: ConnectionTable, row: number, side: Side): void {
    if (this.#at(table, row, side)?.delete() === true) this.#flows--;
  }

  /** Gives a flow another epoch. False where it does not have this one. */
  changeEpoch(table: ConnectionTable, row: number, side: Side, from: number, to: number): boolean {
    return this.#at(table, row, side)?.changeEpoch(from, to) === true;
  }

  #at(table: ConnectionTable, row: number, side: Side) {
    const open = this.#open;
    if (open === undefined) return undefined;
    writeKey(open.key, table, row, side);
    return open.side.flows;
  }

  #placeOf(index: number): string {
    return this.#failure === undefined ? this.#options.attachments.describe(index) : `off (${this.#failure})`;
  }

  #forget(): void {
    this.#open?.side.close();
    this.#open = undefined;
    this.#flows = 0;
  }
}
