import { expect, test } from 'vitest';
import { mutationsOf } from '../../../../harness/selftest/generated/mutations-of.ts';
import { directorSources } from '../../../../harness/selftest/generated/sources.ts';
import { changeOf } from '../../../../harness/selftest/running/change-of.ts';
import { changed } from '../../../../harness/selftest/source-change.ts';

const sources = directorSources();

test.each(['io/engine.ts', 'fast-path/skb-programs.ts', 'commands/life.ts'])(
  'each mistake in %s can be made as it is loaded, in its own place and nowhere else',
  (file) => {
    const source = sources.get(file) as string;
    const mutations = mutationsOf(file, source);
    expect(mutations.length).toBeGreaterThan(50);
    for (const mutation of mutations) {
      const { start, end } = mutation;
      const wrong = changed(source, changeOf(mutation, source));
      expect(wrong.slice(0, start)).toBe(source.slice(0, start));
      expect(wrong.endsWith(source.slice(end))).toBe(true);
      expect(wrong).not.toBe(source);
    }
  },
);

test('where a text occurs twice, lines around it tell them apart', () => {
  const source = 'first();\nagain(1);\nsecond();\nagain(1);\n';
  const [one, two] = mutationsOf('x.ts', source).filter(({ text, line }) => text === '2' && line % 2 === 0);
  for (const mutation of [one, two]) {
    const wrong = changed(source, changeOf(mutation as never, source));
    expect(wrong.split('\n')[mutation?.line === 2 ? 1 : 3]).toBe('again((2));');
  }
});
