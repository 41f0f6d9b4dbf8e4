/** What the bench asks of whatever gets packets to the real servers: a director under test, or a reference. */
import type { DirectorSnapshot, MarkWords } from '../../director/index.ts';
import type { Bystanders } from '../../lab/guest/clock.ts';
import type { Host, Lab, LabHost, LaneKind, Mode } from '../../lab/index.ts';
import type { Ipvsadm } from '../../lab/ipvsadm.ts';
import type { Declared } from '../../scenarios/features.ts';

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
  /** The host that it runs on among others, where its own name cannot be that of one. */
  readonly host?: string;
  /** How many packets of a flow it looks at until all that follow are dealt with alike; 0 if absent. */
  readonly learnsIn?: number;
  /** Most flows that it is measured with; any number if absent. */
  mostFlows?(): number;
  /** Why it cannot run on this machine; undefined if it can. */
  unavailable(): Promise<string | undefined>;
}

/** A load balancer that must do as IPVS does, as far as it says that it does. */
export interface DirectorUnderTest extends Described {
  readonly isReference: false;
  /** Of the program, where it says one. */
  readonly version?: string;
  /** Where it comes from. */
  readonly url?: string;
  /** What it does. What else is asked of it must be refused with an `UnsupportedError`. */
  readonly declared: Declared;
  /**
   * How long a packet may take through it, in milliseconds: after so long without a frame all is quiet. Asked only where it
   * cannot say itself that it has dealt with all packets (`RunningDirector.settle`).
   */
  readonly quietMs: number;
  /** Whether it can be played in memory, under a virtual clock: its core is in this repository. */
  readonly isOwn: boolean;
  /** Whether it is the IPVS of a kernel of its own, in a virtual machine. */
  readonly isGuest?: boolean;
  /** Whether its clock goes on only where it is told to (`Machine.passTime`): hours pass at once, and a busy machine takes no time. */
  readonly setsClock?: boolean;
  /** Whether its machine is emulated: more of them side by side than there are processors only make each slower. */
  readonly isEmulated?: boolean;
  /** The same of another kernel, that of a package. Absent where no kernel comes with it. */
  withKernel?(kernelPackage: string): DirectorUnderTest;
  /** The same, with the version and what it declares as a look at it says. Absent where that needs no looking. @throws LabError where it fails. */
  asFound?(): Promise<DirectorUnderTest>;
  /** What it is known to do otherwise than the catalogue says, by the case that shows it: the reasons. */
  knownDifferences?(): Promise<ReadonlyMap<string, string>>;
  /**
   * Starts it on the lab's director host.
   * @param rules In the language of `ipvsadm -R`.
   * @param seed For what is random in its scheduling, if it can be told.
   * @param host Instead of `director`, where a lab has several of them.
   * @throws LabError if it does not start; UnsupportedError for rules beyond what it has declared.
   */
  start(lab: Lab, rules: readonly string[], seed: number, host?: string): Promise<RunningDirector>;
  /**
   * Starts it without rules in the place of a host whose links are in this process. Absent where it needs a lab for that.
   * @param runDirectory Where its logs go.
   * @throws LabError if it does not start.
   */
  startOnWires?(spec: Host, runDirectory: string): Promise<WiredDirector>;
}

export interface WiredDirector {
  readonly running: RunningDirector &
    Required<Pick<RunningDirector, 'settle'>> & {
      readonly machine: Machine & Required<Pick<Machine, 'passTime'>>;
    };
  readonly wires: {
    /** Brings a frame to one of its interfaces. */
    send(port: string, frame: Uint8Array): void;
    /** Called with each frame that it sends. */
    onFrame: (port: string, frame: Uint8Array) => void;
    /** What its machine's clock says, which goes on by itself: milliseconds since the epoch. */
    wallClockMs(): Promise<number>;
  };
}

export interface RunningDirector {
  /** Carries out further rules, in the language of `ipvsadm -R`. @throws UnsupportedError; any error for a refusal. */
  apply(rules: readonly string[]): Promise<void>;
  /** Makes it forget rules, connections and counters, as if it had just been started without rules. */
  reset(): Promise<void>;
  /** `ipvsadm` on its tables, as far as it declares lists, connections and counters. Absent where it has none of them. */
  readonly ipvsadm?: Ipvsadm;
  /**
   * Services, servers, counters and connections as they are now. Absent where it does not count.
   * @param wait Lets time pass, for one that shows late what it has counted; in its own way unless given.
   */
  snapshot?(wait?: (ms: number) => Promise<void>): Promise<DirectorSnapshot>;
  /** Resolves when it has dealt with all frames that had come in. Absent where nobody but the wire can tell. */
  settle?(): Promise<void>;
  /** What kept its timers from what was due, since its last reset, as a clause; undefined if nothing did. Absent where that is not known. */
  lateness?(): string | undefined;
  /** What of the machine’s settings it goes by. Absent where it is the kernel that goes by them. */
  network?(): Promise<{ readonly ipForward: boolean; readonly mtuBytes: Readonly<Record<string, number>> }>;
  /** The machine that it runs on, where that has taken the place of the lab's host, or may do so. */
  readonly machine?: Machine;
  /** Programs on its machine from now until its next reset. Absent where none can be started there. */
  ownPrograms?(): Promise<OwnPrograms>;
  /** Starts a web server on its machine that says `{"server":"director"}`. Absent where that machine is the lab's host. */
  listen?(port: number): Promise<void>;
  /** What goes to `dst` (ADDRESS/n) and port `dport` carries a firewall mark from now on. */
  mark?(words: MarkWords): Promise<void>;
  /** Changes a setting, `NAME=VALUE`, where NAME is the kernel's under `net.ipv4.vs.`. */
  set?(setting: string): Promise<void>;
  /** What `net.ipv4.vs.*` are set to, by name without that. Absent where nobody asks for it. */
  settings?(): Promise<Readonly<Record<string, number>>>;
  /** Sends its process a signal. Absent where it is no process. */
  signal?(signal: NodeJS.Signals): void;
  /** Has it, or the machine that it is, stand still, or go on. Absent where nothing can be stopped. */
  freeze?(isFrozen: boolean): void;
  /** Has a new process go on in its place, which loses no connection. Absent where there is no such command. */
  replace?(): Promise<void>;
  /** Resolves with how it ended, once it has, which it must not do by itself. */
  readonly ended: Promise<string>;
  /** Ends it; throws if it had to be killed or reported a failure. */
  stop(): Promise<void>;
}

/** Programs on a director's own machine: clients or servers there. */
export interface OwnPrograms {
  /** Sends whole packets, one after the other. */
  send(packets: readonly Uint8Array[]): Promise<void>;
  /** All packets that its kernel has delivered to them so far, in order. */
  received(): Promise<readonly Uint8Array[]>;
}

/** Settings of a machine, set and in force when these resolve. */
export interface Machine {
  setMtu(port: string, bytes: number): Promise<void>;
  setIpForward(on: boolean): Promise<void>;
  /** Carries out lines of `ip -batch` on it. Absent where the lab's host is that machine. */
  configure?(lines: readonly string[]): Promise<void>;
  /** Lets so much time pass on its clock, at once. Absent where it passes by itself. */
  passTime?(ms: number, bystanders?: Bystanders): Promise<void>;
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
  start?(host: LabHost, services: readonly BalancedService[], lab: Lab): Promise<RunningReference>;
}

/** One service that is balanced. */
export interface BalancedService {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly scheduler: string;
  readonly servers: readonly BalancedServer[];
}

export interface BalancedServer {
  readonly address: string;
  readonly port: number;
  /** 1 for every server where the scheduler does not look at weights. */
  readonly weight: number;
}

export interface RunningReference {
  /** Resolves with how it ended, if it is a process; it must not end by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}
