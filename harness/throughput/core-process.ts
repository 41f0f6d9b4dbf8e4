/**
 * Times the core alone, in turns with a reference, in a process of its own: Node compiles the same code a little
 * differently each time. Argument: the forwarding method, `-m`, `-g` or `-i`. Prints a `CoreTime`.
 */
import { median } from '../../statistics/quantiles.ts';
import { establishedFlows } from '../micro/core-lab.ts';

export interface CoreTime {
  /** Per packet. */
  readonly coreNs: number;
  readonly referenceNs: number;
}

const WARM_UP_CALLS = 200_000;
const ROUNDS = 15;
const CALLS = 10_000;
const CHECKSUM_BYTES = 1500;

const flows = [...establishedFlows()].filter(({ method }) => method === process.argv[2]);
if (flows.length === 0) throw new Error(`no packets for ${process.argv[2]}: expected -m, -g or -i`);
const reference = checksumReference();
/** The sum of what the calls return, so that they cannot be optimised away. */
let kept = 0;

function forward(calls: number): void {
  for (let n = 0; n < calls; n++) for (const { call } of flows) kept += call();
}

function refer(calls: number): void {
  for (let n = 0; n < calls; n++) kept += reference();
}

function timeNs(work: (calls: number) => void, calls: number): number {
  const startMs = performance.now();
  work(calls);
  return ((performance.now() - startMs) * 1e6) / calls;
}

forward(WARM_UP_CALLS);
refer(WARM_UP_CALLS / 20);
forward(WARM_UP_CALLS);
const rounds = Array.from({ length: ROUNDS }, () => ({
  core: timeNs(forward, CALLS) / flows.length,
  reference: timeNs(refer, CALLS / 5),
}));
if (!Number.isFinite(kept)) throw new Error('the core gave no numbers');
const time: CoreTime = {
  coreNs: median(rounds.map(({ core }) => core)),
  referenceNs: median(rounds.map((round) => round.reference)),
};
process.stdout.write(JSON.stringify(time));

/**
 * What the core's time is compared with, work of the same kind that has nothing to do with the director: each call
 * computes the Internet checksum (RFC 1071) of a packet as large as Ethernet carries.
 */
function checksumReference(): () => number {
  const packet = Uint8Array.from({ length: CHECKSUM_BYTES }, (_, i) => (i * 31) & 0xff);
  return () => {
    let sum = 0;
    for (let i = 0; i < CHECKSUM_BYTES; i += 2)
      sum += ((packet[i] as number) << 8) | (packet[i + 1] as number);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum;
  };
}
