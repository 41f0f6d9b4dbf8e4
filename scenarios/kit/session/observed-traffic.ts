/** What the clients saw: one record for each kind of traffic. */

/** What one kind of traffic came to, as the client counted it. */
export interface Traffic {
  id: string;
  title: string;
  /** The command that made it, as run in the client’s namespace. */
  command: string;
  requests: number;
  errors: number;
  durationMs: number;
  requestsPerSecond?: number | undefined;
  latencyMs?: { p50: number; p99: number; max: number } | undefined;
  bytes: number;
}

/** HTTP load: how many answers each real server gave, by the name it puts into its answers. */
export interface HttpLoad {
  readonly summary: Traffic;
  readonly answersByServer: Readonly<Record<string, number>>;
}

/** A body sent and a body fetched, with the digests on both sides. */
export interface Transfer {
  readonly summary: Traffic;
  readonly transfers: readonly {
    readonly direction: 'upload' | 'download';
    readonly sentBytes: number;
    readonly receivedBytes: number;
    readonly sentSha256: string;
    readonly receivedSha256: string;
  }[];
}

/** Datagrams and their echoes. */
export interface UdpExchange {
  readonly summary: Traffic;
  /** For each datagram: the client port, what was sent, and what came back (`server payload`), if anything did. */
  readonly exchanges: readonly {
    readonly clientPort: number;
    readonly payload: string;
    readonly answer: string | null;
    readonly answeredBy: string | null;
  }[];
}

/** Requests of one session, each on its own connection: which server answered, and what the counter in the store said. */
export interface SessionWalk {
  readonly summary: Traffic;
  readonly answers: readonly { readonly server: string; readonly count: number }[];
}

/** A request to a port of the VIP for which there is no rule. */
export interface LocalRequest {
  readonly summary: Traffic;
  /** Who answered; null if nobody did. */
  readonly answeredBy: string | null;
  readonly problem: string | null;
}

export interface TrafficObserved {
  readonly newConnections: HttpLoad;
  readonly keepAlive: HttpLoad;
  readonly transfer: Transfer;
  readonly udp: UdpExchange;
  readonly session: SessionWalk;
  readonly local: LocalRequest;
}
