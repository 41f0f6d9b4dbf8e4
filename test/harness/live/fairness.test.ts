import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Core, seededRandom } from '../../../director/index.ts';
import { tsDirector, tsDirectorOf } from '../../../harness/directors/ts/index.ts';
import { playInMemory } from '../../../harness/fairness/memory-player.ts';
import { type FairnessOptions, runFairness } from '../../../harness/fairness/run.ts';
import { LiveLab } from '../../../harness/live/live-lab.ts';
import { playPlanLive } from '../../../harness/live/play-plan.ts';
import type { Mode } from '../../../lab/index.ts';
import type { FairnessResult } from '../../../reports/result-figures.ts';
import { fairnessScenarios } from '../../../scenarios/fairness/index.ts';
import type { PlanScenario } from '../../../scenarios/fairness/scenario.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

const SEED = 11;
const BIASED_DIRECTOR = fileURLToPath(new URL('../fairness/fixtures/biased-director.ts', import.meta.url));

let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;

function scenario(name: string): PlanScenario {
  const found = fairnessScenarios.find((one) => one.name === name);
  if (found?.kind !== 'plan') throw new Error(`no plan scenario ${name}`);
  return found;
}

function play(options: Partial<FairnessOptions>) {
  return runFairness({
    modes: ['dr'],
    schedulers: ['rr', 'wrr', 'wlc', 'sh', 'mh'],
    profile: 'quick',
    situations: ['weights'],
    seed: SEED,
    outDirectory: directory.path,
    step: () => undefined,
    ...options,
  });
}

describeAsRoot('fairness on live traffic', () => {
  beforeAll(async () => {
    directory = await temporaryRunDirectory();
  });

  afterAll(() => directory[Symbol.asyncDispose]());

  it.each<[Mode, readonly string[]]>([
    // Where the set of servers changes replies matter most; NAT sees them.
    [
      'nat',
      ['weights', 'restart', 'added', 'removed', 'drained', 'crashed', 'persistence', 'udp', 'one-client'],
    ],
    ['dr', ['weights', 'ended-by-server', 'crashed']],
    ['tun', ['weights', 'ended-by-server', 'removed']],
  ])('comes to what the same plans come to in memory: %s', async (mode, situations) => {
    await using live = await LiveLab.bringUp({
      mode,
      servers: 3,
      director: tsDirector,
      seed: SEED,
      runDirectory: directory.path,
      service: { httpServerPort: 80, udpServerPort: 80, localPort: 9000 },
      isCaptured: false,
    });
    const core = new Core({ sink: { send: () => undefined }, random: seededRandom(SEED) });
    let services = 0;
    for (const { name, contenders, plan } of situations.map(scenario)) {
      // Every scheduler in one mode: what differs between the modes does not depend on which it is.
      for (const contender of name === 'weights' && mode === 'nat' ? contenders : contenders.slice(0, 2)) {
        const made = plan({ contender, connections: 24, seed: SEED });
        const place = live.placeOf(services++);
        const { decisions, samples, unanswered, broken } = await playPlanLive(made, place, live);
        expect([name, contender.name, { decisions, samples, unanswered, broken }]).toEqual([
          name,
          contender.name,
          playInMemory(made, place, core),
        ]);
      }
    }
  });

  it('gives the same figures to the digit for the same seed', async () => {
    const options = { schedulers: ['wlc', 'twos'], situations: ['weights', 'udp'] };
    const [first, second] = [await play(options), await play(options)];
    expect(first.fairness.map(deterministicPart)).toEqual(second.fairness.map(deterministicPart));
    expect(first.fairness.filter(({ lab }) => lab === 'live').length).toBeGreaterThan(0);
  });

  it('detects a director whose schedulers are unfair by 3 % of one server’s share', async () => {
    const { fairness } = await play({
      director: tsDirectorOf(BIASED_DIRECTOR),
      profile: 'default',
      // One that counts, one that looks at the load, one that hashes.
      schedulers: ['rr', 'wlc', 'mh'],
    });
    expect(fairness).toHaveLength(3);
    for (const { status, reason, sequence } of fairness) {
      expect(status).toBe('failed');
      expect(reason).toMatch(/went elsewhere than the reference model says/);
      expect(sequence?.different).toBeGreaterThan(0);
    }
  });

  it('says why nothing was played where the director cannot run, and where it ends', async () => {
    const unable = await play({ director: { ...tsDirector, unavailable: async () => 'no such kernel' } });
    for (const { status, reason } of unable.fairness)
      expect([status, reason]).toEqual(['skipped', 'no such kernel']);
    const broken = await play({ director: tsDirectorOf('/nowhere/director.ts') });
    expect(broken.fairness).toHaveLength(5);
    for (const { status, reason } of broken.fairness) {
      expect(status).toBe('error');
      expect(reason).toMatch(/before it was ready/);
    }
  });
});

/** All that must not differ between two runs with one seed. */
function deterministicPart({
  id,
  status,
  servers,
  sequence,
  deterministic,
  figures,
  series,
  conclusion,
}: FairnessResult) {
  return {
    ...{ id, status, servers, sequence, series, conclusion },
    figures: Object.fromEntries(deterministic.map((name) => [name, figures[name]])),
  };
}
