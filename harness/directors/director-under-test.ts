/** What the bench asks of whatever gets packets to the real servers: a director under test, or a reference. */
import type { DirectorSnapshot } from '../../director/index.ts';
import type { Lab, LabHost, LaneKind, Mode } from '../../lab/index.ts';

/** What measurements run side by side. */
export type Contestant = DirectorUnderTest | Reference;

interface Described {
  /** Name in results, and of the folder that it is in. */
  readonly name: string;
  readonly description: string;
  /** How packets get past it to the servers. */
  readonly kind: LaneKind;
  readonly modes: readonly Mode[];
  /** What it can be measured with. */
  readonly protocols: readonly BalancedService['protocol'][];
  /** Why it cannot run on this machine; undefined if it can. */
  unavailable(): Promise<string | undefined>;
}

/** A load balancer that must do as IPVS does. */
export interface DirectorUnderTest extends Described {
  readonly isReference: false;
  readonly schedulers: readonly string[];
  /**
   * Starts it on the lab's director host.
   * @param rules In the language of `ipvsadm -R`.
   * @param seed For what is random in its scheduling, if it can be told.
   * @param host Instead of `director`, where a lab has several of them.
   */
  start(lab: Lab, rules: readonly string[], seed: number, host?: string): Promise<RunningDirector>;
}

export interface RunningDirector {
  /** Services, servers, counters and connections as they are now. */
  snapshot(): Promise<DirectorSnapshot>;
  /** Carries out further rules, in the language of `ipvsadm -R`. Absent where rules cannot be changed while it runs. */
  apply?(rules: readonly string[]): Promise<void>;
  /** What goes to `dst` (ADDRESS/n) and port `dport` carries a firewall mark from now on. Absent as `apply`. */
  mark?(words: { readonly dst: string; readonly dport: string; readonly set: string }): Promise<void>;
  /** Changes a setting, `NAME=VALUE`, where NAME is the kernel's under `net.ipv4.vs.`. Absent as `apply`. */
  set?(setting: string): Promise<void>;
  /** Sends its process a signal. Absent where it is no process. */
  signal?(signal: NodeJS.Signals): void;
  /** Resolves with how it ended, once it has, which it must not do by itself. */
  readonly ended: Promise<string>;
  /** Ends it; throws if it had to be killed or reported a failure. */
  stop(): Promise<void>;
}

/**
 * What directors are compared with: something else that gets packets to the servers, or nothing at all. It has no
 * connections to show and need not decide as IPVS does.
 */
export interface Reference extends Described {
  readonly isReference: true;
  /**
   * Makes a host balance the services. Absent where the network alone does what is to be done.
   * @throws LabError if the machine refuses.
   */
  start?(host: LabHost, services: readonly BalancedService[]): Promise<RunningReference>;
}

/** One service that is balanced, each server in turn. */
export interface BalancedService {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly servers: readonly { readonly address: string; readonly port: number }[];
}

export interface RunningReference {
  /** Resolves with how it ended, if it is a process; it must not end by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}
