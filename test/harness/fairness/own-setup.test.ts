import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { jobsFor } from '../../../harness/fairness/jobs.ts';
import { ownSetup, type SetupFlags } from '../../../harness/fairness/own-setup.ts';
import { type FairnessOutcome, runFairness } from '../../../harness/fairness/run.ts';
import type { Mode } from '../../../lab/index.ts';
import { fairness } from '../../../reports/result-figures.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { lvsLab } from '../command-line.ts';

const SERVERS = 12;
/** More real servers than are brought up for real traffic. */
const rulesOf = (service: string, options: string, port: number) =>
  [
    `-A ${service} ${options}`,
    ...Array.from(
      { length: SERVERS },
      (_, i) => `-a ${service} -r 172.16.0.${i + 1}:${port} -g -w ${1 + (i % 3)}`,
    ),
  ].join('\n');
const RULES = [
  rulesOf('-t 192.0.2.1:80', '-s wrr', 80),
  rulesOf('-t 192.0.2.1:81', '-s wlc', 81),
  rulesOf('-t 192.0.2.1:82', '-s mh -b mh-port', 82),
  rulesOf('-t 192.0.2.1:83', '-s rr -p 600 -M 255.255.255.0', 83),
  rulesOf('-u 192.0.2.1:53', '-s sed', 53),
  rulesOf('-f 3', '-s sh', 0),
].join('\n');

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'site.rules');
  await writeFile(file, text);
  return file;
}

async function play(
  flags: SetupFlags,
  modes: readonly Mode[] = ['nat', 'dr', 'tun'],
): Promise<FairnessOutcome> {
  return runFairness({
    modes,
    schedulers: ALL_SCHEDULERS,
    profile: 'quick',
    seed: 3,
    outDirectory: '/nowhere',
    step: () => undefined,
    ...(await ownSetup(flags)),
  });
}

describe('own rules', () => {
  let outcome: FairnessOutcome;

  it('are played as they are, each service in its mode', async () => {
    outcome = await play({ rules: await fileWith(RULES) });
    for (const result of outcome.fairness) {
      expect([result.id, result.status, result.reason]).toEqual([result.id, 'passed', undefined]);
      expect(fairness.parse(result)).toEqual(result);
    }
    expect(outcome.fairness.map(({ id }) => id)).toEqual([
      'fairness/tcp-192.0.2.1:80/dr/wrr',
      'fairness/tcp-192.0.2.1:81/dr/wlc',
      'fairness/tcp-192.0.2.1:82/dr/mh-port',
      'fairness/tcp-192.0.2.1:83/dr/rr',
      'fairness/udp-192.0.2.1:53/dr/sed',
      'fairness/fwm-3/dr/sh',
    ]);
    expect([outcome.scale, outcome.acrossModes]).toEqual([[], []]);
  });

  it('say beside each share what the scheduler promises, and where each server of theirs is', () => {
    const [wrr, wlc] = outcome.fairness;
    const total = wrr!.sample.connections;
    for (const [i, { weight, connections, idealShare }] of wrr!.servers.entries()) {
      expect([weight, idealShare]).toEqual([1 + (i % 3), (1 + (i % 3)) / 24]);
      expect(Math.abs(connections - total * idealShare!)).toBeLessThanOrEqual(3);
    }
    expect(wlc!.servers.every(({ idealShare }) => idealShare === undefined)).toBe(true);
    expect(wrr!.mapping?.slice(0, 2)).toEqual([
      { yours: 'TCP 192.0.2.1:80', lab: 'TCP 10.0.2.100:8256' },
      { yours: '172.16.0.1:80', lab: 'rs1 10.0.2.11:8256' },
    ]);
    expect(wrr!.mapping).toHaveLength(1 + SERVERS);
  });

  it('are compared with the reference model, decision by decision, wherever there is one', () => {
    const against = outcome.fairness.map(({ sample }) => sample.tests[0]?.against);
    const model = 'the reference model';
    expect(against).toEqual([model, model, model, undefined, model, model]);
  });
});

describe('servers and weights that are asked for', () => {
  const selection = { modes: ['nat'], schedulers: ['wrr', 'rr'], profile: 'default' } as const;

  it('are those of situations in which they are free to choose; the others say why not', async () => {
    const situation = ['weights', 'equal', 'long-run', 'restart', 'tables'];
    const { scenarios, notes } = await ownSetup({ weights: [5, 0, 3], servers: 4, situation });
    const weightsOf = (name: string) => {
      const job = [...jobsFor({ ...selection, scenarios: scenarios! }).memory].find(
        (one) => one.scenario.name === name && 'contender' in one,
      );
      if (job === undefined || !('contender' in job)) throw new Error(`no job of ${name}`);
      return job.scenario.plan({ contender: job.contender, connections: 5, seed: 1 }).service.weights;
    };
    expect(weightsOf('equal')).toEqual([1, 1, 1, 1]);
    expect(weightsOf('long-run')).toEqual([5, 0, 3, 5]);
    expect(weightsOf('restart')).toEqual([1, 1, 1]);
    expect(scenarios!.find(({ name }) => name === 'weights')!.title).toBe('Servers of weight 5, 0, 3 and 5');
    expect(notes).toEqual([
      expect.stringMatching(/of their own: restart\. One of three/),
      expect.stringMatching(/of their own: tables\. It has fleets/),
    ]);
  });

  it('are as many as weights where only these are given, and nothing is changed where none are', async () => {
    const { scenarios } = await ownSetup({ weights: [7, 9], situation: ['equal'] });
    expect(scenarios![0]).toMatchObject({ servers: 2 });
    expect(await ownSetup({ situation: ['equal'] })).toEqual({});
  });

  it('leave the network for memory where there are too many of them', async () => {
    const { scenarios: few } = await ownSetup({ servers: 8, situation: ['weights'] });
    expect(jobsFor({ ...selection, scenarios: few! }).live.get('nat')).toHaveLength(2);
    const { scenarios: many } = await ownSetup({ servers: 9, situation: ['weights'] });
    expect(jobsFor({ ...selection, scenarios: many! }).live.get('nat')).toEqual([]);
  });

  it('hold for every scheduler, with a server that is drained and with a single one', {
    timeout: 120_000,
  }, async () => {
    const situation = ['long-run', 'ended-by-server'];
    for (const weights of [[0, 2, 5], [1]]) {
      const { fairness: results } = await play({ weights, situation }, ['dr']);
      for (const { id, status, reason } of results)
        expect([id, status, reason]).toEqual([id, 'passed', undefined]);
    }
  });
});

describe('lvs-lab', { timeout: 120_000 }, () => {
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'lvs-lab-own-'));
    return () => rm(out, { recursive: true });
  });

  it.each(['fairness', 'bench'])(
    '%s refuses rules that are wrong, naming the line, and runs nothing',
    async (command) => {
      const rules = await fileWith('-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r nowhere -m');
      const { exitCode, stderr } = await lvsLab(command, '--rules', rules, '--out', out, '--no-install');
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`${rules}, line 2: `);
      expect(stderr).not.toMatch(/^ {4}at /m);
      expect(await readdir(out)).toEqual([]);
    },
  );

  it('fairness does not take rules together with what they say themselves', async () => {
    const { exitCode, stderr } = await lvsLab('fairness', '--rules', 'rules', '--weights', '1,2');
    expect(exitCode).toBe(2);
    expect(stderr).toContain("'--rules <file>' cannot be used with option '-w, --weights <list>'");
  });

  it('fairness plays them, and its report says what stands for what', async () => {
    const rules = await fileWith(rulesOf('-t 192.0.2.1:80', '-s wrr', 80));
    const { exitCode, stdout } = await lvsLab(
      ...['fairness', '--no-install', '--rules', rules, '-p', 'quick', '--out', out],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Your service TCP 192.0.2.1:80');
    expect(stdout).toMatch(/172\.16\.0\.12:80 +rs12 10\.0\.2\.\d+:8256/);
  });
});
