import { describe, expect, it } from 'vitest';
import { runFairness } from '../../../harness/fairness/run.ts';
import type { Baseline } from '../../../harness/gate/baseline.ts';
import type { Ledger } from '../../../harness/gate/expected.ts';
import { type GateOptions, gate } from '../../../harness/gate/gate.ts';
import { makeBaseline } from '../../../harness/gate/make-baseline.ts';
import type { Comparison } from '../../../reports/gate/document.ts';
import { headline } from '../../../reports/gate/words.ts';
import type { CaseResult, Result } from '../../../reports/result.ts';
import { putBiased, RS1 } from '../fairness/fixtures/biased.ts';
import { gatedResult } from './results.ts';

const OPTIONS: GateOptions = { ledger: [], effect: 0.2, timings: 'auto', strict: false };
const BASELINE = makeBaseline([gatedResult({ seed: 1 })]);
const SOURCE = 'nat/request/source';

function held(result: Result, options: Partial<GateOptions> = {}, baseline: Baseline = BASELINE) {
  const report = gate(baseline, result, { ...OPTIONS, ...options });
  const told = ({ answer, key, sentence }: Comparison) => `${answer}: ${key}: ${sentence}`;
  return { report, told: report.comparisons.filter(({ answer }) => answer !== 'same').map(told) };
}

/** The same run, but for some of its cases. */
function withCases(change: (one: CaseResult) => CaseResult | undefined): Result {
  const result = gatedResult({ seed: 2 });
  return { ...result, cases: result.cases.flatMap((one) => change(one) ?? []) };
}

const only = (id: string, lab: CaseResult['lab'], change: Partial<CaseResult>) =>
  withCases((one) => (one.id === id && one.lab === lab ? { ...one, ...change } : one));

describe('a release against itself', () => {
  it('passes, with nothing to tell', () => {
    const { report, told } = held(gatedResult({ seed: 2 }));
    expect(report).toMatchObject({ status: 'passed', exitCode: 0, reasons: [] });
    expect(told).toEqual([]);
    expect(report.comparisons.length).toBeGreaterThan(80);
  });

  it.each([
    ['quiet', { perTurn: 0.02, turns: 12 }],
    ['noisy', { perTurn: 0.1, turns: 4 }],
    ['very noisy, with runs that differ', { perTurn: 0.4, perRun: 0.02, turns: 4 }],
  ])('passes ten times in a row on a machine that is %s', (_, noise) => {
    for (let first = 0; first < 8; first++) {
      const baseline = makeBaseline([gatedResult({ ...noise, seed: 1000 * first })]);
      for (let again = 1; again <= 10; again++) {
        const { report, told } = held(gatedResult({ ...noise, seed: 1000 * first + again }), {}, baseline);
        expect([report.status, ...told.filter((line) => !line.startsWith('noisy'))]).toEqual(['passed']);
      }
    }
  });

  it('says loudly that it is noisy, and fails for that only if asked to', () => {
    const noisy = gatedResult({ seed: 2, perTurn: 0.5, turns: 4 });
    expect(held(noisy).report.exitCode).toBe(0);
    expect(held(noisy).told).toHaveLength(9);
    expect(held(noisy, { strict: true }).report).toMatchObject({ status: 'regression', exitCode: 4 });
  });
});

describe('verdicts', () => {
  it.each([
    ['failed', { status: 'failed', reason: 'Wrong source.' }, 'failed now: Wrong source.'],
    ['turned unsupported', { status: 'skipped', reason: 'no such mode' }, 'skipped now: no such mode'],
  ] as const)('fail the gate where a case %s', (_, change, sentence) => {
    const { report, told } = held(only(SOURCE, 'live', change));
    expect(report.exitCode).toBe(4);
    expect(told).toEqual([`worse: ${SOURCE} (live ts wrr): passed before, ${sentence}`]);
  });

  it('fail it where a case is gone, and name it', () => {
    const { report, told } = held(
      withCases((one) => (one.id === SOURCE && one.lab === 'live' ? undefined : one)),
    );
    expect(report.exitCode).toBe(4);
    expect(told).toEqual([
      `vanished: ${SOURCE} (live ts wrr): this case is in the baseline and not in this run`,
    ]);
  });

  it('let a new case pass, but not one that is new and fails', () => {
    const added = (status: CaseResult['status']) => {
      const result = gatedResult({ seed: 2 });
      const [first] = result.cases;
      return { ...result, cases: [...result.cases, { ...first!, id: 'nat/new/case', status }] };
    };
    expect(held(added('passed'))).toMatchObject({
      report: { exitCode: 0 },
      told: ['new: nat/new/case (live ts wrr): passed'],
    });
    expect(held(added('failed'))).toMatchObject({
      report: { exitCode: 4 },
      told: ['worse: nat/new/case (live ts wrr): new, and failed'],
    });
  });

  it('that got better are told and fail nothing', () => {
    const failing = only(SOURCE, 'live', { status: 'failed' });
    const { report, told } = held(gatedResult({ seed: 2 }), {}, makeBaseline([failing]));
    expect(report.exitCode).toBe(0);
    expect(told).toEqual([`better: ${SOURCE} (live ts wrr): failed before, passed now`]);
  });

  it('may go on failing where the baseline has it so', () => {
    const failing = only(SOURCE, 'live', { status: 'failed' });
    expect(held(failing, {}, makeBaseline([failing])).report.exitCode).toBe(0);
  });

  it.each(['untrusted', 'interrupted', 'environment'] as const)(
    'never pass in a run that is %s',
    (status) => {
      const result = gatedResult({ seed: 2 });
      const verdict = { ...result.verdict, status, reasons: ['A capture was cut.'] };
      expect(held({ ...result, verdict }).report).toMatchObject({
        status: 'untrusted',
        exitCode: 5,
        reasons: [`The run itself is ${status}.`, 'A capture was cut.'],
      });
    },
  );

  it('never pass against a baseline that holds nothing', () => {
    const nothing = {
      ...gatedResult(),
      cases: [],
      fairness: [],
      acrossModes: [],
      scale: [],
      mutants: [],
    };
    const empty = makeBaseline([{ ...nothing, micro: [], throughput: [] }]);
    expect(held(gatedResult(), {}, empty).report).toMatchObject({
      exitCode: 5,
      reasons: ['The baseline holds nothing.'],
    });
  });
});

describe('what is the same in every run', () => {
  const changed = (change: (result: Result) => Partial<Result>) => {
    const result = gatedResult({ seed: 2 });
    return held({ ...result, ...change(result) });
  };

  it('fails the gate where scripted packets were examined in another number; live traffic may vary', () => {
    expect(held(only(SOURCE, 'live', { examined: 7 })).told).toEqual([]);
    const { report, told } = held(only(SOURCE, 'memory', { examined: 7 }));
    expect(report.exitCode).toBe(4);
    expect(told).toEqual([`changed: ${SOURCE} (memory ts various): examined 4 → 7 (+75 %)`]);
  });

  it('fails it where a digest changed', () => {
    const { report, told } = changed(({ fairness }) => ({
      fairness: fairness.map((one, i) =>
        i === 0 ? { ...one, sequence: { ...one.sequence!, digest: 'feed' } } : one,
      ),
    }));
    expect(report.exitCode).toBe(4);
    expect(told).toEqual(['changed: fairness/equal/nat/rr (live ts): digest b6c1f4e0 → feed']);
  });

  it('fails it where a figure changed in its last digit', () => {
    const { told } = changed(({ fairness }) => ({
      fairness: fairness.map((one, i) =>
        i === 0
          ? {
              ...one,
              figures: { ...one.figures, jainIndex: (one.figures.jainIndex as number) * (1 - 2 ** -52) },
            }
          : one,
      ),
    }));
    expect(told[0]).toMatch(/^changed: fairness\/equal\/nat\/rr \(live ts\): jain index \S+ → \S+ /);
  });

  it('lets figures vary that are not said to be the same', () => {
    const { told } = changed(({ fairness }) => ({
      fairness: fairness.map((one) => ({ ...one, figures: { ...one.figures, latencyP99Ms: 99 } })),
    }));
    expect(told).toEqual([]);
  });

  it('cannot be compared where less was done', () => {
    const { report, told } = changed(({ fairness }) => ({
      fairness: fairness.map((one, i) =>
        i === 0 ? { ...one, sample: { ...one.sample, connections: 80 }, figures: {} } : one,
      ),
    }));
    expect(report.exitCode).toBe(4);
    expect(told).toEqual([
      expect.stringContaining('connections 600 → 80 (−87 %): this is another experiment'),
    ]);
  });

  it.each([
    [
      'modes that decide differently',
      ({ acrossModes: [first, ...rest] }: Result) => ({
        acrossModes: [{ ...first!, digests: { ...first!.digests, dr: 'feed' } }, ...rest],
      }),
    ],
    [
      'a run at scale',
      ({ scale: [first, ...rest] }: Result) => ({ scale: [{ ...first!, digest: 'feed' }, ...rest] }),
    ],
    [
      'a mutant that survives',
      ({ mutants: [first, ...rest] }: Result) => ({
        mutants: [{ ...first!, status: 'survived' as const }, ...rest],
      }),
    ],
    ['a mutant that is gone', ({ mutants }: Result) => ({ mutants: mutants.slice(1) })],
    [
      'heap taken per packet',
      ({ micro }: Result) => ({
        micro: micro!.map((one) => (one.unit === 'bytes' ? { ...one, value: 16 } : one)),
      }),
    ],
    [
      'a benchmark that is gone',
      ({ throughput }: Result) => ({
        throughput: throughput.filter(({ id }) => id !== 'throughput/latency/tun/ts'),
      }),
    ],
  ])('fails the gate for %s', (_, change) => {
    const { report, told } = changed(change);
    expect(report.exitCode).toBe(4);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^(changed|worse|vanished): /);
  });

  it('fails it for a scheduler that is biased by 3 %', async () => {
    const played = async () => {
      const situations = ['long-run', 'draws', 'calibration'];
      const { fairness } = await runFairness({
        ...{ modes: ['nat'], schedulers: ['wrr'], profile: 'default', seed: 1, situations },
        ...{ outDirectory: '/nowhere', step: () => undefined },
      });
      // Whatever the bench itself thinks of it: the gate goes by what changed.
      return {
        ...gatedResult({ seed: 2 }),
        fairness: fairness.map((one) => ({ ...one, status: 'shown' as const })),
      };
    };
    const baseline = makeBaseline([await played()]);
    expect(held(await played(), {}, baseline).report.exitCode).toBe(0);
    using _ = putBiased('wrr', RS1);
    const { report, told } = held(await played(), {}, baseline);
    expect(report.exitCode).toBe(4);
    expect(told.length).toBeGreaterThan(0);
    for (const line of told) expect(line).toMatch(/^changed: fairness\/.*: digest \w+ → \w+, .*jain/);
  });
});

describe('timings', () => {
  it('fail the gate for a director that is 20 % slower', () => {
    const { report, told } = held(gatedResult({ seed: 2, speed: { ts: 0.8 } }));
    expect(report.exitCode).toBe(4);
    expect(told).toHaveLength(9);
    expect(told[0]).toMatch(/^worse: throughput\/.*: 0\.[78]\d+ times as good as the baseline/);
  });

  const elsewhere = (result: Result): Result => ({
    ...result,
    run: { ...result.run, machine: { ...result.run.machine, cpu: 'Another CPU' } },
  });

  it('are not compared on another machine, which is said; with --strict that fails', () => {
    const slow = elsewhere(gatedResult({ seed: 2, speed: { ts: 0.8 } }));
    const { report, told } = held(slow);
    expect(report.exitCode).toBe(0);
    expect(told).toHaveLength(9);
    expect(told[0]).toBe(
      'not compared: throughput/packets/nat/ts: another machine: Another CPU instead of Example CPU @ 2.4 GHz',
    );
    expect(headline(report)).toBe(
      'As good as the baseline; performance was not judged (another machine: Another CPU instead of Example CPU @ 2.4 GHz)',
    );
    const strict = held(slow, { strict: true }).report;
    expect(strict.exitCode).toBe(4);
    expect(headline(strict)).toMatch(
      /^Worse than the baseline: 9 not compared; performance was not judged \(another machine: /,
    );
    const { report: asked } = held(slow, { timings: 'always' });
    expect([asked.exitCode, headline(asked)]).toEqual([4, expect.not.stringContaining('not judged')]);
    expect(held(gatedResult({ speed: { ts: 0.1 } }), { timings: 'never' }).report.exitCode).toBe(0);
  });

  it('that vanished are missed on any machine', () => {
    const result = elsewhere(gatedResult({ seed: 2 }));
    const { report } = held({ ...result, throughput: [] });
    expect(report.exitCode).toBe(4);
  });
});

describe('the ledger of expected failures', () => {
  const failing = only(SOURCE, 'live', { status: 'failed' });
  const ledger = (...cases: string[]): Ledger =>
    cases.map((one) => ({ case: one, reason: 'It is being mended.' }));
  const exact = `${SOURCE} (live ts wrr)`;

  it('lets an expected failure pass, and names its reason', () => {
    const { report, told } = held(failing, { ledger: ledger(exact) });
    expect(report.exitCode).toBe(0);
    expect(told).toEqual([`expected failure: ${exact}: It is being mended.`]);
  });

  it('fails the gate for an unexpected pass, of every case with that id', () => {
    expect(held(gatedResult({ seed: 2 }), { ledger: ledger(exact) })).toMatchObject({
      report: { exitCode: 4 },
      told: [`unexpected pass: ${exact}: it holds now; the ledger says that it fails (It is being mended.)`],
    });
    // In memory the case holds.
    expect(held(failing, { ledger: ledger(SOURCE) }).told.map((line) => line.split(':')[0])).toEqual([
      'unexpected pass',
      'expected failure',
    ]);
  });

  it('fails it for an entry without a case', () => {
    const { report, told } = held(gatedResult({ seed: 2 }), { ledger: ledger('nat/no/such') });
    expect(report.exitCode).toBe(4);
    expect(told[0]).toMatch(/^no such case: nat\/no\/such: /);
  });

  it('excuses no case that is skipped or gone', () => {
    const skipped = only(SOURCE, 'live', { status: 'skipped', reason: 'no such mode' });
    expect(held(skipped, { ledger: ledger(exact) }).report.exitCode).toBe(4);
    const gone = withCases((one) => (one.id === SOURCE && one.lab === 'live' ? undefined : one));
    expect(held(gone, { ledger: ledger(exact) }).report.exitCode).toBe(4);
  });
});
