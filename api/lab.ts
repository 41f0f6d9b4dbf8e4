/** A network to test in: a client, a director's host without a director, and real servers that answer HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure } from '../harness/environment/install.ts';
import { requirementsFor } from '../harness/environment/requirements.ts';
import { capturePoints, checkComplete, readWhole } from '../harness/live/captures.ts';
import {
  bringUp,
  type Lab,
  type LabHost,
  type Mode,
  startHttpServers,
  startStore,
  type Topology,
  topologies,
} from '../lab/index.ts';
import { serviceUnderTest } from '../scenarios/kit/session/service-under-test.ts';
import { type Flow, flowsOf } from './flow.ts';

export interface LabOptions {
  /** Real servers, 3 if absent: `rs1`, `rs2`, … */
  readonly servers?: number;
}

/**
 * Brings a network up, and takes it down when it is disposed of.
 *
 * ```ts
 * await using network = await lab('dr', { servers: 2 });
 * ```
 *
 * @throws LabError, EnvironmentMissingError if it cannot be built; nothing is left then.
 */
export async function lab(mode: Mode, { servers = 3 }: LabOptions = {}): Promise<TestLab> {
  await ensure(requirementsFor('bench'), { install: false });
  const directory = await mkdtemp(join(tmpdir(), 'lvs-lab-'));
  try {
    const network = await bringUp(topologies[mode]({ servers }), { runDirectory: directory });
    const test = new TestLab(network, directory);
    await startStore(network);
    await startHttpServers(network, { port: test.serverPort });
    return test;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

export class TestLab implements AsyncDisposable {
  /** The network as the lab has it, for all that is not here. */
  readonly network: Lab;
  readonly #directory: string;
  #captured = 0;

  constructor(network: Lab, directory: string) {
    this.network = network;
    this.#directory = directory;
  }

  get topology(): Topology {
    return this.network.topology;
  }

  get mode(): Mode {
    return this.topology.name;
  }

  get vip(): string {
    return this.topology.vip;
  }

  /** Where the servers listen: 8080 in NAT, where the director can change the port, 80 in DR and TUN. */
  get serverPort(): number {
    return serviceUnderTest(this.topology, 'rr', [1]).httpServerPort;
  }

  /**
   * Rules for port 80 of the VIP, to start a director with, in the language of `ipvsadm -R`.
   * @param weights Of the servers in turn; 1 if absent.
   */
  rules({
    scheduler = 'rr',
    weights = [1],
  }: {
    scheduler?: string;
    weights?: readonly number[];
  } = {}): string[] {
    const { rules } = serviceUnderTest(this.topology, scheduler, weights);
    return rules.filter((rule) => rule.includes(' -t '));
  }

  /** A host to run programs in: `client`, `director`, `rs1`, … @throws LabError if there is none of that name. */
  host(name: string): LabHost {
    return this.network.host(name);
  }

  /**
   * Asks the VIP for a page, as the client, over a new connection.
   * @returns the name of the server that answered. Rejects if none did within `timeoutMs`.
   */
  async request({ path = '/', timeoutMs = 5_000 } = {}): Promise<string> {
    const args = ['-sS', '--max-time', `${timeoutMs / 1000}`, `http://${this.vip}${path}`];
    const { stdout } = await this.host('client').run('curl', args);
    return (JSON.parse(stdout) as { server: string }).server;
  }

  /**
   * Captures every link while something happens, and follows each of the client's connections to the VIP that began then.
   *
   * @throws UntrustedError where the kernel could not capture everything.
   */
  async flows(happens: () => Promise<unknown>): Promise<Flow[]> {
    this.#captured++;
    const directory = join(this.#directory, `captures-${this.#captured}`);
    const captures = await this.network.capture(capturePoints(this.topology), directory);
    await using _ends = captures;
    await happens();
    const files = await captures.stop();
    checkComplete(files);
    return flowsOf(await Promise.all(files.map(readWhole)), this.topology);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.network[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
