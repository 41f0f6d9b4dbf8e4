import { sum } from '../../../statistics/shares.ts';

/**
 * Jain's fairness index (Jain, Chiu, Hawe 1984): (Σ xᵢ)² / (n · Σ xᵢ²), where xᵢ is what server i got for each unit of its
 * weight. 1 is perfectly fair; 1/n means that one server got everything.
 */
export function jainIndex(servedPerWeight: readonly number[]): number {
  const squares = sum(servedPerWeight.map((value) => value * value));
  // Nobody got anything: all got the same.
  if (squares === 0) return 1;
  return sum(servedPerWeight) ** 2 / (servedPerWeight.length * squares);
}
