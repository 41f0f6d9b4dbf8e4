/** Where a mistake in a constant is made: wherever it is read. */
import { expect, it } from 'vitest';
import { Constants } from '../../../../harness/selftest/generated/constants.ts';
import { mutationsOf } from '../../../../harness/selftest/generated/mutations-of.ts';

const SOURCES = new Map([
  [
    'a/one.ts',
    `const BITS = 8;
const BUCKETS = 1 << BITS;
export const KIND = { none: 5, all: 7 } as const;
export const MOST = 30;
export const TABLE = [1];
const FACTOR = Math.random() * 9;
export function f(n: number) { return n > BUCKETS ? BITS : KIND.all; }
export const g = () => ({ MOST, FACTOR });
`,
  ],
  ['b.ts', `import { KIND } from './a/one.ts';\nexport const h = (n: number) => n === KIND.none;\n`],
]);

it.each([
  ['const BITS = 9;', ['a/one.ts BUCKETS (1 << (9))', 'a/one.ts BITS (9)']],
  ['const BUCKETS = 1 >> BITS;', ['a/one.ts BUCKETS (1 >> BITS)']],
  ['export const KIND = { none: 6, all: 7 } as const;', ['b.ts KIND.none (6)']],
  ['export const KIND = { none: 5, all: 8 } as const;', ['a/one.ts KIND.all (8)']],
  // The name is that of a property too.
  ['export const MOST = 31;', undefined],
  // It makes something each time.
  ['const FACTOR = Math.random() * 10;', undefined],
  ['export const TABLE = [2];', undefined],
  ['export const h = (n: number) => n !== KIND.none;', undefined],
])('%s', (after, expected) => {
  const mutation = [...SOURCES]
    .flatMap(([file, source]) => mutationsOf(file, source))
    .find((one) => one.after === after);
  const reads = new Constants(SOURCES).readsOf(mutation!);
  const texts = reads?.map(
    ({ file, start, end, text }) => `${file} ${SOURCES.get(file)!.slice(start, end)} ${text}`,
  );
  expect(texts).toEqual(expected);
});
