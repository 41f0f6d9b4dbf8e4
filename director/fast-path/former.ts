/**
 * The fast path of a director that has ended, which its keeper has kept: it forwards the flows that were entered until this
 * one is there to receive their packets.
 */
import { SharedValue } from '../../native/bpf/maps.ts';
import { detach } from '../../native/bpf/program.ts';
import { close } from '../../native/sockets.ts';
import type { ConnectionTable } from '../connections/table.ts';
import { countElsewhere } from '../counting.ts';
import type { FastPathDescriptors } from '../handover/descriptors.ts';
import { type CountedElsewhere, SIDE } from '../shortcut.ts';
import type { DirectorState } from '../state.ts';
import { Counters } from './counters.ts';
import { writeKey } from './flow-entry.ts';
import { FlowTable } from './flow-table.ts';
import { possibleProcessors, serversOn } from './kernel-side.ts';
import { BOARD, BOARD_BYTES, CLOSED, COUNTER_SHIFT, FLOW, MAX_COUNTERS } from './layout.ts';

/** What a director that takes another one's place does with its fast path. */
export interface LeftFastPath {
  /** It forwards nothing any more: all packets are the director's from now on. */
  stop(): void;
  /** Takes away what has no use then. The kernel may need tens of milliseconds for it. */
  remove(): void;
  /** Counts what it has forwarded beyond what the other director knew of. To be called once, after `remove`. */
  count(state: DirectorState, known: CountedElsewhere | undefined): void;
  /** When it last forwarded a packet of a connection, on the kernel's monotonic clock; before all time if it never did. */
  lastSeenMs(table: ConnectionTable, row: number): number;
  /** Nothing more is asked. */
  close(): void;
}

/** One that this process may not have: all that it can do is to see that it ends. */
export function outOfReach(end: () => void): LeftFastPath {
  return {
    stop: end,
    remove: () => undefined,
    count: () => undefined,
    lastSeenMs: () => Number.NEGATIVE_INFINITY,
    close: () => undefined,
  };
}

export class FormerFastPath implements LeftFastPath {
  readonly #kept: FastPathDescriptors;
  readonly #flows: FlowTable;
  readonly #key: DataView;
  readonly #flow: DataView;
  readonly #board: SharedValue;
  #counters: SharedValue | undefined;

  /** Its descriptors become this one's to close. */
  constructor(kept: FastPathDescriptors) {
    this.#kept = kept;
    this.#flows = new FlowTable({ fd: kept.flows });
    this.#key = new DataView(this.#flows.key.buffer);
    this.#flow = new DataView(this.#flows.value.buffer);
    this.#board = new SharedValue(BOARD_BYTES, kept.board);
  }

  stop(): void {
    Atomics.store(new Int32Array(this.#board.memory, BOARD.epoch, 1), 0, CLOSED);
  }

  remove(): void {
    for (const link of this.#kept.links) {
      detach(link);
      close(link);
    }
  }

  count(state: DirectorState, known: CountedElsewhere | undefined): void {
    const processors = possibleProcessors();
    this.#counters = new SharedValue((MAX_COUNTERS * processors) << COUNTER_SHIFT, this.#kept.counters);
    const counters = new Counters(this.#counters, processors, serversOn(this.#board));
    const [madeAtMs] = new Float64Array(this.#board.memory, BOARD.madeAtMs, 1);
    const isOfSame = known?.sinceMs === madeAtMs;
    counters.resume((id) => state.services.destination(id), isOfSame ? (known?.counts ?? []) : []);
    counters.harvest((destination, side, packets, bytes) =>
      countElsewhere(state, destination, side, packets, bytes),
    );
  }

  lastSeenMs(table: ConnectionTable, row: number): number {
    let lastSeenMs = Number.NEGATIVE_INFINITY;
    for (const side of [SIDE.client, SIDE.server]) {
      writeKey(this.#key, table, row, side);
      if (!this.#flows.lookup()) continue;
      lastSeenMs = Math.max(lastSeenMs, Number(this.#flow.getBigUint64(FLOW.lastSeen, true)) / 1e6);
    }
    return lastSeenMs;
  }

  close(): void {
    this.#flows.close();
    this.#board.close();
    if (this.#counters === undefined) close(this.#kept.counters);
    else this.#counters.close();
  }
}
