/** What the bench asks of a load balancer that it tests. */
import type { DirectorSnapshot } from '../../director/index.ts';
import type { Lab, Mode } from '../../lab/index.ts';

export interface DirectorUnderTest {
  /** Name on the command line and in results. */
  readonly name: string;
  readonly description: string;
  readonly modes: readonly Mode[];
  readonly schedulers: readonly string[];
  /** Why it cannot run on this machine; undefined if it can. */
  unavailable(): Promise<string | undefined>;
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
  /** Resolves with how it ended, once it has, which it must not do by itself. */
  readonly ended: Promise<string>;
  /** Ends it; throws if it had to be killed or reported a failure. */
  stop(): Promise<void>;
}
