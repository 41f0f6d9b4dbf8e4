/**
 * What a director is compared with: something else that gets packets to the servers, or nothing at all. It is no director
 * under test, since it has no connections to show and need not decide as IPVS does.
 */
import type { LabHost, LaneKind, Mode } from '../../lab/index.ts';

/** One service that is balanced, each server in turn. */
export interface BalancedService {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly servers: readonly { readonly address: string; readonly port: number }[];
}

export interface Reference {
  /** Name in results. */
  readonly name: string;
  readonly description: string;
  /** How packets get past it to the servers. */
  readonly kind: LaneKind;
  readonly modes: readonly Mode[];
  readonly protocols: readonly BalancedService['protocol'][];
  /** Why it cannot run on this machine; undefined if it can. */
  unavailable(): Promise<string | undefined>;
  /**
   * Makes a host balance the services. Absent where the network alone does what is to be done.
   * @throws LabError if the machine refuses.
   */
  start?(host: LabHost, services: readonly BalancedService[]): Promise<RunningReference>;
}

export interface RunningReference {
  /** Resolves with how it ended, if it is a process; it must not end by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}
