import { describe, expect, it } from 'vitest';
import { interleaved } from '../../../harness/throughput/series.ts';

describe('turns', () => {
  it('go A B B A', () => {
    expect(interleaved(['a', 'b'], 4).map((turn) => turn.join(''))).toEqual(['ab', 'ba', 'ba', 'ab']);
  });

  it('give every contestant each turn once, and both orders equally often', () => {
    const turns = interleaved(['a', 'b', 'c'], 12);
    for (const turn of turns) expect(turn.toSorted()).toEqual(['a', 'b', 'c']);
    expect(turns.filter(([first]) => first === 'a')).toHaveLength(6);
  });

  it('leave a drift that goes on and on no trace in the difference of two', () => {
    // Time passes by one with each measurement; what is measured is the time.
    let time = 0;
    const sums = { a: 0, b: 0 };
    for (const turn of interleaved(['a', 'b'] as const, 8)) for (const one of turn) sums[one] += time++;
    expect(sums.a).toBe(sums.b);
  });
});
