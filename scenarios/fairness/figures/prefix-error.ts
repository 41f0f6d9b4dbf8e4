/**
 * The worst prefix error: the largest deviation from the ideal share over every prefix of the sequence of decisions,
 * max over k and i of |nᵢ(k) − k · pᵢ|, in connections. It sees bursts that totals hide: AAABBB shares as evenly as ABABAB
 * in the end, but was 1.5 connections off on the way, not 0.5.
 *
 * @param decisions The server of each connection in turn, as an index; negative where none was given.
 */
export function worstPrefixError(decisions: ArrayLike<number>, idealShares: readonly number[]): number {
  let worst = 0;
  walkPrefixes(decisions, idealShares, (_, errors) => {
    for (const error of errors) worst = Math.max(worst, Math.abs(error));
  });
  return worst;
}

/** The errors of each server after each `step` connections, for a plot. */
export function prefixErrors(
  decisions: ArrayLike<number>,
  idealShares: readonly number[],
  step: number,
): { readonly connections: number[]; readonly errors: number[][] } {
  const connections: number[] = [];
  const errors: number[][] = idealShares.map(() => []);
  walkPrefixes(decisions, idealShares, (made, now) => {
    if (made % step !== 0) return;
    connections.push(made);
    now.forEach((error, server) => {
      errors[server]?.push(error);
    });
  });
  return { connections, errors };
}

/** @param see Given the connections so far and each server's error; the array is used again. */
function walkPrefixes(
  decisions: ArrayLike<number>,
  idealShares: readonly number[],
  see: (made: number, errors: Float64Array) => void,
): void {
  const counts = new Float64Array(idealShares.length);
  const errors = new Float64Array(idealShares.length);
  let made = 0;
  for (let i = 0; i < decisions.length; i++) {
    const server = decisions[i] as number;
    if (server < 0) continue;
    counts[server] = (counts[server] as number) + 1;
    made++;
    for (let s = 0; s < errors.length; s++) {
      errors[s] = (counts[s] as number) - made * (idealShares[s] as number);
    }
    see(made, errors);
  }
}
