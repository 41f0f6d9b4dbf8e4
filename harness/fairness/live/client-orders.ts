/** What the harness and the program that plays the clients say to each other, a line of JSON each way. */

export interface OpenOrder {
  readonly do: 'open';
  readonly protocol: 'tcp' | 'udp';
  readonly connection: number;
  readonly client: string;
  readonly clientPort: number;
  readonly address: string;
  readonly port: number;
  readonly requests: number;
  readonly bytes: number;
  readonly endedByServer?: boolean;
}

export type ClientOrder =
  | OpenOrder
  /**
   * `close`: at once; `lost`: as soon as their servers have ended them. `probe` makes a request on each, all at once, and
   * gives up those that are not answered: the answers are for these.
   */
  | { readonly do: 'close' | 'lost' | 'probe'; readonly connections: readonly number[] };

/** What came of an `open`, or of a connection that a `probe` gave up. */
export interface Answer {
  readonly connection: number;
  /** By the name in its answers; null if nobody answered. */
  readonly server: string | null;
  /** Of answers' bodies. */
  readonly bytes: number;
  /** What went wrong: a system error such as ECONNREFUSED, or a sentence. */
  readonly problem: string | null;
}
