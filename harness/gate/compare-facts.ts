/** Verdicts, digests and figures of a run against those of a baseline: to the digit. */
import { figureLabel } from '../../reports/format.ts';
import type { Comparison } from '../../reports/gate/document.ts';
import type { Baseline } from './baseline.ts';
import { directorOf } from './by-director.ts';
import type { Ledger } from './expected.ts';
import { type Fact, type FoundFact, SECTIONS, type Section } from './facts.ts';

/** Of each section, one thing of it. */
const NOUNS: Readonly<Record<Section, string>> = {
  cases: 'case',
  fairness: 'fairness result',
  acrossModes: 'comparison across modes',
  scale: 'run at scale',
  mutants: 'mutant',
  allocations: 'allocation',
};

/** The status that is as good as it gets, by section; facts of the others have no status. */
const GOOD = new Set<string | number | undefined>(['passed', 'killed']);
/** The status that a ledger can expect. */
const FAILED = new Set<string | number | undefined>(['failed', 'survived']);

/** Fields that say how much was done: where they differ, all other figures do. */
const EXTENT = new Set(['connections']);

export function compareFacts(baseline: Baseline, found: readonly FoundFact[], ledger: Ledger): Comparison[] {
  const expected = new Map(ledger.map((entry) => [entry.case, entry.reason]));
  return SECTIONS.flatMap((section) => {
    const now = new Map(found.filter((one) => one.section === section).map((one) => [one.key, one]));
    const then = new Map(Object.entries(baseline[section]));
    const vanished = [...then.keys()].filter((key) => !now.has(key));
    return [
      ...vanished.map((key) => vanishedOf(section, key)),
      ...[...now.values()].map((one) =>
        compareOne(then.get(one.key), one, expected.get(one.key) ?? expected.get(one.id)),
      ),
    ];
  });
}

function vanishedOf(section: Section, key: string): Comparison {
  return {
    section,
    key,
    director: directorOf(section, key),
    answer: 'vanished',
    sentence: `this ${NOUNS[section]} is in the baseline and not in this run`,
  };
}

function compareOne(then: Fact | undefined, found: FoundFact, reason: string | undefined): Comparison {
  const { section, key, fact, why } = found;
  const say = (answer: Comparison['answer'], sentence: string): Comparison => ({
    section,
    key,
    director: directorOf(section, key),
    answer,
    sentence,
  });
  const because = why === undefined ? '' : `: ${why}`;
  const { status } = fact;
  if (reason !== undefined && status !== undefined) {
    if (FAILED.has(status)) return say('expected failure', reason);
    if (GOOD.has(status))
      return say('unexpected pass', `it holds now; the ledger says that it fails (${reason})`);
  }
  if (then === undefined) {
    if (FAILED.has(status)) return say('worse', `new, and ${status}${because}`);
    return say('new', status === undefined ? '' : String(status));
  }
  if (then.status !== status) {
    const sentence = `${then.status} before, ${status} now${because}`;
    return say(GOOD.has(status) ? 'better' : 'worse', sentence);
  }
  return compareFigures(then, fact, say);
}

function compareFigures(
  then: Fact,
  now: Fact,
  say: (answer: Comparison['answer'], sentence: string) => Comparison,
): Comparison {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])];
  const different = names.filter((name) => then[name] !== now[name]);
  const extent = different.find((name) => EXTENT.has(name));
  const told = (extent === undefined ? different : [extent]).map((name) =>
    change(name, then[name], now[name]),
  );
  if (different.length === 0) return say('same', '');
  if (extent !== undefined) {
    return say(
      'changed',
      `${told[0]}: this is another experiment than the baseline’s, so nothing of it can be compared`,
    );
  }
  const [only] = different;
  if (different.length === 1 && only === 'bytes') {
    return say(Number(now.bytes) > Number(then.bytes) ? 'worse' : 'better', told[0] ?? '');
  }
  return say('changed', told.join(', '));
}

/** `jain 0.98 → 0.97 (−1.0 %)` */
function change(name: string, then: string | number | undefined, now: string | number | undefined): string {
  const head = `${figureLabel(name)} ${then ?? 'absent'} → ${now ?? 'absent'}`;
  if (typeof then !== 'number' || typeof now !== 'number' || then === 0) return head;
  const percent = (now / then - 1) * 100;
  const sign = percent < 0 ? '−' : '+';
  return `${head} (${sign}${Math.abs(percent).toPrecision(2)} %)`;
}
