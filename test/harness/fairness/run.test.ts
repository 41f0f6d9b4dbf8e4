import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SCHEDULERS } from '../../../director/index.ts';
import { jobsFor, type Selection } from '../../../harness/fairness/jobs.ts';
import { type FairnessOutcome, runFairness } from '../../../harness/fairness/run.ts';
import { judgedIn, measuredIn, unlikeAcrossModes, verdictOf } from '../../../harness/run/verdict.ts';
import type { Mode } from '../../../lab/index.ts';
import { readResult } from '../../../reports/read-result.ts';
import { acrossModes, type FairnessResult, fairness } from '../../../reports/result-figures.ts';
import { fairnessInFull } from '../../../reports/terminal/fairness.ts';
import { screenOf } from '../../../reports/terminal/screen.ts';
import { fairnessScenarios } from '../../../scenarios/fairness/index.ts';
import { lvsLab } from '../command-line.ts';

const EVERYTHING: Selection = {
  modes: ['nat', 'dr', 'tun'],
  schedulers: Object.keys(SCHEDULERS),
  profile: 'default',
};
/** Situations that the quick profile plays in memory. */
const IN_MEMORY = fairnessScenarios.map(({ name }) => name).filter((name) => name !== 'weights');

const playInMemory = (more: Partial<Selection & { seed: number }> = {}) =>
  runFairness({
    ...EVERYTHING,
    profile: 'quick',
    seed: 2,
    situations: IN_MEMORY,
    outDirectory: '/nowhere',
    step: () => undefined,
    ...more,
  });

describe('the jobs of a run', () => {
  it('play every scheduler in every mode with real connections by default', () => {
    const { live } = jobsFor(EVERYTHING);
    for (const mode of EVERYTHING.modes) {
      const played = live.get(mode)!.flatMap((job) => ('contender' in job ? [job] : []));
      const names = played
        .filter(({ scenario }) => scenario.name === 'weights')
        .map(({ contender }) => contender.name);
      expect(names.toSorted()).toEqual(Object.keys(SCHEDULERS).toSorted());
    }
  });

  it('begin alike in every mode, so that what is drawn at random is drawn alike', () => {
    const { live } = jobsFor(EVERYTHING);
    const names = EVERYTHING.modes.map((mode) =>
      live
        .get(mode)!
        .flatMap((job) => ('contender' in job ? [`${job.scenario.name} ${job.contender.name}`] : [])),
    );
    const [nat, dr, tun] = names;
    expect(dr).toEqual(tun);
    expect(nat!.slice(0, dr!.length)).toEqual(dr);
    expect(nat!.length).toBeGreaterThan(dr!.length);
  });

  it('have a service of their own each, with the same number in every mode whatever else is played in one', () => {
    const { live } = jobsFor(EVERYTHING);
    const numbersIn = (mode: Mode) =>
      live
        .get(mode)!
        .flatMap((job) =>
          'contender' in job
            ? [[`${job.scenario.name} ${job.contender.name}`, job.service] as const]
            : job.contenders.map(
                ({ name }, index) => [`${job.scenario.name} ${name}`, job.service + index] as const,
              ),
        );
    const inNat = new Map(numbersIn('nat'));
    expect(new Set(inNat.values()).size).toBe(inNat.size);
    for (const mode of ['dr', 'tun'] as const) {
      for (const [name, service] of numbersIn(mode)) expect([name, service]).toEqual([name, inNat.get(name)]);
    }
  });

  it('are only those of the schedulers, modes and situations asked for', () => {
    const { live, memory } = jobsFor({
      ...EVERYTHING,
      modes: ['tun'],
      schedulers: ['mh'],
      situations: ['weights', 'draws'],
    });
    expect([...live.keys()]).toEqual(['tun']);
    expect(live.get('tun')!.map(({ scenario }) => scenario.name)).toEqual(['weights']);
    expect(memory.map(({ scenario, mode }) => [scenario.name, mode])).toEqual([['draws', 'tun']]);
  });

  it('of the quick profile bring few schedulers onto the network, and play the others in memory', () => {
    const { live, memory } = jobsFor({ ...EVERYTHING, profile: 'quick' });
    for (const mode of EVERYTHING.modes) {
      const onNetwork = live.get(mode)!.map((job) => ('contender' in job ? job.contender.name : ''));
      expect(onNetwork).toEqual(['rr', 'wrr', 'wlc', 'sh', 'mh']);
      const others = memory.flatMap((job) =>
        'contender' in job && job.scenario.name === 'weights' && job.mode === mode
          ? [job.contender.name]
          : [],
      );
      expect([...onNetwork, ...others].toSorted()).toEqual(Object.keys(SCHEDULERS).toSorted());
    }
  });

  it('of the full profile are all with real connections, in every mode', () => {
    const { memory } = jobsFor({ ...EVERYTHING, profile: 'full' });
    expect(memory.map(({ scenario }) => scenario.kind)).toEqual(['memory', 'memory', 'memory']);
  });

  it('of one mode alone are none of schedulers whose choices depend on what was played before, or on ports', () => {
    const { live } = jobsFor(EVERYTHING);
    const inFirstOnly = live.get('nat')!.slice(live.get('dr')!.length);
    const names = inFirstOnly.flatMap((job) => ('contender' in job ? [job.contender.scheduler] : []));
    expect(names.length).toBeGreaterThan(0);
    expect(names).not.toContain('twos');
    expect(names).not.toContain('mh');
  });
});

describe('a run in memory', () => {
  let outcome: FairnessOutcome;

  it('passes, and is what a result file holds', { timeout: 60_000 }, async () => {
    outcome = await playInMemory();
    for (const result of outcome.fairness) {
      expect([result.id, result.status, result.reason]).toEqual([
        result.id,
        expect.stringMatching(/passed|shown/),
        undefined,
      ]);
      expect(fairness.parse(result)).toEqual(result);
      expect(result.lab).toBe('memory');
    }
    const ids = outcome.fairness.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(outcome.fairness.map(({ situation }) => situation))).toEqual(new Set(IN_MEMORY));
  });

  it('defines each figure that it gives, and gives each that it defines', () => {
    const given = new Set(outcome.fairness.flatMap(({ figures }) => Object.keys(figures)));
    const atScale = ['meanLoadVariation', 'refusedConnections', 'virtualSeconds'];
    expect(new Set([...given, ...atScale])).toEqual(new Set(Object.keys(outcome.definitions)));
    for (const { figures, id } of outcome.fairness) {
      for (const [name, value] of Object.entries(figures))
        expect([id, name, Number.isFinite(value)]).toEqual([id, name, true]);
    }
  });

  it('gives the same to the digit for the same seed, whatever other modes are played', {
    timeout: 60_000,
  }, async () => {
    const { fairness: again } = await playInMemory({ modes: ['dr'] });
    const before = outcome.fairness.filter(({ mode }) => mode === 'dr');
    expect(before.length).toBeGreaterThan(50);
    // What is the same in every mode is played once, and in DR only here.
    const alike = again.filter(({ sameInEveryMode }) => sameInEveryMode === undefined);
    expect(alike).toEqual(before);
  });

  it('shows what operators ask about', () => {
    const find = (id: string) => outcome.fairness.find((one) => one.id === `fairness/${id}`)!;
    for (const name of ['lc', 'wlc', 'sed', 'nq']) {
      expect(find(`speeds/nat/${name}`).figures.latencyOverRr).toBeLessThan(0.5);
      expect(find(`restart/nat/${name}`).figures.finalImbalance).toBeLessThanOrEqual(1);
    }
    expect(find('restart/nat/rr').figures.finalImbalance).toBeGreaterThan(10);
    expect(find('one-client/nat/sh').status).toBe('shown');
    expect(find('one-client/nat/sh').figures.maxOverAverage).toBe(3);
    expect(find('one-client/nat/sh-port').figures.maxOverAverage).toBeLessThan(1.5);
    expect(find('udp/nat/nq').figures.maxOverAverage).toBe(3);
    expect(find('udp/nat/wlc').figures.maxOverAverage).toBeLessThan(1.1);
    expect(find('removed/nat/mh').figures.collateralMoves).toBeLessThan(
      find('removed/nat/sh').figures.collateralMoves!,
    );
    // A dead server that refuses at once looks idle where its refusals are seen, and busy where they are not.
    expect(find('crashed/nat/wlc').figures.unansweredShare).toBe(1);
    expect(find('crashed/dr/wlc').figures.unansweredShare).toBeLessThan(
      find('crashed/dr/rr').figures.unansweredShare!,
    );
    expect(find('drained/nat/sh').figures.refusedClients).toBeGreaterThan(0);
    expect(find('drained/nat/sh-fallback').figures.refusedClients).toBe(0);
    expect(find('tables/nat/mh-4093-of-10').figures.needlessSlots).toBeLessThan(0.05);
    expect(find('tables/nat/sh-of-10').figures.needlessSlots).toBeGreaterThan(0.5);
    expect(find('persistence/nat/rr').figures.strayedNetworks).toBe(0);
  });

  it('claims the power of those tests alone that were made', () => {
    const testsOf = (id: string) =>
      outcome.fairness
        .find((one) => one.id === `fairness/${id}`)!
        .sample.tests.map(({ of, against }) => against ?? of);
    expect(testsOf('long-run/nat/wrr')).toEqual(['the reference model']);
    expect(testsOf('long-run/nat/sh')).toEqual(['the reference model', 'shares']);
    // Draws can be compared with the core alone, which is what is played here.
    expect(testsOf('long-run/nat/twos')).toEqual([]);
    expect(testsOf('calibration/nat/twos')).toEqual(['probabilities']);
    expect(testsOf('draws/nat/twos')).toEqual(['shares']);
    // Latency is compared there, and no shares.
    expect(testsOf('speeds/nat/wlc')).toEqual([]);
    expect(testsOf('tables/nat/mh-4093-of-10')).toEqual([]);
  });

  it('sets modes side by side', () => {
    const plans = fairnessScenarios.filter(({ kind, name }) => kind === 'plan' && IN_MEMORY.includes(name));
    const rows = outcome.acrossModes;
    expect(rows.map(({ situation, scheduler }) => `${situation} ${scheduler}`)).toEqual(
      plans.flatMap(({ name, contenders }) => contenders.map((contender) => `${name} ${contender.name}`)),
    );
    for (const row of rows) {
      expect(acrossModes.parse(row)).toEqual(row);
      expect(Object.keys(row.digests)).toEqual(EVERYTHING.modes);
      expect(row.digests.dr).toBe(row.digests.tun);
      expect(row.unlike).toBeUndefined();
      expect([row.situation, row.scheduler, row.alike || !row.mustBeAlike]).toEqual([
        row.situation,
        row.scheduler,
        true,
      ]);
    }
    const differing = rows.filter(({ alike }) => !alike);
    const schedulersIn = (wanted: string) =>
      differing.flatMap(({ situation, scheduler }) => (situation === wanted ? [scheduler] : []));
    expect(new Set(differing.map(({ situation }) => situation))).toEqual(
      new Set(['ended-by-server', 'crashed']),
    );
    expect(schedulersIn('ended-by-server')).toEqual([
      ...['lc', 'wlc', 'sed', 'nq', 'ovf', 'lblc', 'lblcr', 'twos'],
    ]);
    expect(schedulersIn('crashed')).toEqual(['wlc', 'nq']);
    // Nothing differs that the model does not predict, but draws, of which no model says what they are.
    for (const { scheduler, asPredictedBy } of differing) {
      expect([scheduler, asPredictedBy]).toEqual([
        scheduler,
        scheduler === 'twos' ? undefined : 'the reference model',
      ]);
    }
  });

  it('has a result in every mode for all that a mode can change, and one for all modes for the rest', () => {
    for (const { name, kind, contenders } of fairnessScenarios) {
      if (!IN_MEMORY.includes(name)) continue;
      const own = outcome.fairness.filter(({ situation }) => situation === name);
      const wanted = kind === 'memory' ? ['nat'] : EVERYTHING.modes;
      for (const contender of contenders) {
        const modes = new Set(own.flatMap((one) => (one.scheduler === contender.name ? [one.mode] : [])));
        expect([name, contender.name, ...modes]).toEqual([name, contender.name, ...wanted]);
      }
      for (const { sameInEveryMode } of own) {
        if (kind === 'memory') expect(sameInEveryMode).toMatch(/\.$/);
        else expect(sameInEveryMode).toBeUndefined();
      }
    }
  });

  it('is shown in lines that fit, alike modes in one', () => {
    const screen = { ...screenOf(process.stdout), columns: 100, paint: (_: string, text: string) => text };
    const text = fairnessInFull(outcome, screen).flat().join('\n');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).toContain('✓ wlc    dr tun  memory');
    expect(text).toContain('○ sh       nat dr tun  memory  One address leads to one server');
    expect(text).toContain('✓ twos  all  memory');
    expect(text).toContain('alike in all modes: 70 of 80 comparisons');
    expect(text).toMatch(/scheduler +situation +across modes +NAT +DR +TUN/);
    expect(text).toMatch(/wlc +ended-by-server +○ differs, as expected +\w{8} +\w{8} +\w{8}/);
  });
});

describe('the exit code', () => {
  const result = (status: FairnessResult['status']) => ({ status }) as FairnessResult;
  const row = (alike: boolean, mustBeAlike: boolean) =>
    ({ alike, mustBeAlike }) as FairnessOutcome['acrossModes'][number];
  const unlike = { ...row(false, false), unlike: ['dr', 'tun'] } as FairnessOutcome['acrossModes'][number];

  const exitCodeOf = (results: FairnessResult[], rows: FairnessOutcome['acrossModes']) => {
    const found = { cases: [], mutants: [], fairness: results, throughput: [], scale: [] };
    const failures = unlikeAcrossModes(rows);
    return verdictOf(judgedIn(found), [], { failures, measured: measuredIn(found) }).exitCode;
  };

  it('is 0 only where everything was played and holds', () => {
    const code = (statuses: FairnessResult['status'][], rows: FairnessOutcome['acrossModes'] = []) =>
      exitCodeOf(statuses.map(result), rows);
    expect(code(['passed', 'shown'], [row(true, true), row(false, false)])).toBe(0);
    expect(code(['passed', 'failed'])).toBe(1);
    expect(code(['passed'], [row(false, true)])).toBe(1);
    expect(code(['passed'], [unlike])).toBe(1);
    expect(unlikeAcrossModes([unlike])).toEqual([expect.stringContaining('alike in DR and TUN, but must')]);
    expect(code(['failed', 'error'])).toBe(5);
    expect(code(['skipped'])).toBe(5);
    expect(code([])).toBe(5);
  });
});

describe('lvs-lab fairness', () => {
  it('says which situations there are if one is misspelt', async () => {
    const { exitCode, stderr } = await lvsLab('fairness', '--situation', 'wieghts');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no situation "wieghts"; choose from weights, equal');
  });

  it('gives everything as JSON, and leaves a result and its reports', { timeout: 60_000 }, async () => {
    const outDirectory = await mkdtemp(join(tmpdir(), 'lvs-lab-fairness-'));
    onTestFinished(() => rm(outDirectory, { recursive: true }));
    const { stdout, exitCode } = await lvsLab(
      ...[
        'fairness',
        '--no-install',
        '--situation',
        'tables,udp',
        '-p',
        'quick',
        '-m',
        'dr',
        '-s',
        'sh,rr',
        '--json',
        '--out',
        outDirectory,
      ],
    );
    expect(exitCode).toBe(0);
    const { fairness: results, definitions } = JSON.parse(stdout) as FairnessOutcome;
    expect(results.map(({ id }) => id)).toEqual([
      'fairness/udp/dr/rr',
      ...['10', '100', '1000'].map((servers) => `fairness/tables/dr/sh-of-${servers}`),
    ]);
    expect(definitions.jainIndex).toContain('(Σ xᵢ)² / (n · Σ xᵢ²)');
    const result = await readResult(join(outDirectory, 'latest/result.json'));
    expect(Object.keys(result.sources)).toEqual(['kernel: §2.13', 'kernel: §2.14', 'kernel: §4.5']);
    expect(JSON.parse(stdout)).toEqual(result);
  });
});
