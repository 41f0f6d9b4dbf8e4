/** Programs run by the kernel on given frames, without an interface (BPF_PROG_TEST_RUN). */
import { addressOf } from '../memory.ts';
import { tryBpf } from './system-call.ts';

const PROG_TEST_RUN = 10;
const ATTRIBUTES_BYTES = 80;
const AT = {
  program: 0,
  result: 4,
  inputBytes: 8,
  outputBytes: 12,
  input: 16,
  output: 24,
  repeat: 32,
  durationNs: 36,
} as const;
const CONTEXT = { inputBytes: 40, input: 48 } as const;
const ROOM_BYTES = 8192;
const SKB_BYTES = 192;

/** Fields of `struct __sk_buff` that a packet comes with. */
export interface SkbFields {
  readonly mark?: number;
  readonly segmentBytes?: number;
}

export interface Ran {
  readonly result: number;
  /** A view of bytes that are used again. */
  readonly output: Uint8Array;
}

/** How a program ended the last time, and how long it took each time. */
export interface Timed {
  readonly result: number;
  readonly eachNs: number;
}

export class TestRun {
  readonly #attributes = new Uint8Array(ATTRIBUTES_BYTES);
  readonly #view = new DataView(this.#attributes.buffer);
  readonly #input = new Uint8Array(ROOM_BYTES);
  readonly #output = new Uint8Array(ROOM_BYTES);
  readonly #context = new Uint8Array(SKB_BYTES);
  readonly #contextView = new DataView(this.#context.buffer);

  constructor() {
    const view = this.#view;
    view.setBigUint64(AT.input, BigInt(addressOf(this.#input)), true);
    view.setBigUint64(AT.output, BigInt(addressOf(this.#output)), true);
    view.setUint32(AT.repeat, 1, true);
  }

  /** Runs a program so many times on the same bytes, with whatever it has made of them. */
  time(program: number, frame: Uint8Array, repeat: number): Timed {
    this.#view.setUint32(AT.repeat, repeat, true);
    const { result } = this.run(program, frame);
    this.#view.setUint32(AT.repeat, 1, true);
    return { result, eachNs: this.#view.getUint32(AT.durationNs, true) };
  }

  /** @param skb For programs that work on packets; frames come with nothing. */
  run(program: number, frame: Uint8Array, skb?: SkbFields): Ran {
    const view = this.#view;
    this.#input.set(frame);
    view.setUint32(AT.program, program, true);
    view.setUint32(AT.inputBytes, frame.length, true);
    view.setUint32(AT.outputBytes, ROOM_BYTES, true);
    view.setUint32(CONTEXT.inputBytes, skb === undefined ? 0 : SKB_BYTES, true);
    view.setBigUint64(CONTEXT.input, skb === undefined ? 0n : BigInt(addressOf(this.#context)), true);
    if (skb !== undefined) {
      this.#contextView.setUint32(8, skb.mark ?? 0, true);
      const segmentBytes = skb.segmentBytes ?? 0;
      this.#contextView.setUint32(164, segmentBytes === 0 ? 0 : Math.ceil(frame.length / segmentBytes), true);
      this.#contextView.setUint32(176, segmentBytes, true);
    }
    if (tryBpf(PROG_TEST_RUN, addressOf(this.#attributes), ATTRIBUTES_BYTES) < 0) {
      throw new Error(`the kernel does not run program ${program} on ${frame.length} bytes`);
    }
    return {
      result: view.getUint32(AT.result, true),
      output: this.#output.subarray(0, view.getUint32(AT.outputBytes, true)),
    };
  }
}
