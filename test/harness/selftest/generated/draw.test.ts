/** Which mutants are drawn, and how the ledger knows them again. */
import { beforeAll, describe, expect, it } from 'vitest';
import { areaOf } from '../../../../harness/selftest/generated/areas.ts';
import { draw } from '../../../../harness/selftest/generated/draw.ts';
import { compiles } from '../../../../harness/selftest/generated/instrument.ts';
import { killedAfterAll, Ledger } from '../../../../harness/selftest/generated/ledger.ts';
import type { Mutation } from '../../../../harness/selftest/generated/mutation.ts';
import { mutationsOf } from '../../../../harness/selftest/generated/mutations-of.ts';
import { directorSources } from '../../../../harness/selftest/generated/sources.ts';

const sources = directorSources();
let all: Mutation[];
beforeAll(() => {
  all = [...sources].flatMap(([file, source]) => mutationsOf(file, source));
});

describe('the draw', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(draw(all, 50, 7).drawn).toEqual(draw(all, 50, 7).drawn);
    expect(draw(all, 50, 7).drawn).not.toEqual(draw(all, 50, 8).drawn);
  });

  it('takes from each area in proportion to its lines', () => {
    const { drawn, lines } = draw(all, 500, 7);
    expect(drawn).toHaveLength(500);
    const total = [...lines.values()].reduce((sum, own) => sum + own, 0);
    for (const [area, own] of lines) {
      const share = drawn.filter(({ file }) => areaOf(file) === area).length;
      expect(Math.abs(share - (500 * own) / total), area).toBeLessThanOrEqual(1);
    }
  });

  it('draws every line before any line again, and nothing twice', () => {
    const few = mutationsOf('schedulers/lc.ts', sources.get('schedulers/lc.ts')!);
    const lines = new Set(few.map(({ line }) => line)).size;
    expect(new Set(draw(few, lines, 1).drawn.map(({ line }) => line)).size).toBe(lines);
    expect(draw(few, few.length, 1).drawn).toEqual(few);
    expect(draw(few, few.length + 1, 1).drawn).toEqual(few);
  });

  it('draws mutants that compile', () => {
    for (const mutation of draw(all, 60, 3).drawn) {
      expect(compiles(mutation.file, sources.get(mutation.file)!, mutation), mutation.after).toBe(true);
    }
  });
});

const ENTRY = {
  file: 'any.ts',
  before: 'take(!a);',
  after: 'take(a);',
  nth: 2,
  reason: 'Nothing looks at what was taken here.',
};

describe('the ledger', () => {
  it('holds for the sources as they are', () => {
    expect(Ledger.read().strays(all)).toEqual([]);
  });

  it('knows a mutant again wherever its line has gone', () => {
    const moved = mutationsOf('any.ts', 'take(!a);\n\n\n\ntake(!a);\n');
    const known = moved.filter((mutation) => new Ledger([ENTRY]).reasonOf(mutation) === ENTRY.reason);
    expect(known.map(({ line, operator }) => [line, operator])).toEqual([[5, 'negation']]);
  });

  it('knows all mistakes of a line that it lists as a whole', () => {
    const mutants = mutationsOf('any.ts', 'take(5);\ntake(5, 6);\n');
    const ledger = new Ledger([{ file: 'any.ts', before: 'take(5);', nth: 1, reason: ENTRY.reason }]);
    const known = mutants.filter((mutation) => ledger.reasonOf(mutation) !== undefined);
    expect(new Set(known.map(({ after }) => after))).toEqual(
      new Set(['undefined;', 'take(6);', 'take(4);', 'take(0);']),
    );
    expect(ledger.strays(mutants)).toEqual([]);
  });

  it('rules out that a case kills what it lists, unless that may be done well or badly', () => {
    const [mutation] = mutationsOf('any.ts', 'take(5);\n');
    const entry = { file: 'any.ts', before: 'take(5);', nth: 1, reason: ENTRY.reason };
    expect(new Ledger([entry]).rulesOut(mutation!)).toBe(true);
    expect(new Ledger([{ ...entry, onlyHowWell: true }]).rulesOut(mutation!)).toBe(false);
    expect(new Ledger([]).rulesOut(mutation!)).toBe(false);
  });

  it('says of an entry that no source gives any more that it is to go', () => {
    const [stray] = new Ledger([ENTRY]).strays(mutationsOf('any.ts', 'take(!a);\n'));
    expect(stray).toContain('no source gives any more: director/any.ts, "take(!a);" as "take(a);"');
  });

  it('says which case kills what it lists', () => {
    const [mutation] = mutationsOf('any.ts', 'take(!a);\n');
    expect(killedAfterAll(mutation!, 'nat/request/ttl')).toContain('a mutant that nat/request/ttl kills');
  });
});
