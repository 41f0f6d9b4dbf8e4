import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BenchOptions, LOADS, weightsFor } from '../../../harness/bench/options.ts';
import { planRun } from '../../../harness/bench/plan.ts';
import { allCases } from '../../../harness/conformance/catalogue.ts';
import { caseId } from '../../../scenarios/kit/requirement.ts';

const OPTIONS: BenchOptions = {
  modes: ['nat', 'dr', 'tun'],
  schedulers: ['rr'],
  servers: 3,
  load: LOADS.quick,
  profile: 'default',
  parts: ['conformance'],
  fairnessSchedulers: [],
  fairnessSetup: {},
  seed: 1,
  outDirectory: '/nowhere',
  grep: [],
  keep: false,
  command: 'lvs-lab bench',
};

const ids = (options: BenchOptions) => {
  const { sessions, packets } = planRun(options);
  return [
    ...sessions.flatMap(({ mode, scenarios }) => scenarios.map((scenario) => caseId(scenario, mode))),
    ...packets.flatMap(({ mode, cases }) => cases.map(({ one }) => caseId(one, mode))),
  ];
};

describe('the plan of a run', () => {
  it('judges every case in its mode, with every scheduler', () => {
    expect(ids(OPTIONS).toSorted()).toEqual(
      allCases()
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('leaves cases at scale out of a quick run, unless they are asked for, and counts them', () => {
    const quick = { ...OPTIONS, profile: 'quick' } as const;
    const missing = ids(OPTIONS).filter((id) => !ids(quick).includes(id));
    expect(missing.length).toBeGreaterThan(0);
    const atScale = planRun(OPTIONS).packets.flatMap(({ mode, cases }) =>
      cases.filter(({ one }) => one.atScale === true).map(({ one }) => caseId(one, mode)),
    );
    expect(missing).toEqual(atScale);
    expect(planRun(quick).leftOut).toBe(missing.length);
    expect(ids({ ...quick, grep: missing })).toEqual(missing);
    expect(planRun(OPTIONS).leftOut).toBe(0);
  });

  it('plays each case of a quick run around the running director in one of its modes, in memory in the others', () => {
    const quick = { ...OPTIONS, profile: 'quick' } as const;
    const placesIn = (lab: 'netns' | 'memory', options: BenchOptions) =>
      planRun(options)
        .packets.filter((plan) => plan.lab === lab)
        .flatMap(({ cases }) => cases.map(({ one }) => one.name));
    const inNetworks = placesIn('netns', quick);
    expect(inNetworks.toSorted()).toEqual([...new Set(placesIn('netns', OPTIONS))].toSorted());
    expect(planRun(quick).sampled).toBe(placesIn('netns', OPTIONS).length - inNetworks.length);
    expect(planRun(OPTIONS).sampled).toBe(0);
    // With one mode there is no other, and who asks for a case has it there in every mode.
    expect(planRun({ ...quick, modes: ['dr'] }).sampled).toBe(0);
    expect(planRun({ ...quick, grep: ['nat/', 'dr/', 'tun/'] }).sampled).toBe(0);
  });

  it('has a session for each scheduler and mode, and the packet cases of a mode once', () => {
    const twice = planRun({ ...OPTIONS, schedulers: ['rr', 'wlc'], modes: ['dr', 'tun'] });
    expect(twice.sessions.map(({ mode, scheduler }) => `${mode} ${scheduler}`)).toEqual([
      'dr rr',
      'tun rr',
      'dr wlc',
      'tun wlc',
    ]);
    expect(twice.packets.map(({ mode, lab }) => `${mode} ${lab}`)).toEqual([
      'dr netns',
      'dr memory',
      'tun netns',
      'tun memory',
    ]);
  });

  it('takes the cases whose ids start with any of the prefixes, and leaves out modes without one', () => {
    expect(ids({ ...OPTIONS, grep: ['nat/store', 'tun/udp'] })).toEqual([
      'nat/store/session',
      'tun/udp/echo',
    ]);
    expect(planRun({ ...OPTIONS, grep: ['nat/reply'], modes: ['dr'] })).toEqual({
      sessions: [],
      packets: [],
      leftOut: 0,
      sampled: 0,
    });
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

  it('gives equal weights to servers whose scheduler does not look at them, unless told otherwise', () => {
    expect(weightsFor(OPTIONS, 'rr')).toEqual([1]);
    expect(weightsFor(OPTIONS, 'wrr')).toEqual([1, 2, 3]);
    expect(weightsFor({ ...OPTIONS, weights: [5] }, 'rr')).toEqual([5]);
  });
});
