/** The fast path's programs as functions from a frame to what they send: `undefined` where they leave it to the director. */
import type { ProgramMaps } from '../../../director/fast-path/packet-access.ts';
import { filterProgram, forwardingProgram } from '../../../director/fast-path/skb-programs.ts';
import { xdpProgram } from '../../../director/fast-path/xdp-program.ts';
import { loadProgram, PROGRAM_TYPE } from '../../../native/bpf/program.ts';
import { TestRun } from '../../../native/bpf/test-run.ts';
import { close } from '../../../native/sockets.ts';
import type { Case } from './frames.ts';
import { HANDED_BACK_MARK, SENT_MARK } from './marks.ts';

const XDP_REDIRECT = 4;
const XDP_PASS = 2;
const TC_ACT_REDIRECT = 7;
const TCX_NEXT = 0xffff_ffff;
/** A socket's filter sees the packet from behind the link's header on, where nobody has put that back. */
const IN_FRONT = 14;

export interface Path {
  /** A view of bytes that are used again, or undefined. @throws Error for any other answer. */
  send(one: Case): Uint8Array | undefined;
  close(): void;
}

/** A program and the type that it is loaded as. */
export interface Code {
  readonly type: keyof typeof PROGRAM_TYPE;
  readonly make: (maps: ProgramMaps) => Uint8Array;
}

export const PATHS = {
  xdp: [{ type: 'xdp', make: xdpProgram }],
  tcx: [
    { type: 'socketFilter', make: (maps) => filterProgram(maps, HANDED_BACK_MARK) },
    { type: 'tcx', make: (maps) => forwardingProgram(maps, SENT_MARK) },
  ],
} as const satisfies Readonly<Record<string, readonly Code[]>>;

/** @param codes As assembled. @throws BpfError where the kernel refuses one. */
export function openPath(name: keyof typeof PATHS, codes: readonly Uint8Array[]): Path {
  const run = new TestRun();
  const programs: number[] = [];
  try {
    codes.forEach((code, i) => {
      programs.push(loadProgram(code, PROGRAM_TYPE[(PATHS[name][i] as Code).type]));
    });
  } catch (error) {
    for (const program of programs) close(program);
    throw error;
  }
  const [first, second] = programs as [number, number];
  return {
    send: name === 'xdp' ? (one) => sendXdp(run, first, one) : (one) => sendTcx(run, first, second, one),
    close: () => {
      for (const program of programs) close(program);
    },
  };
}

function sendXdp(run: TestRun, program: number, { frame, mark }: Case): Uint8Array | undefined {
  // There are no marks yet at that place.
  if (mark !== 0) return undefined;
  const { result, output } = run.run(program, frame);
  if (result === XDP_REDIRECT) return output;
  if (result === XDP_PASS && isEqual(output, frame)) return undefined;
  throw new Error(`the program ended with ${result}, or changed a frame that it does not take`);
}

function sendTcx(run: TestRun, filter: number, forwarding: number, one: Case): Uint8Array | undefined {
  const { frame, mark, segmentBytes } = one;
  const skb = { mark, segmentBytes };
  const shifted = new Uint8Array(IN_FRONT + frame.length);
  shifted.set(frame, IN_FRONT);
  const isRefused = run.run(filter, shifted, skb).result === 0 && mark === 0;
  // Another socket gets those, and they are nobody else's.
  const isTaken = isRefused && !isHandshake(frame);
  const { result, output } = run.run(forwarding, frame, skb);
  if (result === TC_ACT_REDIRECT && isTaken) return output;
  if (result === TCX_NEXT && !isTaken && isEqual(output, frame)) return undefined;
  throw new Error(
    `the two programs do not agree (${isTaken ? 'taken' : 'left'}, ${result}), or changed a frame`,
  );
}

/** TCP with SYN, as far as it can be told of a frame that may be damaged. */
function isHandshake(frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < 34 || view.getUint16(12) !== 0x0800 || frame[23] !== 6) return false;
  if ((view.getUint16(20) & 0x1fff) !== 0) return false;
  return ((frame[14 + (view.getUint8(14) & 15) * 4 + 13] ?? 0) & 2) !== 0;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
