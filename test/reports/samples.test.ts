import { describe, expect, it } from 'vitest';
import type { FairnessResult, SampleTest } from '../../reports/result-figures.ts';
import { sampleSentences } from '../../reports/samples.ts';
import { situationsOf } from '../../reports/situations.ts';
import { fairnessResults } from './full/fairness.ts';

const DECISIONS: SampleTest = {
  of: 'decisions',
  against: 'the reference model',
  detectableEffect: 0.01424,
  alpha: 0,
  power: 0.99,
};
const SHARES: SampleTest = { of: 'shares', detectableEffect: 1.07, alpha: 1e-6, power: 0.99 };

/** One situation with these schedulers, each with its tests. */
function sentencesOf(schedulers: Readonly<Record<string, readonly SampleTest[]>>, connections = 321) {
  const [one] = fairnessResults() as [FairnessResult];
  const fairness = Object.entries(schedulers).map(([scheduler, tests]) => ({
    ...one,
    id: `fairness/weights/nat/${scheduler}`,
    scheduler,
    sample: { connections, tests: [...tests] },
  }));
  return sampleSentences(situationsOf({ fairness })[0]!);
}

describe('what is said of a sample', () => {
  it('is the power of the tests that were made, each with its schedulers', () => {
    expect(sentencesOf({ rr: [DECISIONS], sh: [DECISIONS, SHARES], twos: [] })).toEqual([
      '321 connections for each scheduler.',
      'Each decision was compared with that of the reference model (all but twos): if 1.4 % of them went to another server, that would be detected with a probability of 99.0 %.',
      'Shares were compared by a χ² test (sh): an error of 107.0 % in the smallest share would be detected with a probability of 99.0 %; false alarms: 1 in 1,000,000.',
    ]);
  });

  it('is only how much there was where nothing was compared, and nothing where nothing was sent', () => {
    expect(sentencesOf({ rr: [], wlc: [] }, 240)).toEqual(['240 connections for each scheduler.']);
    expect(sentencesOf({ mh: [] }, 0)).toEqual([]);
  });

  it('never rounds a probability up to certainty', () => {
    const [, sentence] = sentencesOf({ rr: [{ ...DECISIONS, detectableEffect: 0.0004, power: 0.9999 }] });
    expect(sentence).toContain('if < 0.1 % of them');
    expect(sentence).toContain('probability of > 99.9 %');
  });
});
