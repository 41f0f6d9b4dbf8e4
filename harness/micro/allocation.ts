/** How many bytes of the heap a packet of an established connection takes: none. */

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { type MicroFigure, micro } from '../../reports/result-figures.ts';
import { median } from '../../statistics/quantiles.ts';
import { establishedFlows, GROUP } from './core-lab.ts';
import type { Figure } from './measure.ts';

const WARM_UP_CALLS = 100_000;
/** Few enough that a round fits between two collections even if every call takes an object or two. */
const ROUND_CALLS = 10_000;
const ROUNDS = 31;
/** Less than this per call is due to the measurement itself: the smallest object takes 16 bytes. */
const NOISE_BYTES = 2;

export async function* allocation(): AsyncGenerator<Figure> {
  for (const { name, call } of establishedFlows()) {
    yield {
      group: GROUP,
      name: `${name}: heap per call`,
      unit: 'bytes',
      value: heapPerCall(call),
      reference: undefined,
      goal: 0,
    };
  }
}

/** In bytes. The median over rounds: a collection in between makes a round look smaller. */
export function heapPerCall(call: () => unknown): number {
  for (let n = 0; n < WARM_UP_CALLS; n++) call();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < ROUND_CALLS; n++) call();
    rounds.push((process.memoryUsage().heapUsed - before) / ROUND_CALLS);
  }
  const bytes = median(rounds);
  return bytes < NOISE_BYTES ? 0 : bytes;
}

const PROGRAM = fileURLToPath(new URL('allocation-child.ts', import.meta.url));

const outputSchema = z.array(micro.omit({ deterministic: true }));

/**
 * The same as results, measured in a process that does nothing else.
 *
 * @throws Error with what the program said where it fails.
 */
export async function heapFigures(): Promise<MicroFigure[]> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [PROGRAM], { reject: false });
  if (exitCode !== 0) throw new Error(`the heap of packets was not measured: ${stderr}`);
  return outputSchema.parse(JSON.parse(stdout)).map((figure) => ({ ...figure, deterministic: true }));
}
