/**
 * Frames that the kernel makes itself: BPF_PROG_TEST_RUN with live frames runs the frame program on buffers of its own and
 * takes in what the program lets pass, as if it had been received at an interface. (kernel: since Linux 5.18.)
 */

import { attachXdp, callBpf, loadProgram, PROGRAM_TYPE } from '../../native/bpf/program.ts';
import { bpf } from '../../native/bpf/system-call.ts';
import { addressOf } from '../../native/memory.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { close } from '../../native/sockets.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import { frameProgram, HEAD_VALUE_BYTES, headValue } from './frame-program.ts';
import { type Aim, type FrameSource, frameOf } from './frame-source.ts';

/** linux/bpf.h. */
const MAP_CREATE = 0;
const MAP_UPDATE_ELEM = 2;
const PROG_TEST_RUN = 10;
const MAP_TYPE_ARRAY = 2;
const KEY_BYTES = 4;
const LIVE_FRAMES = 1 << 1;

/** Attributes of BPF_PROG_TEST_RUN, and `struct xdp_md`, which says where the frames arrive. */
const RUN = { program: 0, inputBytes: 8, input: 16, repeat: 32, contextBytes: 40, context: 48, flags: 64 };
const BATCH_SIZE = 72;
const RUN_BYTES = 80;
const CONTEXT = { dataEnd: 4, interface: 12 };
const CONTEXT_BYTES = 24;

/** Frames that the kernel takes in together. */
const BATCH = 64;

/** One program for all aims of a process: they differ in what its map holds. */
export class LiveFrameProgram {
  readonly #map: number;
  readonly #program: number;
  readonly #link: number;

  /** @throws BpfError where the kernel offers no such frames. */
  constructor() {
    this.#map = callBpf('make a map', MAP_CREATE, (attributes) => {
      attributes.setUint32(0, MAP_TYPE_ARRAY, true);
      attributes.setUint32(4, KEY_BYTES, true);
      attributes.setUint32(8, HEAD_VALUE_BYTES, true);
      attributes.setUint32(12, 1, true);
    });
    this.#program = loadProgram(frameProgram(this.#map), PROGRAM_TYPE.xdp);
    // A program that is attached nowhere would be entered into the kernel's dispatcher for each run anew, which takes it
    // some 25 ms. In the namespace of the switches nothing passes the loopback interface.
    this.#link = attachXdp(this.#program, 'lo');
  }

  /** From now on frames are these. Only one aim at a time. */
  aim(aim: Aim): FrameSource {
    const frame = frameOf(aim, 0);
    const { flows, isInTurn = false, link } = aim;
    this.#setHead(headValue({ frame, flows, isInTurn, link: link === undefined ? 0 : interfaceIndex(link) }));
    const context = Buffer.alloc(CONTEXT_BYTES);
    context.writeUInt32LE(frame.length, CONTEXT.dataEnd);
    context.writeUInt32LE(interfaceIndex(aim.port), CONTEXT.interface);
    const run = Buffer.alloc(RUN_BYTES);
    run.writeUInt32LE(this.#program, RUN.program);
    run.writeUInt32LE(frame.length, RUN.inputBytes);
    run.writeBigUInt64LE(BigInt(addressOf(frame)), RUN.input);
    run.writeUInt32LE(CONTEXT_BYTES, RUN.contextBytes);
    run.writeBigUInt64LE(BigInt(addressOf(context)), RUN.context);
    run.writeUInt32LE(LIVE_FRAMES, RUN.flags);
    run.writeUInt32LE(BATCH, BATCH_SIZE);
    return {
      method: 'BPF live frames',
      send(count) {
        run.writeUInt32LE(count, RUN.repeat);
        return runProgram(run, frame, context) ? count : 0;
      },
      close: () => undefined,
    };
  }

  close(): void {
    for (const fd of [this.#link, this.#program, this.#map]) close(fd);
  }

  #setHead(value: Uint8Array): void {
    const key = new Uint8Array(KEY_BYTES);
    callBpf('set the frame to send', MAP_UPDATE_ELEM, (attributes) => {
      attributes.setUint32(0, this.#map, true);
      attributes.setBigUint64(8, BigInt(addressOf(key)), true);
      attributes.setBigUint64(16, BigInt(addressOf(value)), true);
    });
  }
}

/** False if a signal cut it short. @param _kept is what `run` points at, and must be there as long as it runs. */
function runProgram(run: Uint8Array, ..._kept: readonly Uint8Array[]): boolean {
  try {
    bpf(PROG_TEST_RUN, addressOf(run), RUN_BYTES);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'EINTR') return false;
    throw error;
  }
}
