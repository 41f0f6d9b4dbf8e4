/**
 * The draw: which of all possible mutants are tried. By areas of the director in proportion to their code, counted in
 * lines that a mistake can be made on. Within an area lines are drawn, then an operator that applies to the line, then one
 * of its mistakes: a line full of numbers weighs no more than a condition.
 */
import { RandomNumbers } from '../../../scenarios/kit/random-numbers.ts';
import { areaOf } from './areas.ts';
import type { Mutation } from './mutation.ts';

export interface Draw {
  readonly drawn: Mutation[];
  /** Lines that a mistake can be made on, by area. */
  readonly lines: ReadonlyMap<string, number>;
}

/** @returns at most `count` of them, in the order of `all`. The same seed and the same sources give the same ones. */
export function draw(all: readonly Mutation[], count: number, seed: number): Draw {
  const byArea = Map.groupBy(all, ({ file }) => areaOf(file));
  const lines = new Map([...byArea].map(([area, own]) => [area, byLine(own).length]));
  const shares = sharesOf(lines, Math.min(count, all.length));
  const chosen = new Set<Mutation>();
  for (const [area, own] of byArea) {
    const random = new RandomNumbers(seed, `mutants of ${area}`);
    for (const one of drawnFrom(own, shares.get(area) as number, random)) chosen.add(one);
  }
  return { drawn: all.filter((one) => chosen.has(one)), lines };
}

/** Largest remainders: the shares add up to `count`. */
function sharesOf(sizes: ReadonlyMap<string, number>, count: number): Map<string, number> {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const exact = [...sizes].map(([area, size]) => ({ area, share: (count * size) / total }));
  const shares = new Map(exact.map(({ area, share }) => [area, Math.floor(share)]));
  let left = count - [...shares.values()].reduce((sum, share) => sum + share, 0);
  for (const { area, share } of exact.toSorted((a, b) => (b.share % 1) - (a.share % 1))) {
    if (left-- <= 0) break;
    shares.set(area, Math.floor(share) + 1);
  }
  return shares;
}

/** Every line once before any is drawn again. */
function drawnFrom(all: readonly Mutation[], count: number, random: RandomNumbers): Mutation[] {
  const chosen: Mutation[] = [];
  let lines = byLine(all);
  while (chosen.length < count && lines.length > 0) {
    for (const line of shuffled(lines, random)) {
      if (chosen.length === count) break;
      const operators = [...Map.groupBy(line, ({ operator }) => operator).values()];
      const mistakes = operators[random.below(operators.length)] as Mutation[];
      const one = mistakes[random.below(mistakes.length)] as Mutation;
      chosen.push(one);
      line.splice(line.indexOf(one), 1);
    }
    lines = lines.filter((line) => line.length > 0);
  }
  return chosen;
}

function byLine(all: readonly Mutation[]): Mutation[][] {
  return [...Map.groupBy(all, ({ file, line }) => `${file}:${line}`).values()];
}

function shuffled<Item>(items: readonly Item[], random: RandomNumbers): Item[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j] as Item, result[i] as Item];
  }
  return result;
}
