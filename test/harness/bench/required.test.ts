import { describe, expect, it } from 'vitest';
import { REQUIRABLE_TEXT, type Reached, unmet } from '../../../harness/bench/required.ts';
import { directors } from '../../../harness/directors/index.ts';

const reached = (lab: Reached['lab'], more: Partial<Reached> = {}): Reached => ({
  lab,
  directors: [directors.ts!],
  cases: [{ director: 'ts', status: 'passed' }],
  ...more,
});

describe('what a run must have tested with', () => {
  it.each([
    { required: 'live', met: ['live'], unmetIn: ['netns', 'memory'] },
    { required: 'netns', met: ['live', 'netns'], unmetIn: ['memory'] },
  ] as const)('$required: $met', ({ required, met, unmetIn }) => {
    for (const lab of met) expect(unmet(required, reached(lab))).toEqual([]);
    for (const lab of unmetIn) expect(unmet(required, reached(lab))).toHaveLength(1);
  });

  it('guest: a case that the kernel’s IPVS played, in whatever lab', () => {
    const both = { directors: [directors.ts!, directors.ipvs!] };
    const ipvs = (status: 'passed' | 'failed' | 'skipped') => [
      { director: 'ts', status: 'passed' } as const,
      { director: 'ipvs', status } as const,
    ];
    expect(unmet('guest', reached('live', { ...both, cases: ipvs('failed') }))).toEqual([]);
    expect(unmet('guest', reached('netns', { ...both, cases: ipvs('passed') }))).toEqual([]);
    expect(unmet('guest', reached('live', { ...both, cases: ipvs('skipped') }))).toEqual([
      'Required (--require guest): the kernel’s IPVS in a guest (--director ipvs), which played no case.',
    ]);
    expect(unmet('guest', reached('live'))[0]).toContain('was not asked for');
  });

  it('is nothing where nothing was asked', () => {
    expect(unmet(undefined, reached('memory'))).toEqual([]);
  });

  it('is explained in the help', () => {
    expect(REQUIRABLE_TEXT).toBe(
      'live is real traffic, netns the cases in namespaces, guest the kernel’s IPVS in a guest (--director ipvs)',
    );
  });
});
