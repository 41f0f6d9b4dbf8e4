/** State tables as people read them, made into bytes. */

/**
 * @param codes Two letters for each state, in the order of their numbers.
 * @param events Number of events.
 * @param text One line per state: for each of the three directions the next state on each event.
 * @returns Next state at `(direction · states + state) · events + event`.
 */
export function compileStateTable(codes: readonly string[], events: number, text: string): Uint8Array {
  const cells = text.trim().split(/\s+/);
  const perState = 3 * events;
  if (cells.length !== codes.length * perState) throw new Error('a state table is not complete');
  const table = new Uint8Array(cells.length);
  cells.forEach((code, i) => {
    const next = codes.indexOf(code);
    if (next < 0) throw new Error(`a state table has an unknown state ${code}`);
    const state = Math.floor(i / perState);
    const direction = Math.floor((i % perState) / events);
    table[(direction * codes.length + state) * events + (i % events)] = next;
  });
  return table;
}
