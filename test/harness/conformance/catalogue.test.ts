import { describe, expect, it } from 'vitest';
import { articleCoverage, coverageProblems } from '../../../harness/conformance/article-coverage.ts';
import {
  allCases,
  selectedPacketCases,
  selectedScenarios,
  selectingNothing,
} from '../../../harness/conformance/catalogue.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { article, kernel } from '../../../scenarios/kit/requirement.ts';

describe('the catalogue', () => {
  const all = allCases();

  it('has every id once, whichever way its case is played', () => {
    const ids = all.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('says of every case what is asked for and where that comes from, in words that end a sentence', () => {
    for (const { id, requirement } of all) {
      expect(requirement.sources.length, id).toBeGreaterThan(0);
      expect(requirement.requirement, id).toMatch(/^\S.{20,}\.$/s);
      expect(requirement.title, id).toMatch(/\S/);
    }
  });

  it('gives each packet case its own number, in every mode the same', () => {
    const numbers = new Map<unknown, number>();
    for (const mode of ALL_MODES) {
      for (const { one, index } of selectedPacketCases(mode, [])) {
        expect(numbers.get(one) ?? index).toBe(index);
        numbers.set(one, index);
      }
    }
    expect(new Set(numbers.values()).size).toBe(numbers.size);
  });

  it('has cases of both kinds in every mode', () => {
    for (const mode of ALL_MODES) {
      expect(selectedScenarios(mode, []).length).toBeGreaterThan(10);
      expect(selectedPacketCases(mode, []).length).toBeGreaterThan(10);
    }
  });

  it('is selected by beginnings of ids, with any name where * stands', () => {
    const selected = (prefix: string) =>
      ALL_MODES.flatMap((mode) =>
        selectedPacketCases(mode, [prefix]).map(({ one }) => `${mode}/${one.name}`),
      );
    expect(selected('*/request/ttl')).toEqual(['nat/request/ttl', 'dr/request/ttl', 'tun/request/ttl']);
    const sequences = selected('nat/scheduler/*/seq');
    expect(sequences).toContain('nat/scheduler/wrr/sequence');
    expect(sequences.every((id) => /^nat.scheduler.[a-z]+.sequence$/.test(id))).toBe(true);
    expect(selected('nat/request/ttl/*')).toEqual([]);
  });

  it('names prefixes that select nothing', () => {
    expect(selectingNothing(['nat/reply', 'nat/rpely'], ['nat'], 'list')).toEqual([
      'No case id starts with "nat/rpely" in mode nat; "list" shows all ids.',
    ]);
    expect(selectingNothing(['nat/reply'], ['dr', 'tun'], 'list')).toEqual([
      'No case id starts with "nat/reply" in mode dr, tun (perhaps "dr/reply", "tun/reply"); "list" shows all ids.',
    ]);
    expect(selectingNothing(['reply/source'], ['nat'], 'list').join()).toContain(
      '(perhaps "nat/reply/source")',
    );
    expect(selectingNothing(['nat/reply'], ['dr', 'nat'], 'list')).toEqual([]);
  });
});

describe('the article', () => {
  it('is covered, sentence by sentence', () => {
    expect(coverageProblems()).toEqual([]);
    for (const { key, cases } of articleCoverage()) expect(cases.length, key).toBeGreaterThan(0);
  });

  it('is not covered where a sentence has no case, or a case names a sentence that is not there', () => {
    const entry = (id: string, sources: ReturnType<typeof article>[]) => ({
      id,
      requirement: { name: 'a', title: 'A', requirement: 'A.', sources, modes: ALL_MODES },
    });
    const sentences = { one: 'One.', two: 'Two.', 'dr-three': 'Three.' };
    const catalogue = [
      entry('nat/a', [article('one'), kernel('topic')]),
      entry('nat/b', [article('dr-three')]),
      entry('dr/b', [article('three')]),
    ];
    expect(articleCoverage(catalogue, sentences)).toEqual([
      { key: 'one', sentence: 'One.', cases: ['nat/a'] },
      { key: 'two', sentence: 'Two.', cases: [] },
      { key: 'dr-three', sentence: 'Three.', cases: [] },
    ]);
    expect(coverageProblems(catalogue, sentences)).toEqual([
      'No case covers the sentence "two".',
      'No case covers the sentence "dr-three".',
      'dr/b names "three", which is no sentence of the article.',
    ]);
  });
});
