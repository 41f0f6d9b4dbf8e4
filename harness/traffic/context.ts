/** What every kind of traffic needs to know. */
import type { Conversation, Lab, LabHost } from '../../lab/index.ts';
import type { ServiceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';

/** How much is sent. */
export interface Load {
  /** Requests on a new connection each. */
  readonly newConnections: number;
  /** Over lasting connections: so many requests, or as many as fit into a time. */
  readonly lasting: { readonly requests: number } | { readonly durationMs: number };
  /** Of a body that is sent, and of one that is fetched. */
  readonly bodyBytes: number;
}

export interface TrafficContext {
  readonly lab: Lab;
  readonly client: LabHost;
  /** The program on the client's host that is asked for a `LoadOrder`. */
  readonly loads: Conversation;
  readonly service: ServiceUnderTest;
  readonly load: Load;
  /** Name of the session that the store counts visits of: one that no other traffic of the network has. */
  readonly session: string;
  /** Chooses session names and payloads, so that two runs send the same. */
  readonly seed: number;
}
