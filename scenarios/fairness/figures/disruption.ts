/**
 * What the going of servers does to a table (Maglev, NSDI 2016, §5.3): the share of slots that had to change, because
 * their server is gone, and the share that changed though theirs stayed.
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
