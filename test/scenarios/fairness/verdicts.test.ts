import { describe, expect, it } from 'vitest';
import { topologies } from '../../../lab/index.ts';
import { placeOf } from '../../../scenarios/fairness/addresses.ts';
import { latencyFigures } from '../../../scenarios/fairness/figures/latency.ts';
import { fairnessScenarios } from '../../../scenarios/fairness/index.ts';
import type { PlanTrace } from '../../../scenarios/fairness/plan/plan.ts';
import {
  contenders,
  type Observed,
  type PlanScenario,
  type QueueRun,
} from '../../../scenarios/fairness/scenario.ts';
import { added } from '../../../scenarios/fairness/situations/added.ts';
import { crashed } from '../../../scenarios/fairness/situations/crashed.ts';
import { drained } from '../../../scenarios/fairness/situations/drained.ts';
import { oneClient } from '../../../scenarios/fairness/situations/one-client.ts';
import { persistence } from '../../../scenarios/fairness/situations/persistence.ts';
import { removed } from '../../../scenarios/fairness/situations/removed.ts';
import { restart } from '../../../scenarios/fairness/situations/restart.ts';
import { speeds } from '../../../scenarios/fairness/situations/speeds.ts';
import { udp } from '../../../scenarios/fairness/situations/udp.ts';
import { weights } from '../../../scenarios/fairness/situations/weights.ts';

const place = placeOf('nat', 0, topologies.nat({ servers: 3 }));

/** A scenario played by a scheduler, where the n-th connection went to the server that `choose` says. */
function observed(
  scenario: PlanScenario,
  name: string,
  choose: (n: number) => number,
  more: Partial<PlanTrace> = {},
  connections = 120,
): Observed {
  const [contender] = contenders(name);
  const plan = scenario.plan({ contender: contender!, connections, seed: 1 });
  const opens = plan.steps.filter((step) => step.do === 'open').length;
  const decisions = Array.from({ length: opens }, (_, n) => choose(n));
  return {
    contender: contender!,
    plan,
    place,
    played: { decisions, samples: [], unanswered: [], broken: [], ...more },
  };
}

const judge = (
  scenario: PlanScenario,
  ...rest: Parameters<typeof observed> extends [unknown, ...infer Rest] ? Rest : never
) => scenario.judge(observed(scenario, ...rest));

describe('every scenario', () => {
  it('has a name of its own, a question, and a source', () => {
    const names = fairnessScenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { question, sources } of fairnessScenarios) {
      expect(question).toMatch(/\?$/);
      expect(sources.length).toBeGreaterThan(0);
    }
  });
});

describe('shares by weight', () => {
  it('hold where rr goes round, and not where it serves somebody twice', () => {
    expect(judge(weights, 'rr', (n) => n % 3).findings).toEqual([]);
    const drifting = judge(weights, 'rr', (n) => (n % 30 === 0 ? 1 : n % 3)).findings;
    expect(drifting).toEqual([expect.stringContaining('connections off its share; the rule allows 1')]);
  });

  it('are held against the table of a hash by χ²', () => {
    expect(judge(weights, 'sh', (n) => [2, 1, 2, 0, 2, 1, 2][n % 7]!).findings).toEqual([]);
    expect(judge(weights, 'sh', () => 1).findings).toEqual([
      expect.stringContaining('than chance has it (χ²'),
    ]);
  });

  it('are not asked of those whose rule promises none', () => {
    expect(judge(weights, 'wlc', () => 1)).toMatchObject({
      findings: [],
      conclusion: expect.stringContaining('promises no share'),
    });
    expect(judge(weights, 'fo', (n) => (n === 5 ? 0 : 2)).findings).toHaveLength(1);
  });
});

describe('changes of the set of servers', () => {
  it('must not break connections where no server went', () => {
    expect(added.judge(observed(added, 'wlc', (n) => n % 3)).findings).toEqual([]);
    expect(judge(added, 'wlc', (n) => n % 3, { broken: [3] }).findings).toHaveLength(1);
    expect(judge(drained, 'wlc', (n) => (n < 60 ? n % 3 : n % 2), { broken: [3] }).findings).toHaveLength(1);
  });

  it('must break only connections to the server that went', () => {
    const choose = (n: number) => (n < 60 ? n % 3 : n % 2);
    expect(judge(removed, 'rr', choose, { broken: [2, 5] }).findings).toEqual([]);
    expect(judge(removed, 'rr', choose, { broken: [2, 4] }).findings).toEqual([
      'Connection 5 broke though its server stayed.',
    ]);
    expect(judge(removed, 'rr', choose, { unanswered: [70] }).findings).toHaveLength(1);
  });

  it('must give a server of weight 0 nothing, and refuse nobody but where a table leads to it', () => {
    expect(judge(drained, 'rr', (n) => n % 3).findings).toEqual([
      '20 new connections were given to the server of weight 0.',
    ]);
    const refused = { unanswered: [62, 65] };
    const choose = (n: number) => (n < 60 ? n % 3 : n === 62 || n === 65 ? -1 : n % 2);
    expect(judge(drained, 'rr', choose, refused).findings).toHaveLength(1);
    expect(judge(drained, 'sh', choose, refused)).toMatchObject({
      findings: [],
      isShown: true,
      figures: { refusedClients: 2 },
    });
    expect(judge(drained, 'sh-fallback', choose, refused).findings).toHaveLength(1);
  });

  it('tell forced moves from those without need', () => {
    // Clients 0 to 59 come again as 60 to 119.
    const { figures } = judge(removed, 'mh', (n) =>
      n < 60 ? n % 3 : n % 3 === 2 ? 0 : n === 60 ? 1 : n % 3,
    );
    expect(figures).toMatchObject({ forcedMoves: 20, collateralMoves: 1 });
  });

  it('count who is refused by a dead server, and forgive nothing after it was deleted', () => {
    // Thirty lasting ones, sixty while it is dead, thirty afterwards.
    const refused = Array.from({ length: 20 }, (_, i) => 30 + 3 * i + 1);
    expect(judge(crashed, 'rr', (n) => n % 3, { unanswered: refused })).toMatchObject({
      findings: [],
      isShown: true,
      figures: { unansweredConnections: 20, unansweredShare: 20 / 60 },
    });
    expect(judge(crashed, 'rr', (n) => n % 3, { unanswered: [...refused, 100] }).findings).toHaveLength(1);
  });

  it('must let those who look at the load fill a restarted server again', () => {
    const broken = Array.from({ length: 20 }, (_, i) => 3 * i + 1);
    const recovering = (n: number) => (n < 60 ? n % 3 : n < 80 ? 1 : n % 3);
    expect(judge(restart, 'wlc', recovering, { broken })).toMatchObject({
      findings: [],
      figures: { finalImbalance: 0 },
    });
    expect(judge(restart, 'wlc', (n) => n % 3, { broken }).findings).toHaveLength(1);
    expect(judge(restart, 'rr', (n) => n % 3, { broken })).toMatchObject({ findings: [], isShown: true });
  });
});

describe('clients', () => {
  it('behind one address go to one server by address, and to several by port', () => {
    expect(judge(oneClient, 'sh', () => 1)).toMatchObject({ findings: [], isShown: true });
    expect(judge(oneClient, 'sh', (n) => n % 2).findings).toHaveLength(1);
    expect(judge(oneClient, 'mh-port', () => 1).findings).toHaveLength(1);
    expect(judge(oneClient, 'mh-port', (n) => n % 3).findings).toEqual([]);
  });

  it('of one network must not be sent to two servers by persistence', () => {
    expect(judge(persistence, 'rr', () => 1).findings).toEqual([]);
    expect(judge(persistence, 'rr', (n) => n % 3).findings.length).toBeGreaterThan(0);
  });

  it('by UDP are dealt out evenly by those who count flows', () => {
    expect(judge(udp, 'wlc', (n) => n % 3).findings).toEqual([]);
    expect(judge(udp, 'wlc', (n) => (n % 10 === 0 ? 0 : n % 3)).findings).toHaveLength(1);
    expect(judge(udp, 'nq', () => 2)).toMatchObject({ findings: [], isShown: true });
  });
});

describe('servers of different speed', () => {
  const run = (latency: number): QueueRun => ({
    decisions: [0, 1, 2],
    latenciesMs: [latency, latency, latency],
  });

  it('must be noticed by those who look at the load: they beat rr', () => {
    const verdicts = speeds.judge(
      new Map([
        ['rr', run(100)],
        ['wlc', run(25)],
        ['lc', run(100)],
      ]),
    );
    expect(verdicts.get('wlc')).toMatchObject({ findings: [], figures: { latencyOverRr: 0.25 } });
    expect(verdicts.get('lc')?.findings).toHaveLength(1);
    expect(verdicts.get('rr')?.isShown).toBe(true);
    expect(latencyFigures(run(25).latenciesMs).latencyMeanMs).toBe(25);
  });

  it('are told as they are where rr was not played', () => {
    expect(speeds.judge(new Map([['wlc', run(25)]])).get('wlc')).toMatchObject({ findings: [] });
  });
});
