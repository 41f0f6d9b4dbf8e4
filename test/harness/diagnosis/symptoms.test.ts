import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SYMPTOMS } from '../../../harness/diagnosis/symptoms/index.ts';
import { FAULTS } from '../../../lab/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';

describe('symptoms', () => {
  it('are in the documentation, each with the modes in which it occurs, and nothing else is', () => {
    const rows = readFileSync('docs/diagnose.md', 'utf8')
      .split('\n')
      .flatMap((line) => /^\| `([\w-]+)` \|[^|]*\| ([^|]+) \|/.exec(line)?.slice(1, 3).join(': ') ?? []);
    const expected = SYMPTOMS.map(({ id, occursIn }) => {
      const modes = modesWhere(occursIn);
      return `${id}: ${modes.length === ALL_MODES.length ? 'all' : modes.map((mode) => MODES[mode].label).join(', ')}`;
    });
    expect(rows).toEqual(expected);
  });

  it('that the lab’s own faults have are looked for in the lab', () => {
    const inLabs = SYMPTOMS.filter(({ isOfTheNetwork }) => isOfTheNetwork).map(({ id }) => id);
    expect(inLabs).toEqual(expect.arrayContaining(Object.values(FAULTS).map(({ diagnosis }) => diagnosis)));
  });

  it('that give no reason come last', () => {
    const last = SYMPTOMS.findIndex(({ isLastResort }) => isLastResort);
    expect(SYMPTOMS.slice(last).every(({ isLastResort }) => isLastResort)).toBe(true);
  });
});
