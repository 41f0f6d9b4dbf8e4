/** Who is led to another server after a change, and whether that had to be. */

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

/**
 * What the loss of servers does to a table (Maglev, NSDI 2016, §5.3): the share of slots that had to change because their
 * server is gone, and the share that changed although theirs stayed.
 */
export function disruptionOf(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  gone: ReadonlySet<number>,
): { readonly forced: number; readonly needless: number } {
  let forced = 0;
  let needless = 0;
  for (let slot = 0; slot < before.length; slot++) {
    const old = before[slot] as number;
    if (gone.has(old)) forced++;
    else if (after[slot] !== old) needless++;
  }
  return { forced: forced / before.length, needless: needless / before.length };
}
