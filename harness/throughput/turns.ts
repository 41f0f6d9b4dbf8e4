/** Who is measured when: A B B A, so that what changes slowly on the machine strikes all alike. */

/** @returns for each turn, all contestants in the order in which they are measured. */
export function interleaved<Contestant>(contestants: readonly Contestant[], turns: number): Contestant[][] {
  return Array.from({ length: turns }, (_, turn) =>
    turn % 4 === 0 || turn % 4 === 3 ? [...contestants] : contestants.toReversed(),
  );
}
