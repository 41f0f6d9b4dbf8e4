/** Who was moved to another server by a change, and whether that had to be. */

export interface Moves {
  /** Clients whose server had gone, and those that the new server took over. */
  readonly forced: number;
  /** Clients that were moved though their server stayed, to one that had been there before. */
  readonly collateral: number;
  /** Clients that have no server any more. */
  readonly refused: number;
}

/**
 * Compares who served each client before and after a change.
 * @param before For each client the index of its server; negative for none.
 * @param gone Servers that take no connections any more.
 * @param came Servers that did not before.
 */
export function movesOf(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  { gone, came }: { readonly gone: readonly number[]; readonly came: readonly number[] },
): Moves {
  const moves = { forced: 0, collateral: 0, refused: 0 };
  for (let client = 0; client < before.length; client++) {
    const old = before[client] as number;
    const now = after[client] as number;
    if (now < 0) moves.refused++;
    else if (now !== old) moves[gone.includes(old) || came.includes(now) ? 'forced' : 'collateral']++;
  }
  return moves;
}
