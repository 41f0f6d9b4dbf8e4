/** States of connections: what the state machines of TCP and SCTP share, and the states of a persistence template. */

/** Where a packet of a connection was seen, as an index into the state tables. */
export const DIRECTION = {
  /** From the client, where the server's packets are seen too. */
  input: 0,
  /** From the server. */
  output: 1,
  /** From the client, where the server's packets are never seen: DR and TUN. */
  inputOnly: 2,
} as const;
export type Direction = (typeof DIRECTION)[keyof typeof DIRECTION];

/** States of a persistence template: whether a connection made from it has proved real. */
export const TEMPLATE_STATE = { none: 0, assured: 1 } as const;
export const TEMPLATE_STATE_NAMES = ['NONE', 'ASSURED'] as const;

/**
 * Compiles a state table as people read it into bytes.
 * @param codes Two letters for each state, in the order of their numbers.
 * @param events Number of events.
 * @param text One line per state: for each of the three directions the next state on each event.
 * @returns Next state at `(direction · states + state) · events + event`.
 */
export function compileStateTable(codes: readonly string[], events: number, text: string): Uint8Array {
  const cells = text.trim().split(/\s+/);
  const perState = 3 * events;
  if (cells.length !== codes.length * perState) throw new Error('a state table is incomplete');
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
