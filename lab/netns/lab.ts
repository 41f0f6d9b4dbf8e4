import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LabError } from '../error.ts';
import type { Topology } from '../topology.ts';
import { checkNames, FABRIC } from './blueprint.ts';
import { buildNetwork } from './build.ts';
import { type CapturePoint, Captures } from './capture.ts';
import { decapsulate } from './decapsulation.ts';
import { LabHost, LabNamespace } from './host.ts';
import { claimRun, type OwnerRecord, rewriteRecord } from './owner.ts';
import type { LabProcess } from './process.ts';
import { killProcessesOf, markOf } from './processes.ts';
import { forget, reapDeadRuns, remember, takeDown } from './teardown.ts';

export interface BringUpOptions {
  /** Where logs go (`logs/` in it) and processes keep their files. Made if it does not exist. */
  readonly runDirectory: string;
}

/**
 * Builds the network of a topology out of namespaces, and takes down first what dead runs have left.
 *
 * ```ts
 * await using lab = await bringUp(topologies.dr({ servers: 3 }), { runDirectory });
 * ```
 *
 * @throws LabError if it cannot be built; nothing is left then.
 */
export async function bringUp(topology: Topology, options: BringUpOptions): Promise<Lab> {
  return Lab.bringUp(topology, options);
}

/** A running network. Disposing of it ends everything that runs in it and leaves nothing. */
export class Lab implements AsyncDisposable {
  readonly topology: Topology;
  readonly runDirectory: string;
  readonly hosts: readonly LabHost[];
  /** How the servers take off the outer IP header, in words; absent where none has to. */
  decapsulation: string | undefined;
  readonly #fabric: LabNamespace;
  #record: OwnerRecord;
  readonly #processes = new Set<LabProcess>();
  readonly #ending = new AbortController();
  #building: Promise<void> = Promise.resolve();
  #down: Promise<void> | undefined;

  private constructor(topology: Topology, record: OwnerRecord) {
    this.topology = topology;
    this.#record = record;
    this.runDirectory = record.runDirectory;
    const context = (name: string) => ({
      namespace: record.prefix + name,
      runDirectory: record.runDirectory,
      mark: markOf(record),
      onStart: (started: LabProcess) => this.#processes.add(started),
    });
    this.hosts = topology.hosts.map((spec) => new LabHost(spec, context(spec.name)));
    this.#fabric = new LabNamespace(FABRIC, context(FABRIC));
  }

  static async bringUp(topology: Topology, options: BringUpOptions): Promise<Lab> {
    checkNames(topology);
    await reapDeadRuns();
    const runDirectory = resolve(options.runDirectory);
    await mkdir(join(runDirectory, 'logs'), { recursive: true });
    const lab = new Lab(topology, await claimRun({ topology: topology.name, runDirectory }));
    try {
      remember(lab);
      lab.#building = lab.#build();
      await lab.#building;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  /** The run's id: part of every namespace's name, and what `removeLab` takes. */
  get id(): string {
    return this.#record.id;
  }

  /** Namespace of the switches, where every link has its other end. */
  get fabric(): string {
    return this.#fabric.namespace;
  }

  /** @throws LabError if the topology has no such host. */
  host(name: string): LabHost {
    const found = this.hosts.find((host) => host.name === name);
    if (found) return found;
    throw new LabError(
      `There is no host "${name}" in the lab; there are ${this.hosts.map((host) => host.name).join(', ')}.`,
    );
  }

  /**
   * Captures the links of interfaces, at the switch's end, into `<directory>/<host>-<interface>.pcap`. Resolves when all
   * of them listen.
   *
   * @throws LabError if there is no such interface, or tcpdump cannot listen on it.
   */
  async capture(points: readonly CapturePoint[], directory: string): Promise<Captures> {
    for (const point of points) {
      const { interfaces } = this.host(point.host).spec;
      if (!interfaces.some(({ name }) => name === point.interface)) {
        throw new LabError(
          `${point.host} has no interface "${point.interface}" to capture; it has ` +
            `${interfaces.map(({ name }) => name).join(', ')}.`,
        );
      }
    }
    return Captures.start(points, resolve(directory), this.#fabric);
  }

  /** The command with which a person, as root, gets a shell in a host. */
  enterCommand(host: string): string {
    return `ip netns exec ${this.host(host).namespace} bash`;
  }

  /** From now on the lab stays up, with all that runs in it, until `removeLab` takes it down. */
  async keep(): Promise<void> {
    this.#record = { ...this.#record, kept: true };
    await rewriteRecord(this.#record);
  }

  /** Takes the lab down, or leaves it if it is to be kept. Doing it twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#down ??= this.#record.kept ? this.#leave() : this.#takeDown();
    return this.#down;
  }

  async #leave(): Promise<void> {
    for (const process of this.#processes) process.unref();
    forget(this);
  }

  async #takeDown(): Promise<void> {
    this.#ending.abort(new LabError(`Lab ${this.id} is being taken down.`));
    await killProcessesOf(this.#record);
    await this.#building.catch(() => undefined);
    await takeDown(this.#record);
    forget(this);
  }

  async #build(): Promise<void> {
    await buildNetwork(this.topology, this.#record, this.#ending.signal);
    const servers = this.hosts.filter(({ spec }) => spec.decapsulates);
    if (servers.length > 0) this.decapsulation = await decapsulate(servers);
  }
}
