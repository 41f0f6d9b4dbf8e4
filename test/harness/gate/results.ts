/** Results with everything that is gated, and with timings that are as noisy as wanted. */

import type { Result } from '../../../reports/result.ts';
import type { ThroughputResult } from '../../../reports/result-figures.ts';
import { geometricMean } from '../../../statistics/geometric-mean.ts';
import { pairedRatio } from '../../../statistics/interval.ts';
import { acrossModes, fairnessResults, scaleResults } from '../../reports/full/fairness.ts';
import { mutants } from '../../reports/full/mutants.ts';
import { randomFrom } from '../../reports/full/random.ts';
import { passingResult } from '../../reports/results.ts';

export interface Noise {
  /** Of all that is left to chance. */
  readonly seed?: number;
  /** Standard deviation of the logarithm of one turn’s value. */
  readonly perTurn?: number;
  /** Of what a contestant is off in a whole run. */
  readonly perRun?: number;
  readonly turns?: number;
  /** What each contestant’s speed is multiplied by. */
  readonly speed?: Readonly<Record<string, number>>;
}

export const MEASURES = ['packets', 'connections', 'latency'];
const MODES = ['nat', 'dr', 'tun'] as const;
const SPEEDS: Readonly<Record<string, number>> = { ts: 0.4, nft: 0.7, forward: 0.9, direct: 1 };

/** A run that passed: live sessions, scripted cases, and figures of every kind. */
export function gatedResult(noise: Noise = {}): Result {
  return { ...QUIET, throughput: measured(noise) };
}

const LIVE = passingResult([{ mode: 'nat' }, { mode: 'dr' }]);

/** All but what is left to chance. */
const QUIET: Result = {
  ...LIVE,
  cases: LIVE.cases.flatMap((one, i) => [
    one,
    { ...one, lab: 'memory' as const, scheduler: 'various', examined: one.examined === 0 ? 0 : 3 + i },
  ]),
  fairness: fairnessResults().filter(({ scheduler }) => ['rr', 'wlc', 'mh'].includes(scheduler)),
  acrossModes: acrossModes().slice(0, 3),
  scale: scaleResults().slice(0, 2),
  mutants: mutants(false).slice(0, 9),
  micro: [
    {
      group: 'established packet',
      name: 'NAT request: heap per call',
      value: 0,
      unit: 'bytes',
      goal: 0,
      deterministic: true,
    },
    { group: 'established packet', name: 'NAT request', value: 180, unit: 'ns', deterministic: false },
  ],
};

/** Three measures in three modes: the director and its references, turn by turn. */
export function measured({
  seed = 1,
  perTurn = 0.04,
  perRun = 0,
  turns = 12,
  speed = {},
}: Noise): ThroughputResult[] {
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return MODES.flatMap((mode) =>
    MEASURES.flatMap((measure) => {
      const higherIsBetter = measure !== 'latency';
      const values = new Map(
        Object.entries(SPEEDS).map(([name, usual]) => {
          const right = usual * (speed[name] ?? 1) * Math.exp(perRun * normal());
          const centre = higherIsBetter ? right * 1e5 : 1 / right;
          return [name, Array.from({ length: turns }, () => centre * Math.exp(perTurn * normal()))];
        }),
      );
      return Array.from(values, ([director, samples]) => ({
        id: `throughput/${measure}/${mode}/${director}`,
        measure,
        title: measure,
        mode,
        director,
        status: 'measured' as const,
        unit: higherIsBetter ? '1/s' : 'ms',
        higherIsBetter,
        samples,
        geometricMean: geometricMean(samples),
        ratios:
          director === 'ts'
            ? ['nft', 'forward', 'direct'].flatMap((reference) => {
                const ratio = pairedRatio(samples, values.get(reference) ?? []);
                return ratio === undefined ? [] : [{ reference, ratio }];
              })
            : [],
        cpu: {},
        bottleneck: 'director',
      }));
    }),
  );
}
