/** What was seen of the traffic around a fault: plain data, which the judge compares with what IPVS promises. */

/** Kinds of traffic that cross a fault, by name, with what each one is. */
const TABLE = {
  idle: {
    title: 'idle TCP',
    is: 'connections that are silent during the fault, and ask for a page after it',
  },
  bulk: { title: 'bulk TCP', is: 'connections that transfer body after body' },
  udp: { title: 'UDP', is: 'flows of datagrams, each of which is echoed' },
  new: { title: 'new connections', is: 'connections that are opened from the fault on, a request each' },
} satisfies Record<string, { readonly title: string; readonly is: string }>;

export type TrafficKind = keyof typeof TABLE;

export const TRAFFIC: Readonly<Record<TrafficKind, { readonly title: string; readonly is: string }>> = TABLE;

export const TRAFFIC_KINDS = Object.keys(TABLE) as readonly TrafficKind[];

/**
 * What became of a connection or flow. `kept`: it goes on at its server. `moved`: it goes on at another one. `reset`: RST, or
 * the connection was refused. `closed`: FIN. `silent`: no answer to the end.
 */
export type Fate = 'kept' | 'moved' | 'reset' | 'closed' | 'silent';

export interface ObservedConnection {
  readonly traffic: TrafficKind;
  /** Name of the server that answered first; absent where none ever did. */
  readonly server?: string;
  readonly fate: Fate;
  /** Requests or datagrams that were not answered. */
  readonly lost: number;
  /** The longest time without an answer while one was due. */
  readonly silenceMs: number;
}
