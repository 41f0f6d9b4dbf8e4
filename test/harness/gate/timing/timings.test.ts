import { describe, expect, it } from 'vitest';
import { makeBaseline } from '../../../../harness/gate/make-baseline.ts';
import { compareTimings } from '../../../../harness/gate/timing/compare-timings.ts';
import { pooledSpread, spreadOf } from '../../../../harness/gate/timing/quotient.ts';
import { runSpreadsOf, together } from '../../../../harness/gate/timing/runs.ts';
import { type Timing, timingOf, timingsOf } from '../../../../harness/gate/timing/timing.ts';
import type { Result } from '../../../../reports/result.ts';
import { gatedResult, measured, type Noise } from '../results.ts';

const EFFECT = 0.2;
const PACKETS = 'throughput/packets/nat/ts';

function answers(baseline: readonly Noise[], now: Noise): Map<string, string> {
  const runs = baseline.map((noise) => gatedResult(noise)) as [Result, ...Result[]];
  const compared = compareTimings(makeBaseline(runs), measured(now), { effect: EFFECT });
  return new Map(compared.map(({ key, answer }) => [key, answer]));
}

const all = (answer: string) => Array.from({ length: 9 }, () => answer);

describe('a benchmark', () => {
  it('is the director beside the geometric mean of its references, turn by turn', () => {
    const results = measured({ turns: 2, perTurn: 0 }).map((one) => ({
      ...one,
      // The machine is twice as fast in the second turn: the ratio does not change.
      samples: one.samples.map((value, turn) => value * (turn + 1)),
    }));
    const timing = timingsOf(results).get(PACKETS);
    const ratio = 0.4 / Math.cbrt(0.7 * 0.9 * 1);
    expect(timing?.ratio).toBeCloseTo(ratio, 12);
    expect(timing?.low).toBeCloseTo(ratio, 12);
    expect(timing?.high).toBeCloseTo(ratio, 12);
    expect(timing?.against.nft).toBeCloseTo(0.4 / 0.7, 12);
    expect(timing).toMatchObject({ measure: 'packets', higherIsBetter: true, turns: 2 });
  });

  it('is of directors under test, not of references', () => {
    expect([...timingsOf(measured({})).keys()].filter((id) => !id.endsWith('/ts'))).toEqual([]);
  });

  it.each([
    ['was skipped', { status: 'skipped', reason: 'no such kernel' } as const, 'skipped: no such kernel'],
    ['gave nothing at times', { samples: [3, 0, 3, 0] }, 'nothing came through in 2 of 4 turns'],
    ['had one turn only', { samples: [3] }, 'fewer than two turns'],
  ])('has no ratio where it %s', (_, change, reason) => {
    const results = measured({});
    const own = results.find(({ id }) => id === PACKETS)!;
    expect(timingOf({ ...own, ...change }, results)).toContain(reason);
  });

  it('has no ratio to a reference that was not there', () => {
    const results = measured({}).filter(({ director }) => director !== 'nft');
    expect(timingOf(results.find(({ id }) => id === PACKETS)!, results)).toBe('there was no nft beside it');
  });
});

describe('how much timings vary', () => {
  it('is read from the interval, and pooled over benchmarks of a kind', () => {
    const timings = [...timingsOf(measured({ perTurn: 0.1, turns: 400 })).values()];
    // The director’s noise, and a third of the variance of three references’.
    const expected = 0.1 * Math.sqrt(1 + 1 / 3);
    expect(pooledSpread(timings).perTurn / expected).toBeCloseTo(1, 1);
    expect(pooledSpread(timings).degrees).toBe(9 * 399);
  });

  it('from run to run is what the turns do not explain', () => {
    const runs = (perRun: number) =>
      Array.from({ length: 30 }, (_, seed) => timingsOf(measured({ seed, perRun })));
    const spread = (perRun: number) => {
      const all = runs(perRun);
      const benchmarks = [...all[0]!.keys()].map((id) => all.map((run) => run.get(id)));
      return runSpreadsOf(benchmarks as [Timing, ...Timing[]][]);
    };
    for (const [kind, found] of Object.entries(spread(0))) expect(found, kind).toBeLessThan(0.02);
    for (const found of Object.values(spread(0.05))) {
      expect(found / (0.05 * Math.sqrt(1 + 1 / 3))).toBeCloseTo(1, 0.5);
    }
  });

  it('of several runs together is that of all their turns', () => {
    const runs = [1, 2, 3].map((seed) => timingsOf(measured({ seed })).get(PACKETS) as Timing);
    const one = together(runs as [Timing, ...Timing[]]);
    expect(one.turns).toBe(36);
    expect(one.ratio).toBeCloseTo(Math.cbrt(runs[0]!.ratio * runs[1]!.ratio * runs[2]!.ratio), 12);
    expect(spreadOf(one)).toBeCloseTo(pooledSpread(runs).perTurn, 12);
  });
});

describe('timings against a baseline', () => {
  it('are the same where nothing changed', () => {
    expect([...answers([{ seed: 1 }], { seed: 2 }).values()]).toEqual(all('same'));
  });

  it('are worse where the director is 20 % slower, whether more or less is better', () => {
    expect([...answers([{ seed: 1 }], { seed: 2, speed: { ts: 0.8 } }).values()]).toEqual(all('worse'));
  });

  it('are better where it is 30 % faster', () => {
    expect([...answers([{ seed: 1 }], { seed: 2, speed: { ts: 1.3 } }).values()]).toEqual(all('better'));
  });

  it('are the same where the whole machine is half as fast', () => {
    const half = { ts: 0.5, nft: 0.5, forward: 0.5, direct: 0.5 };
    expect([...answers([{ seed: 1 }], { seed: 2, speed: half }).values()]).toEqual(all('same'));
  });

  it('are noisy, and not the same, where a loss of 20 % could hide', () => {
    const noise = { perTurn: 0.3, turns: 4 };
    expect([...answers([{ seed: 1, ...noise }], { seed: 2, ...noise }).values()]).toEqual(all('noisy'));
  });

  it('find smaller losses where several runs show how little they vary', () => {
    const baseline = [1, 2, 3, 4].map((seed) => ({ seed, perTurn: 0.02 }));
    const now = { seed: 9, perTurn: 0.02, speed: { ts: 0.92 } };
    expect([...answers(baseline, now).values()]).toEqual(all('worse'));
    expect([...answers(baseline.slice(0, 1), now).values()]).not.toContain('worse');
  });

  it('say against which reference, how sure, and what would be found', () => {
    const baseline = makeBaseline([gatedResult({ seed: 1, perTurn: 0.001 })]);
    const [first] = compareTimings(baseline, measured({ seed: 2, perTurn: 0.001, speed: { ts: 0.7 } }), {
      effect: EFFECT,
    });
    expect(first?.sentence).toMatch(
      /^0\.70\d times as good as the baseline \(0\.\d+ to 0\.\d+, p \S+ of being as bad by chance, 9 tests\); against nft ×0\.70\d, forward ×0\.\d+, direct ×0\.\d+; a loss of 1\d\.\d % would be found$/,
    );
    expect(first?.quotient?.pWorse).toBeLessThan(1e-6);
  });

  it('are noisy, and no loss, where the machine did other work meanwhile', () => {
    const baseline = makeBaseline([gatedResult({ seed: 1, perTurn: 0.001 })]);
    const slow = measured({ seed: 2, perTurn: 0.001, speed: { ts: 0.5 } });
    const besides = (director: string) =>
      slow.map((one) => (one.director === director ? { ...one, cpu: { others: 0.9 } } : one));
    for (const director of ['ts', 'forward']) {
      const found = compareTimings(baseline, besides(director), { effect: EFFECT });
      expect(found.map(({ answer }) => answer)).toEqual(found.map(() => 'noisy'));
      expect(found[0]?.sentence).toBe('other processes used 0.9 cores meanwhile');
    }
    const disturbed = { ...gatedResult(), throughput: besides('ts') };
    expect(() => makeBaseline([disturbed])).toThrow(
      /other processes used the machine while throughput.* Let it run alone/,
    );
  });

  it('vanish with the benchmark, its figures or a reference', () => {
    const baseline = makeBaseline([gatedResult()]);
    const without = (keep: (director: string, id: string) => boolean) =>
      compareTimings(
        baseline,
        measured({}).filter(({ director, id }) => keep(director, id)),
        { effect: EFFECT },
      )
        .filter(({ answer }) => answer === 'vanished')
        .map(({ key, sentence }) => `${key}: ${sentence}`);
    expect(without((_, id) => id !== PACKETS)).toEqual([
      `${PACKETS}: this benchmark is in the baseline and not in this run`,
    ]);
    expect(without((director) => director !== 'direct')).toHaveLength(9);
    expect(without((director) => director !== 'direct')[0]).toBe(`${PACKETS}: there was no direct beside it`);
  });
});
