/** How much was looked at in a situation of fairness, and what the tests that were made of it can detect. */
import { count, statedPercent } from '../statistics/number-text.ts';
import type { SampleTest } from './result-figures.ts';
import type { Situation } from './situations.ts';

/**
 * A sentence each: how many connections there were, one for each kind of test, and why one result stands for all modes
 * where it does.
 */
export function sampleSentences(situation: Pick<Situation, 'schedulers' | 'sameInEveryMode'>): string[] {
  const { schedulers, sameInEveryMode } = situation;
  return [
    ...testSentences(schedulers),
    ...(sameInEveryMode === undefined ? [] : [`One result stands for all modes. ${sameInEveryMode}`]),
  ];
}

/** None where nothing was sent. */
function testSentences(schedulers: Situation['schedulers']): string[] {
  const samples = schedulers.flatMap(({ label, results }) =>
    results.flatMap(({ sample }) => (sample.connections > 0 ? [{ label, ...sample }] : [])),
  );
  if (samples.length === 0) return [];
  const made = samples.map(({ connections }) => connections);
  const most = Math.max(...made);
  const labels = new Set(samples.map(({ label }) => label));
  const tests = samples.flatMap(({ label, tests: own }) => own.map((test) => ({ label, test })));
  return [
    `${range(made, count)} ${most === 1 ? 'connection' : 'connections'} for each scheduler.`,
    ...[...Map.groupBy(tests, ({ test }) => `${test.of} ${test.against}`).values()].map((own) => {
      const tested = new Set(own.map(({ label }) => label));
      return testSentence(
        own.map(({ test }) => test),
        whichOf(tested, labels),
      );
    }),
  ];
}

/** Which schedulers a test was made of, by the shorter list: nothing for all, ` (rr, sh)`, ` (all but twos)`. */
function whichOf(tested: ReadonlySet<string>, all: ReadonlySet<string>): string {
  const others = all.difference(tested);
  if (others.size === 0) return '';
  return others.size < tested.size ? ` (all but ${[...others].join(', ')})` : ` (${[...tested].join(', ')})`;
}

/** @param tests All of one kind. @param of Which schedulers they were made of, where not of all. */
function testSentence(tests: readonly SampleTest[], of: string): string {
  const [first] = tests as readonly [SampleTest, ...SampleTest[]];
  const effect = range(
    tests.map(({ detectableEffect }) => detectableEffect),
    statedPercent,
  );
  const seen = `with a probability of ${statedPercent(first.power)}`;
  const alarms = first.alpha > 0 ? `; false alarms: 1 in ${count(1 / first.alpha)}` : '';
  switch (first.of) {
    case 'decisions':
      return `Each decision was compared with that of ${first.against}${of}: if ${effect} of them went to another server, that would be detected ${seen}${alarms}.`;
    case 'shares':
      return `Shares were compared by a χ² test${of}: an error of ${effect} in the smallest share would be detected ${seen}${alarms}.`;
    case 'probabilities':
      return `Each random choice was compared with its probabilities${of}: an error of ${effect} in one of them would be detected ${seen}${alarms}.`;
  }
}

/** `79`, or `79 to 321`. */
function range(values: readonly number[], text: (value: number) => string): string {
  const [least, most] = [text(Math.min(...values)), text(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}
