/** The kernel's part: maps, and the programs that use them. All of it ends with this process, but for what its keeper has open. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SharedValue } from '../../native/bpf/maps.ts';
import { BpfError, loadProgram, PROGRAM_TYPE } from '../../native/bpf/program.ts';
import { close } from '../../native/sockets.ts';
import { FlowTable } from './flow-table.ts';
import {
  BOARD,
  BOARD_BYTES,
  COUNTER_SHIFT,
  COUNTERS_OF_SERVER,
  COURSE_SHIFT,
  DECISION_SHIFT,
  MAX_COUNTERS,
  MAX_COURSES,
  MAX_WAYS,
  WAY_SHIFT,
} from './layout.ts';
import type { ProgramMaps } from './packet-access.ts';
import { filterProgram, forwardingProgram } from './skb-programs.ts';
import { xdpProgram } from './xdp-program.ts';

/** Marks of packets. */
export interface Marks {
  /** Of those that the director sends itself, so that netfilter's hooks leave them alone. */
  readonly sent: number;
  /** Of those that it has handed back, and does not want again. */
  readonly handedBack: number;
}

/** For a processor that comes up later, too. */
const PROCESSORS_FILE = '/sys/devices/system/cpu/possible';

export class KernelSide {
  readonly flows: FlowTable;
  readonly courses: SharedValue;
  readonly ways: SharedValue;
  readonly counters: SharedValue;
  readonly processors: number;
  readonly #board: SharedValue;
  readonly #decisions: SharedValue;
  readonly #epoch: Int32Array;
  readonly #madeAtMs: Float64Array;
  readonly #marks: Marks;
  readonly #programs = new Map<string, number>();

  /** @throws BpfError where the kernel offers no such maps, or this process may not have them. */
  constructor(maxFlows: number, marks: Marks) {
    this.#marks = marks;
    this.processors = possibleProcessors();
    this.flows = new FlowTable(maxFlows);
    this.#board = new SharedValue(BOARD_BYTES);
    this.courses = new SharedValue(MAX_COURSES << COURSE_SHIFT);
    this.ways = new SharedValue(MAX_WAYS << WAY_SHIFT);
    this.counters = new SharedValue((MAX_COUNTERS * this.processors) << COUNTER_SHIFT);
    this.#decisions = new SharedValue(this.processors << DECISION_SHIFT);
    this.#epoch = new Int32Array(this.#board.memory, BOARD.epoch, 1);
    this.#madeAtMs = new Float64Array(this.#board.memory, BOARD.madeAtMs, 1);
    // Not where former maps began: what those have sent may still be on its way.
    new Int32Array(this.#board.memory, BOARD.identification, 1)[0] = 2 * randomInt(1 << 15) + 1;
  }

  /** When that was, on the director's clock. */
  set madeAtMs(nowMs: number) {
    this.#madeAtMs[0] = nowMs;
  }

  get madeAtMs(): number {
    return this.#madeAtMs[0] as number;
  }

  /** For whom counters count. */
  get servers(): Int32Array {
    return serversOn(this.#board);
  }

  /** Flows that were entered under another epoch are none any more. */
  set epoch(epoch: number) {
    Atomics.store(this.#epoch, 0, epoch);
  }

  /** Each is loaded when it is first asked for. @throws BpfError if the kernel refuses it. */
  get filter(): number {
    return this.#program('filter', () =>
      loadProgram(filterProgram(this.maps, this.#marks.handedBack), PROGRAM_TYPE.socketFilter),
    );
  }

  get forwarding(): number {
    return this.#program('forwarding', () =>
      loadProgram(forwardingProgram(this.maps, this.#marks.sent), PROGRAM_TYPE.tcx),
    );
  }

  get xdp(): number {
    return this.#program('xdp', () => loadProgram(xdpProgram(this.maps), PROGRAM_TYPE.xdp));
  }

  get maps(): ProgramMaps {
    return {
      flows: { fd: this.flows.fd, ...this.flows.shape },
      board: this.#board.fd,
      courses: this.courses.fd,
      ways: this.ways.fd,
      counters: this.counters.fd,
      decisions: this.#decisions.fd,
      processors: this.processors,
    };
  }

  /** Of the maps that another director would read. */
  get descriptors(): { readonly flows: number; readonly board: number; readonly counters: number } {
    return { flows: this.flows.fd, board: this.#board.fd, counters: this.counters.fd };
  }

  close(): void {
    for (const program of this.#programs.values()) close(program);
    for (const map of [this.#board, this.courses, this.ways, this.counters, this.#decisions]) map.close();
    this.flows.close();
  }

  #program(name: string, load: () => number): number {
    const program = this.#programs.get(name) ?? load();
    this.#programs.set(name, program);
    return program;
  }
}

export function serversOn({ memory }: SharedValue): Int32Array {
  return new Int32Array(memory, BOARD.servers, MAX_COUNTERS / COUNTERS_OF_SERVER);
}

/** A power of two, at least as many as the machine may ever have. Each has memory of its own in the maps. */
export function possibleProcessors(): number {
  const last = /(\d+)\s*$/.exec(readIfThere(PROCESSORS_FILE))?.[1];
  if (last === undefined) {
    throw new BpfError(
      `Could not find out how many processors there may be: ${PROCESSORS_FILE} does not say.`,
    );
  }
  return 2 ** Math.ceil(Math.log2(Number(last) + 1));
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
