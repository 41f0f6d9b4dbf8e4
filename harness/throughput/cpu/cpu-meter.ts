/** How busy each role of a lane is while something is measured. */
import type { Lab } from '../../../lab/index.ts';
import { readMachineTimes } from './machine-times.ts';
import { cpuTimeMs, inodeOf, processesByNamespace } from './process-times.ts';

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
      },
    };
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
