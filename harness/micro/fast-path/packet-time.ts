/**
 * How long a program takes for a packet: the kernel runs it some hundred thousand times, each time on a packet of any of
 * many flows, which a program in front of it writes. What that one takes by itself is taken off.
 */
import { frameProgram, HEAD_VALUE_BYTES, headValue } from '../../../lab/generator/frame-program.ts';
import { assemble, type Instruction, type Place } from '../../../native/bpf/assembler.ts';
import {
  add,
  call,
  exit,
  jumpIf,
  load,
  loadMap,
  place,
  R,
  reg,
  set,
  WIDTH,
} from '../../../native/bpf/instructions.ts';
import {
  TAIL_CALL,
  XDP,
  XDP_ABORTED,
  XDP_ADJUST_HEAD,
  XDP_PASS,
  XDP_REDIRECT,
} from '../../../native/bpf/kernel-numbers.ts';
import { NextProgram, SharedValue } from '../../../native/bpf/maps.ts';
import { loadProgram, PROGRAM_TYPE } from '../../../native/bpf/program.ts';
import { TestRun } from '../../../native/bpf/test-run.ts';
import { close } from '../../../native/sockets.ts';
import type { Direction } from './kernel-flows.ts';

/** Long enough that what a run takes beside them is next to nothing. */
const PACKETS = 100_000;
/** Programs, with what is taken off among them, have their turn so often; the quickest one counts, as other work only adds. */
const TURNS = 20;
/** Offset of the protocol in a frame of IPv4, and the number of a packet inside of a packet. */
const PROTOCOL = 23;
const IPIP = 4;

export interface Subject {
  readonly name: string;
  readonly program: number;
  readonly direction: Direction;
  /** By how much it lengthens a packet in front. */
  readonly grownBytes: number;
}

/** In nanoseconds, in the order of the subjects. @throws Error where one does not send the packets. */
export function packetTimes(subjects: readonly Subject[], flows: number): number[] {
  const nothing = loadProgram(assemble([set(R.result, XDP_PASS), exit]), PROGRAM_TYPE.xdp);
  const pairs = subjects.map((subject) => {
    const unchanged = { ...subject, program: nothing, grownBytes: 0 };
    return { own: new Feed(subject, flows), empty: new Feed(unchanged, flows) };
  });
  const best = pairs.map(() => ({ own: Number.POSITIVE_INFINITY, empty: Number.POSITIVE_INFINITY }));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, { own, empty }] of pairs.entries()) {
      const least = best[i] as (typeof best)[number];
      const ran = own.run();
      if (ran.result === XDP_REDIRECT) least.own = Math.min(least.own, ran.eachNs);
      least.empty = Math.min(least.empty, empty.run().eachNs);
    }
  }
  for (const { own, empty } of pairs) for (const feed of [own, empty]) feed.close();
  close(nothing);
  const unsent = best.findIndex(({ own }) => own === Number.POSITIVE_INFINITY);
  if (unsent >= 0) throw new Error(`${subjects[unsent]?.name}: no packet was sent on`);
  return best.map(({ own, empty }) => own - empty);
}

/** What the packet before has got in front. One whose flow found no place has got nothing. */
function takeOff(bytes: number): (Instruction | Place)[] {
  return [
    load(WIDTH.word, R.r2, R.r6, XDP.data),
    load(WIDTH.word, R.r3, R.r6, XDP.end),
    set(R.r1, reg(R.r2)),
    add(R.r1, PROTOCOL + 1),
    jumpIf('greater', R.r1, reg(R.r3), 'too short'),
    load(WIDTH.byte, R.r1, R.r2, PROTOCOL),
    set(R.r2, 0),
    jumpIf('notEqual', R.r1, IPIP, 'nothing in front'),
    set(R.r2, bytes),
    place('nothing in front'),
    set(R.r1, reg(R.r6)),
    call(XDP_ADJUST_HEAD),
  ];
}

/** Packets of flows, put into a program. */
class Feed {
  readonly #run = new TestRun();
  readonly #head: SharedValue;
  readonly #next = new NextProgram();
  readonly #program: number;
  readonly #input: Uint8Array;

  constructor({ program, direction, grownBytes }: Subject, flows: number) {
    const frame = direction.frame(0);
    this.#head = new SharedValue(HEAD_VALUE_BYTES);
    new Uint8Array(this.#head.memory).set(headValue({ frame, flows, isInTurn: false, link: 0 }));
    this.#program = loadProgram(
      frameProgram(this.#head.fd, {
        client: direction.client,
        // What the packet before has got in front is taken off.
        first: takeOff(grownBytes),
        last: [
          set(R.r1, reg(R.r6)),
          ...loadMap(R.r2, this.#next.fd),
          set(R.r3, 0),
          call(TAIL_CALL),
          set(R.result, XDP_ABORTED),
          exit,
        ],
      }),
      PROGRAM_TYPE.xdp,
    );
    this.#next.set(program);
    this.#input = new Uint8Array(frame.length);
  }

  run() {
    return this.#run.time(this.#program, this.#input, PACKETS);
  }

  close(): void {
    close(this.#program);
    this.#next.close();
    this.#head.close();
  }
}
