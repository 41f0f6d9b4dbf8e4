/** Sentences of scenarios and symptoms that count: `counted` writes `1 packet`, which a bare number in a sentence does not. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differencesFrom } from '../../scenarios/fairness/plan/differences.ts';

const NOUNS =
  'packets|requests|replies|connections|datagrams|clients|entries|flows|errors|messages|segments|fragments|pieces|headers|answers|lines|lists|decisions|bodies|captures';
/** A number straight before such a noun, unless it is the whole of `2 of 3 packets`. */
const UNCOUNTED = new RegExp(
  `(?<! of )\\$\\{[^{}]*(?:length|size|examined)(?: - \\d)?\\} (?:[a-z]+ )?(?:${NOUNS})\\b`,
  'g',
);

describe('sentences', () => {
  const files = globSync(['scenarios/**/*.ts', 'harness/diagnosis/**/*.ts']);

  it('count with singular and plural', () => {
    expect(files.length).toBeGreaterThan(100);
    const wrong = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(UNCOUNTED)].map(([text]) => `${file}: ${text}`),
    );
    expect(wrong).toEqual([]);
  });

  it('say of one connection what they say of several', () => {
    const trace = { decisions: [0, 1], samples: [], unanswered: [], broken: [] };
    const { findings } = differencesFrom(
      [{ by: 'the reference model', played: trace }],
      { ...trace, unanswered: [3], broken: [4] },
      ['rs1', 'rs2'],
    );
    expect(findings).toEqual([
      'The director left 1 connection unanswered; by the reference model it is 0.',
      '1 connection broke; by the reference model it is 0.',
    ]);
  });
});
