/** A scheduler at work on a service whose servers come, go and change: what it remembers from one connection to the next. */
import type { ModelRequest, ModelServer } from './choice.ts';

/** The servers of a service at a moment. */
export interface Servers {
  /** The one added last comes first. */
  readonly listed: readonly ModelServer[];
  /** Those that were deleted and may still have connections. */
  readonly deleted: readonly ModelServer[];
}

/** One scheduler of one service, from the moment it was given to it. */
export interface Scheduling {
  /** @returns The server of a new connection, by name; undefined for none. */
  choose(servers: Servers, request: ModelRequest, atS: number): string | undefined;
  /** The server that stood there has been taken out of the list. */
  removed?(index: number, left: readonly ModelServer[]): void;
  /** A server was put at the head of the list. */
  added?(listed: readonly ModelServer[]): void;
  /** A server was edited, even if nothing about it is another. */
  edited?(listed: readonly ModelServer[]): void;
}
