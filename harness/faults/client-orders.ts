/** What the client of the faults is asked, one after the other for each fault. */

export interface Target {
  readonly address: string;
  readonly httpPort: number;
  readonly udpPort: number;
}

/** How many of each there are when something fails. */
export interface FaultLoad {
  readonly idle: number;
  readonly bulk: number;
  readonly flows: number;
}

/** With three servers in turn, each has two, one and two of them. */
export const USUAL_LOAD: FaultLoad = { idle: 6, bulk: 3, flows: 6 };

export type ClientOrder =
  /**
   * Opens connections and flows, and lets them run. Answered with `Opened` when each of them has had an answer; and if
   * `goesOn`, when all but the idle ones have had so many that a fast path may have taken them up.
   */
  | {
      readonly order: 'open';
      readonly target: Target;
      readonly load: FaultLoad;
      readonly goesOn: boolean;
    }
  /** From now on new connections are opened too; what has been seen of silence and loss until now does not count. */
  | { readonly order: 'mark' }
  /**
   * Idle connections ask, and no further connections are opened. Answered with `ObservedConnection[]` when the fate of each is
   * known, or after `graceMs`: whatever has had no answer by then gets none. Less is waited for what may be silent: the
   * connections of the server `silentServer`, and those that nobody has answered.
   */
  | { readonly order: 'finish'; readonly graceMs: number; readonly silentServer?: string };

export interface Opened {
  /** Name of the server that has the first connection. */
  readonly victim: string;
}
