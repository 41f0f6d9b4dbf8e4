/** What every figure is made of: how much each server got, and how much it should have got. */

/** Weights as shares of 1. Weights of which none is above 0 are nobody's shares: all are 0. */
export function sharesOf(weights: readonly number[]): number[] {
  const total = sum(weights);
  return weights.map((weight) => (total === 0 ? 0 : weight / total));
}

/** What each server got for each unit of its weight; servers without weight are entitled to nothing and left out. */
export function servedPerWeight(counts: readonly number[], weights: readonly number[]): number[] {
  return counts.flatMap((count, i) => ((weights[i] as number) > 0 ? [count / (weights[i] as number)] : []));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** How many of the decisions each server has. */
export function countsOf(decisions: ArrayLike<number>, servers: number): number[] {
  const counts = new Array<number>(servers).fill(0);
  for (let i = 0; i < decisions.length; i++) {
    const server = decisions[i] as number;
    if (server >= 0) counts[server] = (counts[server] as number) + 1;
  }
  return counts;
}
