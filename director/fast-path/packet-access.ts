/** How a program gets at its packet, and the maps that it uses. */
import type { Instruction, Place } from '../../native/bpf/assembler.ts';
import { load, type WIDTH } from '../../native/bpf/instructions.ts';
import type { Seeds } from './flow-hash.ts';

/** Register and offset of the beginning of something. */
export interface Spot {
  readonly base: number;
  readonly at: number;
}

/** The frame's beginning is in reach, for UDP to the end of its header. The program's context is in r6. */
export interface PacketAccess extends Spot {
  /** Where in its context the interface's number is. */
  readonly inputPort: number;
  /** Leaves the frame's length in r9; r1 to r5 may be used. */
  readonly loadFrameBytes: readonly Instruction[];
  /** The helper that copies bytes of the packet. */
  readonly loadBytes: number;
  /** Makes the first `TCP_HEAD_BYTES` readable, or jumps to `no`. r4 and r5 are kept. */
  readonly reachTcp: (no: string) => readonly Instruction[];
  /** Where in its context the payload of a merged packet's segments is; absent where there are none. */
  readonly segmentBytes?: number;
  /** Takes off the padding behind a packet that has been taken; r3 is its length. Registers from r6 on are kept. */
  readonly trim: readonly (Instruction | Place)[];
}

/** Loads a field of the frame. */
export type Field = (
  width: (typeof WIDTH)[keyof typeof WIDTH],
  register: number,
  offset: number,
) => Instruction;

export function fieldsOf({ base, at }: Spot): Field {
  return (width, register, offset) => load(width, register, base, at + offset);
}

/** The maps that programs use, as file descriptors, and for how many processors they have room: a power of two. */
export interface ProgramMaps {
  readonly flows: { readonly fd: number; readonly lines: number; readonly seeds: Seeds & Iterable<number> };
  readonly board: number;
  readonly courses: number;
  readonly ways: number;
  readonly counters: number;
  readonly decisions: number;
  readonly processors: number;
}
