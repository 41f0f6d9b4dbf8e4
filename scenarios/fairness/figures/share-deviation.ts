import { sum } from '../../../statistics/shares.ts';

/**
 * The largest relative deviation of a server's share from its ideal one: max |nᵢ / N − pᵢ| / pᵢ. 0 is perfect; 0.03 means
 * that some server got 3 % more or less than it should have. What a server got that was to get nothing counts as 1.
 */
export function largestShareDeviation(counts: readonly number[], idealShares: readonly number[]): number {
  const total = sum(counts);
  if (total === 0) return 0;
  return Math.max(
    ...counts.map((count, i) => {
      const ideal = idealShares[i] as number;
      if (ideal === 0) return count > 0 ? 1 : 0;
      return Math.abs(count / total - ideal) / ideal;
    }),
  );
}
