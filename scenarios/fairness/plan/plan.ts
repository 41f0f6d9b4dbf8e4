/**
 * What a fairness run does, step by step, the same in every mode and in memory. Nothing in it depends on a clock, and each
 * step begins only when the one before has ended, so the director's decisions follow from the plan alone.
 */

/** The service that is balanced. */
export interface PlannedService {
  readonly scheduler: string;
  /** As for `ipvsadm -b`: `sh-port`. */
  readonly flags?: string;
  /** Of rs1, rs2, … in turn, which are added in this order. */
  readonly weights: readonly number[];
  readonly protocol: 'tcp' | 'udp';
  /** Clients that are the same under the mask keep their server. */
  readonly persistence?: { readonly seconds: number; readonly netmask: string };
  /** `mark`: clients ask for many addresses, and a firewall mark leads all of them to the service. */
  readonly reachedBy: 'address' | 'mark';
}

export interface Open {
  readonly do: 'open';
  /** Number of the connection: 0, 1, 2, … in the order of the plan. */
  readonly connection: number;
  readonly client: string;
  readonly clientPort: number;
  /** The address asked for, where the service is reached by a mark. */
  readonly destination?: string;
  /** Requests made on it one after the other, each answered before the next step. UDP: datagrams. */
  readonly requests: number;
  /** Size of each answer's body. */
  readonly bytes: number;
  /** The server ends the connection after its answer; the client keeps its own side open until `close`. */
  readonly endedByServer?: boolean;
}

/** What an administrator changes while clients are at work. */
export type RuleChange =
  | { readonly do: 'weight' | 'add'; readonly server: number; readonly weight: number }
  | { readonly do: 'remove'; readonly server: number };

export type Step =
  | Open
  | { readonly do: 'close'; readonly connection: number }
  /** Records how many connections each server has. */
  | { readonly do: 'sample' }
  /** Each open connection is asked once more; one that is not answered is given up. */
  | { readonly do: 'probe' }
  | RuleChange
  /** The server's program dies: its connections end, and clients close theirs; new ones are refused. */
  | { readonly do: 'crash'; readonly server: number }
  | { readonly do: 'restart'; readonly server: number };

export interface Plan {
  readonly service: PlannedService;
  readonly steps: readonly Step[];
}

/** How many connections each server had at one moment. */
export interface Sample {
  /** Connections opened before. */
  readonly opened: number;
  readonly active: readonly number[];
  readonly inactive: readonly number[];
}

/** What came of a plan. */
export interface PlanTrace {
  /** For each connection in turn the index of its server; NO_SERVER where it was given none. */
  readonly decisions: readonly number[];
  readonly samples: readonly Sample[];
  /** Connections that nobody answered, in order: there was no server, or a dead one. */
  readonly unanswered: readonly number[];
  /** Connections that ended though their clients still wanted them, in order. */
  readonly broken: readonly number[];
}

/** In place of a server's index. */
export const NO_SERVER = -1;

/** What clients got from one server. */
export interface Served {
  readonly connections: number;
  readonly requests: number;
  readonly bytes: number;
}

export function opensOf({ steps }: Plan): Open[] {
  return steps.filter((step) => step.do === 'open');
}
