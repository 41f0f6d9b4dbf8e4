/** What each operator makes of a line of source. */
import { describe, expect, it } from 'vitest';
import { compiles, instrumented } from '../../../../harness/selftest/generated/instrument.ts';
import { Looks } from '../../../../harness/selftest/generated/looks.ts';
import { mutationsOf } from '../../../../harness/selftest/generated/mutations-of.ts';
import { SWITCHES, Switches } from '../../../../harness/selftest/generated/switches.ts';

/** What the operator makes of it. */
function made(operator: string, source: string): string[] {
  return mutationsOf('any.ts', source)
    .filter((mutation) => mutation.operator === operator)
    .map(({ after }) => after);
}

describe('an operator', () => {
  it.each([
    ['boundary', 'take(a < b);', ['take(a <= b);']],
    ['boundary', 'take(a >= b);', ['take(a > b);']],
    ['equality', 'take(a === b);', ['take(a !== b);']],
    ['logic', 'take(a && b);', ['take(a || (b));', 'take(a);']],
    ['arithmetic', 'take(a + 4);', ['take(a - 4);']],
    ['bits', 'take(a >>> 0);', ['take(a >> 0);', 'take(a);']],
    ['bits', 'take(a & 0xff);', ['take(a | 0xff);', 'take(a);']],
    ['assignment', 'a += b;', ['a -= b;', 'a = b;']],
    ['step', 'take(-a, ~b);', ['take(a, ~b);', 'take(-a, b);']],
    ['negation', 'take(!a);', ['take(a);']],
    ['constant', 'take(5);', ['take(6);', 'take(4);', 'take(0);']],
    ['constant', 'take(true);', ['take(false);']],
    ['width', 'take(0xffff_ffff);', ['take(0xffff);']],
    ['width', 'take(new Uint32Array(8));', ['take(new Uint16Array(8));']],
    ['width', 'view.setUint16(at, value);', ['view.setUint8(at, value);']],
    ['condition', 'if (a) take();', ['if (true) take();', 'if (false) take();', 'if (!(a)) take();']],
    ['condition', 'while (a) take();', ['while (false) take();', 'while (!(a)) take();']],
    ['statement', 'if (a) take();', ['if (a) undefined;']],
    ['statement', 'for (;;) if (a) continue;', ['for (;;) if (a) ;']],
    ['statement', 'for (;;) { continue; }', ['for (;;) {  }']],
    ['arguments', 'take(a, b, () => 1);', ['take(b, a, () => 1);']],
    ['method', 'take(Math.min(a, b));', ['take(Math.max(a, b));']],
    ['method', 'take(list.filter(isMine));', ['take(list);']],
    [
      'result',
      'function f(): boolean { return a; }',
      ['function f(): boolean { return true; }', 'function f(): boolean { return false; }'],
    ],
    ['result', 'const f = () => a > b;', ['const f = () => true;', 'const f = () => false;']],
  ])('%s: %s', (operator, source, expected) => {
    expect(made(operator, source)).toEqual(expected);
  });

  it.each([
    ['text that is put together', "const a = 'b' + c;"],
    ['an order that does not matter', 'const a = Math.imul(b, c);'],
    ['types', 'const a: 5 | 6 = b;'],
    ['imports and names', "import { a } from 'b'; const c = { 5: d };"],
    ['what an error says', 'function f() { throw new Error(String(a - b)); }'],
  ])('leaves alone %s', (_, source) => {
    expect(mutationsOf('any.ts', source).filter(({ operator }) => operator !== 'statement')).toEqual([]);
  });

  it('numbers mistakes of the same lines, so that each can be told from the others', () => {
    const twice = mutationsOf('any.ts', 'take(!a);\ntake(!a);\n').filter(
      ({ operator }) => operator === 'negation',
    );
    expect(twice.map(({ line, nth }) => [line, nth])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});

const SOURCE = `
export function f(list: readonly number[], most: number): number {
  let sum = 0;
  for (const one of list) if (one < most) sum += one; // all of them
  while (sum > 100) { sum -= 10; }
  return sum;
}
`;

/** The function, with a switch for each mistake that can be made in it. */
async function withSwitches(looks?: Looks) {
  const mutations = mutationsOf('f.ts', SOURCE).map((mutation, id) => ({ ...mutation, id }));
  const code = instrumented('f.ts', SOURCE, mutations, looks);
  const { f } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    f: (list: readonly number[], most: number) => number;
  };
  const idOf = (after: string) => mutations.find((mutation) => mutation.after.includes(after))!.id;
  return { f, idOf, mutations };
}

describe('a module with switches', () => {
  it('is the right one until it is a mutant’s turn, and again afterwards', async () => {
    const switches = new Switches();
    switches.install();
    const { f, idOf } = await withSwitches();
    expect(f([3, 5], 5)).toBe(3);
    switches.turnTo(idOf('one <= most'));
    expect(f([3, 5], 5)).toBe(8);
    switches.turnTo();
    expect(f([3, 5], 5)).toBe(3);
  });

  it('says which mutants the right one meets, and which of them would make a difference', async () => {
    const switches = new Switches();
    switches.install();
    const { f, idOf } = await withSwitches(new Looks());
    switches.begin();
    f([3], 5);
    const { met, changed, rounds } = switches.begin();
    expect(met).toContain(idOf('one <= most'));
    expect(met).not.toContain(idOf('sum += 10'));
    expect(changed).not.toContain(idOf('one <= most'));
    expect(changed).toContain(idOf('sum -= one'));
    expect(rounds).toBe(1);
    f([5], 5);
    expect(switches.begin().changed).toContain(idOf('one <= most'));
  });

  it('does not let a mutant go on for ever', async () => {
    const switches = new Switches();
    switches.install();
    const { f, idOf } = await withSwitches();
    switches.turnTo(idOf('sum += 10'));
    switches.begin(1_000);
    expect(() => f([200], 500)).toThrow('does not end');
    expect(switches.isEndless).toBe(true);
  });

  it('does not compile where the mistake does not', () => {
    const [first] = mutationsOf('f.ts', SOURCE);
    expect(compiles('f.ts', SOURCE, first!)).toBe(true);
    expect(compiles('f.ts', SOURCE, { ...first!, text: '(' })).toBe(false);
    expect(() => instrumented('f.ts', SOURCE, [{ ...first!, id: 0, text: '(' }])).toThrow(SyntaxError);
  });

  it('finds its switches by a name that the director does not use', async () => {
    const { directorSources } = await import('../../../../harness/selftest/generated/sources.ts');
    for (const source of directorSources().values()) {
      expect(source).not.toContain(SWITCHES);
    }
  });
});
