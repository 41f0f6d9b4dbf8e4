/** Tables of connection states as data: by direction and state, what each event leads to. */

/** What is known of one state. */
interface StateFacts {
  /** As ipvsadm shows it. */
  readonly name: string;
  /** Seconds without a packet after which the connection is forgotten. */
  readonly timeoutS: number;
  /** Whether a connection in this state counts as active. */
  readonly isActive: boolean;
}

/**
 * Which table a packet is looked up in: from the client where replies are seen too (NAT), from the server, or from the
 * client where replies go past the director (DR, TUN).
 */
export type Direction = 'input' | 'output' | 'inputOnly';

/** An event from the client (`in`) or the server (`out`). */
export interface StateStep {
  readonly side: 'in' | 'out';
  readonly event: string;
}

export interface StateMachine {
  readonly facts: Readonly<Record<string, StateFacts>>;
  readonly events: readonly string[];
  /** By direction and state. */
  readonly tables: Readonly<Record<Direction, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  /** What a new connection is in before its first packet. */
  readonly start: string;
  /** The event that begins a connection, and the states in which it begins a new one on the same ports. */
  readonly opening: string;
  readonly reusable: readonly string[];
}

/** Reads rows such as `NO SR CL ES CL`: a state, and what each event leads to. */
export function readTable(
  events: readonly string[],
  rows: string,
): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(
    rows
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/))
      .map(([state, ...next]) => {
        if (next.length !== events.length) throw new RangeError(`row ${state} has ${next.length} columns`);
        return [state!, Object.fromEntries(events.map((event, i) => [event, next[i]!]))];
      }),
  );
}

/** The state after a step. @param seesReplies Whether the director sees what servers send (NAT). */
export function nextState(
  { tables, start, opening, reusable }: StateMachine,
  state: string,
  { side, event }: StateStep,
  seesReplies: boolean,
): string {
  const direction: Direction = side === 'out' ? 'output' : seesReplies ? 'input' : 'inputOnly';
  const from = side === 'in' && event === opening && reusable.includes(state) ? start : state;
  return tables[direction][from]![event]!;
}

/** The shortest way to each state that a client and, where it is seen, a server can bring a connection to. */
export function waysToStates(machine: StateMachine, seesReplies: boolean): Map<string, StateStep[]> {
  const opening: StateStep = { side: 'in', event: machine.opening };
  const first = nextState(machine, machine.start, opening, seesReplies);
  const ways = new Map([[first, [opening]]]);
  // A map is walked in the order in which it grows: states are met by the length of their ways.
  for (const [state, way] of ways) {
    for (const step of stepsOf(machine, seesReplies)) {
      const next = nextState(machine, state, step, seesReplies);
      if (!ways.has(next)) ways.set(next, [...way, step]);
    }
  }
  return ways;
}

/** Everything that can happen to a connection. */
export function stepsOf({ events }: StateMachine, seesReplies: boolean): StateStep[] {
  const sides: readonly StateStep['side'][] = seesReplies ? ['in', 'out'] : ['in'];
  return events.flatMap((event) => sides.map((side) => ({ side, event })));
}
