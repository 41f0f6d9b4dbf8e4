/**
 * Times the core alone, in turns with a reference, in a process of its own: Node compiles the same code a little
 * differently each time. Argument: the forwarding method, `-m`, `-g` or `-i`. Prints a `CoreTime`.
 */

import { median } from '../../../statistics/quantiles.ts';
import { establishedFlows } from '../../micro/established-flows.ts';
import { checksumReference } from './checksum-reference.ts';

export interface CoreTime {
  /** Per packet. */
  readonly coreNs: number;
  readonly referenceNs: number;
}

const WARM_UP_CALLS = 200_000;
const ROUNDS = 15;
const CALLS = 10_000;

const flows = [...establishedFlows()].filter(({ method }) => method === process.argv[2]);
if (flows.length === 0) throw new Error(`no packets for ${process.argv[2]}: expected -m, -g or -i`);
const reference = checksumReference();
/** What comes of the calls is kept, so that they cannot be optimised away. */
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
