import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Reference } from '../../../harness/directors/director-under-test.ts';
import { ownDirector, references } from '../../../harness/directors/index.ts';
import { nft } from '../../../harness/directors/nft/index.ts';
import { tsXdpDirector } from '../../../harness/directors/ts/index.ts';
import { fastPathComparison } from '../../../harness/throughput/fast-path-comparison.ts';
import type { Budget } from '../../../harness/throughput/profiles.ts';
import { runThroughput } from '../../../harness/throughput/run.ts';
import { LabError, listLabs, type Mode } from '../../../lab/index.ts';
import { type ThroughputResult, throughput } from '../../../reports/result-figures.ts';
import { throughputInFull } from '../../../reports/terminal/measured.ts';
import { measures } from '../../../scenarios/throughput.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

const TINY: Budget = {
  turns: 2,
  coreTurns: 0,
  warmUpMs: 50,
  trialMs: 10,
  confirmMs: 15,
  fullSpeedMs: 150,
  fixedRateMs: 60,
};

/** One that cannot run here, and one that refuses when it is started. */
/** Why a reference may be absent. */
const ABSENT: Readonly<Record<string, string>> = { haproxy: 'not installed', ipvs: 'does not offer IPVS' };

const absent: Reference = {
  ...nft,
  name: 'absent',
  unavailable: async () => 'absent is not installed (package absent)',
};
const refusing: Reference = {
  ...nft,
  name: 'refusing',
  start: async () => {
    throw new LabError('refusing: no such table');
  },
};

describeAsRoot('a throughput run', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  beforeAll(async () => {
    directory = await temporaryRunDirectory();
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  const run = (mode: Mode, options: Partial<Parameters<typeof runThroughput>[0]> = {}) =>
    runThroughput({
      modes: [mode],
      profile: 'quick',
      budget: TINY,
      seed: 1,
      outDirectory: directory.path,
      step: () => undefined,
      ...options,
    });

  /** Turns this short may be over on a busy machine before anything has come through: then they are given more time. */
  const measured = async (mode: Mode, options: { budget: Budget; references?: readonly Reference[] }) => {
    let { budget } = options;
    for (;;) {
      const results = await run(mode, { ...options, budget });
      const isEmpty = results.some(({ reason }) => reason?.startsWith('nothing came through'));
      if (!isEmpty || budget.fullSpeedMs > 5_000) return results;
      const { trialMs, confirmMs, fullSpeedMs, fixedRateMs } = budget;
      budget = {
        ...budget,
        trialMs: 2 * trialMs,
        confirmMs: 2 * confirmMs,
        fullSpeedMs: 4 * fullSpeedMs,
        fixedRateMs: 4 * fixedRateMs,
      };
    }
  };

  const labsLeft = async () =>
    (await listLabs()).filter((lab) => lab.runDirectory.startsWith(directory.path));

  it.each([
    ['nat', measures.map(({ id }) => id)],
    ['dr', ['packets-mtu', 'connections']],
    ['tun', ['packets-mtu', 'connections']],
  ] as [Mode, string[]][])(
    'measures in %s beside references, and leaves nothing: %s',
    async (mode, wanted) => {
      const results = z
        .array(throughput)
        .parse(await measured(mode, { budget: { ...TINY, measures: wanted } }));
      const names = [
        ownDirector.name,
        ...references.filter(({ modes }) => modes.includes(mode)).map(({ name }) => name),
      ];
      for (const { id, kind } of measures.filter(({ id }) => wanted.includes(id))) {
        const own = results.filter(({ measure }) => measure === id);
        // HAProxy carries no datagrams, and frames past every machine would measure their generator.
        const expected =
          kind === 'packets' ? names.filter((name) => !['haproxy', 'direct'].includes(name)) : names;
        expect(own.map(({ director }) => director)).toEqual(expected);
      }
      for (const result of results) expectMeasured(result);
      for (const own of results.filter(({ director }) => director === ownDirector.name)) {
        // A turn in which nothing came through, as on a busy machine in turns that short, gives none; and one is no spread.
        const comparable = results.filter(
          ({ measure, director, samples }) =>
            measure === own.measure &&
            director !== own.director &&
            samples.filter((sample, turn) => sample > 0 && own.samples[turn]! > 0).length > 1,
        );
        expect(own.ratios.map(({ reference }) => reference)).toEqual(
          comparable.map(({ director }) => director),
        );
      }
      const screen = { columns: 100, paint: (_: unknown, text: string) => text };
      const shown = throughputInFull({ throughput: results }, screen).flat().join('\n');
      for (const { reference } of results.flatMap(({ ratios }) => ratios)) {
        expect(shown).toContain(`of ${reference}`);
      }
      expect(await labsLeft()).toEqual([]);
    },
  );

  function expectMeasured(result: ThroughputResult): void {
    if (result.status === 'skipped') {
      // A machine without HAProxy, or without IPVS in its kernel, is no failure.
      expect(result.reason).toContain(ABSENT[result.director]);
      return;
    }
    expect(result).toMatchObject({
      status: 'measured',
      geometricMean: expect.toSatisfy((value: number) => value > 0),
    });
    expect(result.samples).toHaveLength(TINY.turns);
    expect(result.bottleneck).toMatch(/^(none|generator|director|server|machine|wire)$/);
    // Only a director under test is compared. A turn in which nothing came through gives no ratio.
    if (result.director !== ownDirector.name) expect(result.ratios).toEqual([]);
    expect(result.latencyMs !== undefined).toBe(/latency|fixed/.test(result.id));
  }

  it('compares the fast path with the least that can be done to a frame, past the switches', async () => {
    const growth = (fastPathComparison.growth ?? []).filter(({ id }) => id === 'growth-512-1');
    const budget = { ...TINY, trialMs: 20, measures: ['packets'] };
    const results = await run('tun', { ...fastPathComparison, directors: [tsXdpDirector], growth, budget });
    const names = ['ts-xdp', 'forward', 'xdp-redirect'];
    expect(results.map(({ id }) => id)).toEqual(
      ['packets', 'growth-512-1'].flatMap((id) => names.map((name) => `throughput/${id}/tun/${name}`)),
    );
    for (const result of z.array(throughput).parse(results)) expect(result.status).toBe('measured');
    expect(await labsLeft()).toEqual([]);
  });

  it('times the core alone in every mode, in turns with a reference', async () => {
    const budget = { ...TINY, measures: [], coreTurns: 2 };
    const results = await run('nat', { modes: ['nat', 'dr', 'tun'], budget, references: [] });
    expect(results.map(({ id }) => id)).toEqual(
      ['nat', 'dr', 'tun'].flatMap((mode) => [
        `throughput/core/${mode}/ts`,
        `throughput/core/${mode}/checksum`,
      ]),
    );
    for (const result of z.array(throughput).parse(results)) expectMeasured(result);
    for (const { ratios } of results.filter(({ director }) => director === 'ts')) {
      expect(ratios).toMatchObject([{ reference: 'checksum', ratio: { samples: 2 } }]);
    }
  });

  it('shows what cannot run, or does not start, with the reason, and measures the others', async () => {
    const results = await measured('dr', {
      budget: { ...TINY, measures: ['connections'] },
      references: [absent, refusing].map((one) => ({ ...one, modes: ['dr'] })),
    });
    expect(results.map(({ director, status, reason }) => ({ director, status, reason }))).toEqual([
      // A measurement may come with a remark: that the machine was busy with other things.
      { director: 'ts', status: 'measured', reason: results[0]?.reason },
      { director: 'absent', status: 'skipped', reason: 'absent is not installed (package absent)' },
      { director: 'refusing', status: 'error', reason: 'refusing: no such table' },
    ]);
  });

  it('shows a director that ends in the middle as an error of what was still to be measured', async () => {
    const ts = ownDirector;
    const dying = {
      ...ts,
      start: async (...of: Parameters<typeof ts.start>) => {
        const running = await ts.start(...of);
        setTimeout(() => void running.stop(), 500);
        return running;
      },
    };
    const results = await run('dr', {
      directors: [dying],
      references: [],
      budget: { ...TINY, fixedRateMs: 5_000 },
    });
    expect(results.map(({ measure }) => measure)).toEqual(measures.map(({ id }) => id));
    expect(results.at(-1)).toMatchObject({
      status: 'error',
      reason: expect.stringMatching(/ts ended by itself|no request .* is answered/),
    });
    expect(await labsLeft()).toEqual([]);
  });

  it('ends between two turns when it is told to, and leaves nothing', async () => {
    const abort = new AbortController();
    const step = (text: string) => {
      if (/turn 2/.test(text)) abort.abort(new Error('told to end'));
    };
    await expect(run('dr', { step, signal: abort.signal })).rejects.toThrow('told to end');
    expect(await labsLeft()).toEqual([]);
  });
});
