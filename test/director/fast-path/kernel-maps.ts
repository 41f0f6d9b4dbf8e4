/** What the programs and the director share, looked at and changed behind their backs. */
import type { KernelSide } from '../../../director/fast-path/kernel-side.ts';
import {
  BOARD,
  COURSE,
  COURSE_SHIFT,
  FLOW,
  KEY,
  KEY_BYTES,
  LINE_SHIFT,
  LINES_OF_A_GROUP,
  NEVER,
  READY,
  SLOT_BYTES,
  WAY,
  WAY_SHIFT,
} from '../../../director/fast-path/layout.ts';
import { SharedValue } from '../../../native/bpf/maps.ts';
import { type Case, type Flow, keyOf } from './frames.ts';

export class KernelMaps {
  readonly #kernel: KernelSide;
  /** Between the machine's monotonic clock and the director's. */
  readonly #clockOffsetMs: number;
  /** The one that all flows were entered in. */
  readonly #epoch: number;
  #table: Int32Array | undefined;

  /** @param flow One that was entered. */
  constructor(kernel: KernelSide, clockOffsetMs: number, flow: Flow) {
    this.#kernel = kernel;
    this.#clockOffsetMs = clockOffsetMs;
    this.#epoch = this.#value(flow).getUint32(FLOW.epoch, true);
  }

  /** Enters a flow again that the programs have let go of. True if they had. */
  renew({ flow, isReply }: Case): boolean {
    const { flows } = this.#kernel;
    flows.key.set(keyOf(flow, isReply));
    if (!flows.lookup()) throw new Error('the flow is not in the table');
    const value = new DataView(flows.value.buffer);
    if (value.getUint32(FLOW.epoch, true) !== NEVER) return false;
    value.setUint32(FLOW.epoch, this.#epoch, true);
    flows.update();
    return true;
  }

  /** What the programs have left in the maps, case by case alike where they are. */
  traces(all: readonly Flow[]): string[] {
    const counts = [...new BigUint64Array(this.#kernel.counters.memory)].filter((count) => count > 0n);
    const used = [...new BigUint64Array(this.#kernel.ways.memory)].filter(
      (time, i) => i % (1 << (WAY_SHIFT - 3)) === WAY.lastUsed >> 3 && time > 0n,
    );
    const seen = all.filter((flow) => this.#value(flow).getBigInt64(FLOW.lastSeen, true) > 0n);
    return [counts.sort().join(), String(used.length), String(seen.length)];
  }

  /** As if no way had been used for long. */
  forgetUse(): void {
    new BigUint64Array(this.#kernel.ways.memory).forEach((_value, i, all) => {
      if (i % (1 << (WAY_SHIFT - 3)) === WAY.lastUsed >> 3) all[i] = 0n;
    });
  }

  /** As if nothing had been counted. */
  forgetCounts(): void {
    new BigUint64Array(this.#kernel.counters.memory).fill(0n);
  }

  /** As if the clock had been read long ago. */
  forgetClock(): void {
    const board = new DataView(SharedValue.of(this.#kernel.maps.board).memory);
    board.setBigInt64(BOARD.tick, 1n, true);
    board.setBigInt64(BOARD.clock, -1n, true);
  }

  /** As if a flow's last packet had come at that time. */
  setLastSeen(flow: Flow, atMs: number): void {
    const { flows } = this.#kernel;
    flows.key.set(keyOf(flow));
    flows.lookup();
    new DataView(flows.value.buffer).setBigUint64(
      FLOW.lastSeen,
      BigInt(Math.round((atMs + this.#clockOffsetMs) * 1e6)),
      true,
    );
    flows.update();
  }

  /** What `look` finds while the flow is of another epoch, has been made ready, comes in elsewhere, or leads nowhere. */
  whileOdd(flow: Flow, look: () => string): string[] {
    const epoch = this.#value(flow).getUint32(FLOW.epoch, true);
    this.#write(flow, FLOW.epoch, epoch + 1);
    const found = [look()];
    this.#write(flow, FLOW.epoch, READY >>> 0);
    const seen = look();
    found.push(this.#value(flow).getUint32(FLOW.epoch, true) === NEVER ? seen : 'overlooked');
    this.#write(flow, FLOW.epoch, epoch);
    const course = this.course(flow);
    const inputPort = course.getUint32(COURSE.inputPort, true);
    course.setUint32(COURSE.inputPort, inputPort + 1, true);
    found.push(look());
    course.setUint32(COURSE.inputPort, inputPort, true);
    const ways = new Int32Array(this.#kernel.ways.memory);
    const port = (course.getUint16(COURSE.way, true) << (WAY_SHIFT - 2)) + (WAY.port >> 2);
    const there = ways[port] as number;
    ways[port] = 0;
    found.push(look());
    ways[port] = there;
    return [...found, ...this.#whileOfAnother(flow, look), ...this.#whileElsewhere(flow, look)];
  }

  /** As if it were a flow whose key differs in a word. */
  #whileOfAnother(flow: Flow, look: () => string): string[] {
    const { table, at } = this.#slotOf(flow);
    return Array.from({ length: KEY_BYTES / 4 }, (_, word) => {
      table[at + word]! ^= 1;
      const seen = look();
      table[at + word]! ^= 1;
      return seen;
    });
  }

  /** As if it had found room in any of the other slots that it may be in, and not in its own. */
  #whileElsewhere(flow: Flow, look: () => string): string[] {
    const { table, at } = this.#slotOf(flow);
    const [slotWords, groupWords] = [SLOT_BYTES / 4, (LINES_OF_A_GROUP << LINE_SHIFT) / 4];
    const group = at - (at % groupWords);
    const places = Array.from({ length: groupWords / slotWords }, (_, slot) => group + slot * slotWords);
    return places.map((place) => {
      if (table[place + (KEY.protocol >> 2)] !== 0) return '';
      const slot = table.slice(at, at + slotWords);
      table.set(slot, place);
      table.fill(0, at, at + slotWords);
      const seen = look();
      table.set(slot, at);
      table.fill(0, place, place + slotWords);
      return seen;
    });
  }

  /** The table's words, and where among them the flow's slot begins. */
  #slotOf(flow: Flow): { readonly table: Int32Array; readonly at: number } {
    this.#table ??= new Int32Array(SharedValue.of(this.#kernel.flows.fd).memory);
    const table = this.#table;
    const key = new Int32Array(keyOf(flow).buffer);
    const slotWords = SLOT_BYTES / 4;
    return {
      table,
      at: table.findIndex((_, i) => i % slotWords === 0 && key.every((word, j) => table[i + j] === word)),
    };
  }

  /** What becomes of its packets. */
  course(flow: Flow, isReply = false): DataView {
    const number = this.#value(flow, isReply).getUint32(FLOW.course, true);
    return new DataView(this.#kernel.courses.memory, number << COURSE_SHIFT, 1 << COURSE_SHIFT);
  }

  #value(flow: Flow, isReply = false): DataView {
    const { flows } = this.#kernel;
    flows.key.set(keyOf(flow, isReply));
    flows.lookup();
    return new DataView(flows.value.buffer);
  }

  #write(flow: Flow, field: number, number: number): void {
    this.#value(flow).setUint32(field, number, true);
    this.#kernel.flows.update();
  }
}
