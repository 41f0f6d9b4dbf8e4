/** What the HTTP load client is asked, and what it answers. */
export interface HttpOrder {
  /** Connections are spread over these. */
  readonly urls: readonly string[];
  readonly connections: number;
  /** A connection of its own for each request. */
  readonly newConnections: boolean;
  /** Requests due per second; as many as are answered if absent. */
  readonly perSecond?: number;
  readonly durationMs: number;
}

export interface HttpReply {
  /** What was answered in the time that counts, and that time. */
  readonly answers: number;
  readonly countedMs: number;
  /** Requests that got no answer, or one with another status than 200. */
  readonly failures: number;
  /** At a rate: from the moment a request was due to its answer, in milliseconds, in the order of answers. */
  readonly latenciesMs: readonly number[];
}
