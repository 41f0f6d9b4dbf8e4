import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Core, SCHEDULERS, seededRandom } from '../../../director/index.ts';
import { playInMemory } from '../../../harness/fairness/memory-player.ts';
import { type Mode, topologies } from '../../../lab/index.ts';
import { placeOf } from '../../../scenarios/fairness/addresses.ts';
import { moments } from '../../../scenarios/fairness/plan/active-connections.ts';
import { whyNoModel } from '../../../scenarios/fairness/plan/model-coverage.ts';
import { playByModel } from '../../../scenarios/fairness/plan/model-run.ts';
import { NO_SERVER, type Plan, type Step } from '../../../scenarios/fairness/plan/plan.ts';
import { planWorkload } from '../../../scenarios/fairness/plan/workload.ts';
import { contenders } from '../../../scenarios/fairness/scenario.ts';

const MODES: readonly Mode[] = ['nat', 'dr', 'tun'];
const SERVERS = 4;
const place = (mode: Mode) => placeOf(mode, 3, topologies[mode]({ servers: SERVERS }));
const core = (seed = 1) =>
  new Core({ sink: { send: () => undefined }, random: seededRandom(seed), maxConnections: 1 << 14 });

const plans = fc
  .record({
    contender: fc.constantFrom(
      ...contenders(...Object.keys(SCHEDULERS), 'sh-port', 'sh-fallback', 'mh-port', 'mh-fallback'),
    ),
    weights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: SERVERS - 1, maxLength: SERVERS - 1 }),
    seed: fc.nat(1_000_000),
    longest: fc.integer({ min: 1, max: 40 }),
    endedByServer: fc.boolean(),
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
  })
  .map(({ contender, weights, seed, longest, endedByServer, protocol }) =>
    planWorkload({
      service: { ...contender, weights, protocol, reachedBy: 'address' },
      connections: 60,
      seed,
      outlives: [1, longest],
      endedByServer,
      samples: 6,
    }),
  );

/** What an administrator does in the middle, or what befalls a server. */
const events: fc.Arbitrary<Step[]> = fc.constantFrom<Step[]>(
  [],
  [{ do: 'add', server: SERVERS - 1, weight: 2 }],
  [{ do: 'weight', server: 1, weight: 0 }],
  [{ do: 'weight', server: 0, weight: 7 }],
  [{ do: 'remove', server: 1 }, { do: 'probe' }],
  [{ do: 'crash', server: 2 }],
);

function withEvents(plan: Plan, at: number, steps: readonly Step[]): Plan {
  return { ...plan, steps: [...plan.steps.slice(0, at), ...steps, ...plan.steps.slice(at)] };
}

describe('a plan', () => {
  it('comes to the same by the core in memory and by the reference models, in every mode', () => {
    fc.assert(
      fc.property(plans, fc.constantFrom(...MODES), events, fc.nat(100), (made, mode, steps, at) => {
        const plan = withEvents(made, at, steps);
        fc.pre(whyNoModel(plan) === undefined);
        expect(playInMemory(plan, place(mode), core())).toEqual(playByModel(plan, place(mode)));
      }),
      { numRuns: 300 },
    );
  });

  it('is decided alike in all modes where clients end their connections and nobody crashes', () => {
    const names = contenders(...Object.keys(SCHEDULERS));
    for (const contender of names) {
      const reachedBy = ['dh', 'lblc', 'lblcr'].includes(contender.scheduler) ? 'mark' : 'address';
      const plan = planWorkload({
        service: { ...contender, weights: [1, 2, 4], protocol: 'tcp', reachedBy },
        connections: 200,
        seed: 9,
        destinations: 20,
        outlives: [3, 60],
      });
      const [nat, ...others] = MODES.map((mode) => playInMemory(plan, place(mode), core(9)).decisions);
      for (const other of others) expect([contender.name, other]).toEqual([contender.name, nat]);
    }
  });

  it('is decided otherwise in NAT, and alike in DR and TUN, where servers end first', () => {
    const plan = planWorkload({
      service: { scheduler: 'wlc', weights: [1, 2, 4], protocol: 'tcp', reachedBy: 'address' },
      connections: 200,
      seed: 9,
      outlives: [3, 60],
      endedByServer: true,
    });
    const [nat, dr, tun] = MODES.map((mode) => playInMemory(plan, place(mode), core()));
    expect(dr).toEqual(tun);
    expect(nat?.decisions).not.toEqual(dr?.decisions);
  });

  it('follows from its seed', () => {
    const service = { scheduler: 'rr', weights: [1], protocol: 'tcp', reachedBy: 'address' } as const;
    const of = (seed: number) => planWorkload({ service, connections: 50, seed, outlives: [1, 9] });
    expect(of(4)).toEqual(of(4));
    expect(of(4)).not.toEqual(of(5));
  });

  it('closes every connection that it opens, once and afterwards', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        if (plan.service.protocol === 'udp') return;
        const open = new Set<number>();
        for (const step of plan.steps) {
          if (step.do === 'open') open.add(step.connection);
          if (step.do === 'close') expect(open.delete(step.connection)).toBe(true);
        }
        expect(open.size).toBe(0);
      }),
    );
  });
});

describe('moments', () => {
  it('follow what is open: refused connections never are, broken ones end when they break', () => {
    const open = (connection: number): Step => ({
      do: 'open',
      connection,
      client: '10.88.0.2',
      clientPort: 20_000 + connection,
      requests: 1,
      bytes: 1,
    });
    const plan: Plan = {
      service: { scheduler: 'rr', weights: [1, 1], protocol: 'tcp', reachedBy: 'address' },
      steps: [
        open(0),
        open(1),
        { do: 'crash', server: 1 },
        open(2),
        { do: 'remove', server: 1 },
        { do: 'close', connection: 0 },
      ],
    };
    const played = { decisions: [0, 1, NO_SERVER], samples: [], unanswered: [2], broken: [1] };
    expect(
      Array.from(moments(plan, played, 2), ({ active, weights, opened }) => [opened, active, weights]),
    ).toEqual([
      [1, [1, 0], [1, 1]],
      [2, [1, 1], [1, 1]],
      [2, [1, 0], [1, 1]],
      [3, [1, 0], [1, 1]],
      [3, [1, 0], [1, 0]],
      [3, [0, 0], [1, 0]],
    ]);
  });
});
