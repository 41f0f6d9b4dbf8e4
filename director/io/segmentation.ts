/**
 * Frames larger than the link's MTU are packets that the machine has merged on the way in (GRO, LRO), or, on a virtual
 * link, that the sender has not cut yet (TSO, GSO). A director forwards packets as they are on the wire, so both are
 * turned off at a port where such a frame was seen; what was lost until then, TCP sends again.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bpf } from '../../native/bpf.ts';
import { close } from '../../native/sockets.ts';
import type { Arena } from './arena.ts';

const BPF_PROG_LOAD = 5;
const BPF_LINK_CREATE = 28;
const BPF_PROG_TYPE_XDP = 6;
const BPF_XDP = 37;

/** An XDP program that lets everything pass: `r0 = XDP_PASS; exit`. */
const PASS_ALL = Uint8Array.of(0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const LICENSE = Uint8Array.of(0x4d, 0x49, 0x54, 0);

/** Offsets within the memory that the calls read. */
const ATTRIBUTES = 0;
const INSTRUCTIONS = 128;
const LICENSE_AT = 192;
const MEMORY_BYTES = 256;
const ATTRIBUTES_BYTES = 48;

export interface SegmentationPort {
  readonly index: number;
  readonly name: string;
}

/** Keeps ports free of merged frames from the moment that one was seen. */
export class Segmentation {
  readonly #arena: Arena;
  /** Links of the program to ports, which end with their file descriptors. */
  readonly #links = new Map<number, number | undefined>();
  #closed = false;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** A merged frame came in on a port. Resolves with what was done about it; undefined if that was done before. */
  async demand(port: SegmentationPort): Promise<string | undefined> {
    if (this.#links.has(port.index)) return undefined;
    this.#links.set(port.index, undefined);
    const done = await promisify(execFile)('ethtool', ['-K', port.name, 'gro', 'off', 'lro', 'off']).then(
      () => 'receive offload was turned off',
      () => 'receive offload could not be turned off',
    );
    // The arena may be gone by now.
    if (this.#closed) return undefined;
    try {
      // A virtual link whose receiver runs an XDP program makes its sender cut packets before they are sent.
      this.#links.set(port.index, this.#attach(port.index));
      return `${port.name}: frames larger than the MTU; ${done}, and senders on a virtual link now segment their packets themselves`;
    } catch (error) {
      return `${port.name}: frames larger than the MTU; ${done} (XDP: ${(error as Error).message})`;
    }
  }

  close(): void {
    this.#closed = true;
    for (const link of this.#links.values()) if (link !== undefined) close(link);
    this.#links.clear();
  }

  #attach(interfaceIndex: number): number {
    const memory = this.#arena.memory(MEMORY_BYTES);
    const { bytes, words, address } = this.#arena;
    try {
      bytes.set(PASS_ALL, memory + INSTRUCTIONS);
      bytes.set(LICENSE, memory + LICENSE_AT);
      const attributes = (memory + ATTRIBUTES) >> 2;
      words[attributes] = BPF_PROG_TYPE_XDP;
      words[attributes + 1] = PASS_ALL.length / 8;
      this.#arena.writePointer(memory + ATTRIBUTES + 8, memory + INSTRUCTIONS);
      this.#arena.writePointer(memory + ATTRIBUTES + 16, memory + LICENSE_AT);
      const program = bpf(BPF_PROG_LOAD, address + memory, ATTRIBUTES_BYTES);
      try {
        words.fill(0, attributes, attributes + ATTRIBUTES_BYTES / 4);
        words[attributes] = program;
        words[attributes + 1] = interfaceIndex;
        words[attributes + 2] = BPF_XDP;
        return bpf(BPF_LINK_CREATE, address + memory, ATTRIBUTES_BYTES);
      } finally {
        close(program);
      }
    } finally {
      this.#arena.release(memory, MEMORY_BYTES);
    }
  }
}
