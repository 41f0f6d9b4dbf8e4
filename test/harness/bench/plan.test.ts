import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BenchOptions, weightsFor } from '../../../harness/bench/options.ts';
import { allCases, planRun, selected } from '../../../harness/bench/plan.ts';
import { caseId } from '../../../harness/requirement.ts';

const OPTIONS: BenchOptions = {
  modes: ['nat', 'dr', 'tun'],
  schedulers: ['rr'],
  servers: 3,
  durationMs: 1000,
  seed: 1,
  outDirectory: '/nowhere',
  grep: [],
  keep: false,
  command: 'lvs-lab bench',
};

const ids = (options: BenchOptions) =>
  planRun(options).flatMap(({ mode, scenarios }) => scenarios.map((scenario) => caseId(scenario, mode)));

describe('the plan of a run', () => {
  it('judges every case in its mode, with every scheduler', () => {
    expect(ids(OPTIONS)).toEqual(allCases().map(({ id }) => id));
    const twice = planRun({ ...OPTIONS, schedulers: ['rr', 'wlc'], modes: ['dr'] });
    expect(twice.map(({ mode, scheduler }) => [mode, scheduler])).toEqual([
      ['dr', 'rr'],
      ['dr', 'wlc'],
    ]);
  });

  it('takes the cases whose ids start with any of the prefixes, and leaves out modes without one', () => {
    expect(ids({ ...OPTIONS, grep: ['nat/reply', 'tun/udp'] })).toEqual([
      'nat/reply/source',
      'nat/reply/path',
      'tun/udp/echo',
    ]);
    expect(planRun({ ...OPTIONS, grep: ['nat/reply'], modes: ['dr'] })).toEqual([]);
    // In the middle of an id it says nothing.
    expect(ids({ ...OPTIONS, grep: ['reply'] })).toEqual([]);
  });

  it('selects exactly by prefix', () => {
    const all = allCases().map(({ id }) => id);
    const prefix = fc
      .tuple(fc.constantFrom(...all), fc.nat(30))
      .map(([id, length]) => id.slice(0, length + 1));
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 1, maxLength: 3 }), (grep) => {
        const chosen = new Set(ids({ ...OPTIONS, grep }));
        for (const id of all) expect(chosen.has(id)).toBe(grep.some((one) => id.startsWith(one)));
      }),
    );
  });

  it('has cases in every mode', () => {
    for (const mode of OPTIONS.modes) expect(selected(mode, []).length).toBeGreaterThan(10);
  });

  it('gives equal weights to servers whose scheduler does not look at them, unless told otherwise', () => {
    expect(weightsFor(OPTIONS, 'rr')).toEqual([1]);
    expect(weightsFor(OPTIONS, 'wrr')).toEqual([1, 2, 3]);
    expect(weightsFor({ ...OPTIONS, weights: [5] }, 'rr')).toEqual([5]);
  });
});
