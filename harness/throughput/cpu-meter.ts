/** How busy each role of a lane is while something is measured, from the times that the kernel keeps in /proc. */

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Lab } from '../../lab/index.ts';

/** CPU time used, in milliseconds. */
export interface CpuUse {
  readonly elapsedMs: number;
  readonly roles: {
    readonly generator: number;
    readonly director: number;
    readonly server: number;
    /** Everything on this machine, and of that what the kernel did outside of processes. */
    readonly machine: number;
    readonly softirq: number;
  };
  /** The busiest single server process. */
  readonly busiestServerMs: number;
  /** Variance, in ms², of what the machine did beside the three: the kernel tells times in whole ticks. */
  readonly tickVariance: number;
}

export class CpuMeter {
  readonly #generator: readonly number[];
  readonly #director: readonly number[];
  readonly #servers: readonly number[];

  /** Processes must run already. @param director host in the director's place, if there is one. */
  constructor(lab: Lab, director: string | undefined) {
    const processes = processesByNamespace();
    const on = (host: string) => processes.get(inodeOf(lab.host(host).namespace)) ?? [];
    this.#generator = on('client');
    this.#director = director === undefined ? [] : on(director);
    this.#servers = lab.topology.realServers.flatMap(({ host }) => on(host));
  }

  /** Resolves with what was used while `work` ran, and what it gave. */
  async during<Outcome>(work: () => Promise<Outcome>): Promise<{ outcome: Outcome; cpu: CpuUse }> {
    const before = this.#read();
    const outcome = await work();
    const after = this.#read();
    const used = (group: 'generator' | 'director' | 'servers') =>
      after[group].map((ms, i) => Math.max(0, ms - (before[group][i] ?? 0)));
    const servers = used('servers');
    return {
      outcome,
      cpu: {
        elapsedMs: after.atMs - before.atMs,
        roles: {
          generator: sum(used('generator')),
          director: sum(used('director')),
          server: sum(servers),
          softirq: after.machine.softirqMs - before.machine.softirqMs,
          machine: after.machine.busyMs - before.machine.busyMs,
        },
        busiestServerMs: Math.max(0, ...servers),
        tickVariance: TICK_VARIANCE * (MACHINE_FIELDS + PROCESS_FIELDS * this.#processes),
      },
    };
  }

  get #processes(): number {
    return this.#generator.length + this.#director.length + this.#servers.length;
  }

  #read() {
    return {
      atMs: performance.now(),
      generator: this.#generator.map(cpuTimeMs),
      director: this.#director.map(cpuTimeMs),
      servers: this.#servers.map(cpuTimeMs),
      machine: readMachineTimes(),
    };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Unit of times in /proc on Linux (USER_HZ). */
const TICK_MS = 10;
/** Of the difference of two times in whole ticks, in ms². */
const TICK_VARIANCE = TICK_MS ** 2 / 6;
/** Times that are read of a process and, busy ones, of the machine. */
const PROCESS_FIELDS = 2;
const MACHINE_FIELDS = 6;
/** Fields of /proc/<pid>/stat after the name in parentheses, which may hold spaces. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** Every process in a network namespace, by the namespace's inode. */
function processesByNamespace(): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const inode = namespaceOf(name);
    if (inode !== undefined) found.set(inode, [...(found.get(inode) ?? []), Number(name)]);
  }
  return found;
}

export function inodeOf(namespace: string): number {
  return statSync(`/run/netns/${namespace}`).ino;
}

/**
 * Milliseconds of CPU that a process and its threads have used (proc_pid_stat(5)), what the kernel did on their behalf
 * included; 0 once the process is gone.
 */
export function cpuTimeMs(pid: number): number {
  try {
    return parseCpuTimeMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return 0;
  }
}

export function parseCpuTimeMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * TICK_MS;
}

function namespaceOf(pid: string): number | undefined {
  try {
    return Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** What all processors of the machine have done (proc_stat(5)), on whoever's behalf. */
interface MachineTimes {
  readonly busyMs: number;
  /** Of that, what the kernel did outside of any process: receiving packets, mostly. */
  readonly softirqMs: number;
}

/** Fields of the first line: user, nice, system, idle, iowait, irq, softirq, steal. */
export function readMachineTimes(text = readFileSync('/proc/stat', 'utf8')): MachineTimes {
  const line = text.split('\n')[0] ?? '';
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
  return {
    busyMs: (user + nice + system + irq + softirq + steal) * TICK_MS,
    softirqMs: (irq + softirq) * TICK_MS,
  };
}
