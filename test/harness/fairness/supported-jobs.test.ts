/** Which situations a director is given, by what it declares. */
import { describe, expect, it } from 'vitest';
import { directors, ownDirector } from '../../../harness/directors/index.ts';
import { jobsFor } from '../../../harness/fairness/jobs.ts';
import { supportedJobs } from '../../../harness/fairness/supported-jobs.ts';
import { planOf } from '../../../harness/live/plans.ts';

const SEED = 1;

function sorted(name: string, schedulers: readonly string[]) {
  const { live } = jobsFor({ modes: ['nat'], schedulers, profile: 'default' });
  const { supported, others } = supportedJobs(live, directors[name]!, (job) => planOf(job, SEED).service);
  const jobs = supported.get('nat') ?? [];
  return {
    all: live.get('nat') ?? [],
    names: jobs.map((job) =>
      'contender' in job ? `${job.scenario.name} ${job.contender.scheduler}` : job.scenario.name,
    ),
    others,
  };
}

describe('jobs of fairness', () => {
  it('are all for this repository’s director', () => {
    const { all, names, others } = sorted(ownDirector.name, ['rr', 'wlc', 'mh', 'dh']);
    expect(names).toHaveLength(all.length);
    expect(others).toEqual([]);
  });

  it('are those of declared schedulers and protocols, and each other one has its reason', () => {
    const { all, names, others } = sorted('haproxy', ['rr', 'mh']);
    expect(names).toContain('weights rr');
    expect(names.filter((name) => name.endsWith(' mh') || name.startsWith('udp'))).toEqual([]);
    expect(names.length + others.length).toBe(all.length);
    const reasons = others.map(({ job, reason }) => `${job.scenario.name}: ${reason}`).join('\n');
    expect(reasons).toMatch(/^udp: unsupported: haproxy does not declare protocol\/udp/m);
    expect(reasons).toMatch(/does not declare scheduler\/mh/);
  });
});
