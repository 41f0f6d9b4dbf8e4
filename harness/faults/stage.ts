/** A network in which things fail: real servers, a director, a client that keeps connections, and what can be done to each. */
import { fileURLToPath } from 'node:url';
import {
  bringUp,
  Conversation,
  type Lab,
  LabError,
  type LabProcess,
  type Mode,
  startHttpServer,
  startHttpServers,
  startUdpServer,
  startUdpServers,
  type Topology,
  topologies,
} from '../../lab/index.ts';
import type { FaultModel } from '../../scenarios/faults/model.ts';
import type { DirectorUnderTest, RunningDirector } from '../directors/director-under-test.ts';
import { type Balanced, freshRules, httpServerPort, UDP_PORT } from './services.ts';

const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));
const SERVERS = 3;

export interface StageOptions {
  readonly mode: Mode;
  readonly director: DirectorUnderTest;
  readonly seed: number;
  readonly runDirectory: string;
}

export class FaultStage implements AsyncDisposable {
  readonly lab: Lab;
  /** Asked `ClientOrder`s. */
  readonly client: Conversation;
  readonly #options: StageOptions;
  readonly #servers: Map<string, LabProcess[]>;
  #director: RunningDirector;
  #hasDirector = true;
  #rules: readonly string[] = [];

  private constructor(
    lab: Lab,
    options: StageOptions,
    parts: {
      readonly director: RunningDirector;
      readonly client: Conversation;
      readonly servers: Map<string, LabProcess[]>;
    },
  ) {
    this.lab = lab;
    this.client = parts.client;
    this.#options = options;
    this.#director = parts.director;
    this.#servers = parts.servers;
    this.#watch(parts.director);
  }

  get balanced(): Balanced {
    return { topology: this.lab.topology, protocols: this.#options.director.protocols };
  }

  /** The director as it runs at present. */
  get director(): RunningDirector {
    return this.#director;
  }

  /** @throws LabError if it cannot be built; nothing is left then. */
  static async bringUp(options: StageOptions): Promise<FaultStage> {
    const topology = withNotices(topologies[options.mode]({ servers: SERVERS }));
    const lab = await bringUp(topology, { runDirectory: options.runDirectory });
    try {
      const [director, http, udp] = await Promise.all([
        options.director.start(lab, [], options.seed),
        startHttpServers(lab, { port: httpServerPort(topology) }),
        startUdpServers(lab, { port: UDP_PORT }),
      ]);
      const client = Conversation.start(lab.host('client'), CLIENT);
      await client.ready();
      const servers = new Map(
        topology.realServers.map(({ host }, i) => [
          host,
          [http[i], udp[i]].filter((one) => one !== undefined),
        ]),
      );
      return new FaultStage(lab, options, { director, client, servers });
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Services and settings as a fault wants them, whatever was before; a director that has ended is started again. */
  async prepare(model: Pick<FaultModel, 'isPersistent' | 'settings'>): Promise<void> {
    this.#rules = freshRules(this.balanced, model);
    if (!this.#hasDirector) await this.#startDirector();
    if (this.#options.director.declared.abilities.includes('edits')) await this.apply(['-C']);
    else await this.#director.reset();
    await this.apply(this.#rules);
    await this.set(model.settings);
  }

  async apply(rules: readonly string[]): Promise<void> {
    await this.#director.apply(rules);
  }

  async set(settings: Readonly<Record<string, number>>): Promise<void> {
    const { set } = this.#director;
    for (const [name, value] of Object.entries(settings)) {
      if (set === undefined) throw new LabError('this director has no settings');
      await set(`${name}=${value}`);
    }
  }

  /** Carries out lines of `ip -batch` on the machine that is the director. */
  async configureDirector(lines: readonly string[]): Promise<void> {
    const { machine } = this.#director;
    if (machine?.configure !== undefined) return machine.configure(lines);
    await this.lab.host('director').run('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n` });
  }

  /** Has the director stand still, or go on. */
  freezeDirector(isFrozen: boolean): void {
    const { freeze } = this.#director;
    if (freeze === undefined) throw new LabError('this director cannot be made to stand still');
    freeze(isFrozen);
  }

  /**
   * Ends the director with a signal, and starts it again as soon as it has ended, with the rules it began with. One that is
   * no process is ended as the contract says.
   */
  async restartDirector(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { signal: send } = this.#director;
    if (send === undefined) await this.#director.stop();
    else {
      send(signal);
      await this.#director.ended;
    }
    await this.#startDirector();
  }

  /** Has another process of the director's go on in place of the one that runs. */
  async replaceDirector(): Promise<void> {
    const { replace } = this.#director;
    if (replace === undefined) throw new LabError('this director cannot be replaced while it runs');
    await replace();
  }

  /** Kills a server's processes. The system that they ran on goes on. */
  async killServer(host: string): Promise<void> {
    const processes = this.#servers.get(host) ?? [];
    for (const one of processes) one.signal('SIGKILL');
    await Promise.all(processes.map(({ exited }) => exited));
  }

  async startServer(host: string): Promise<void> {
    const port = httpServerPort(this.lab.topology);
    this.#servers.set(
      host,
      await Promise.all([
        startHttpServer(this.lab, host, { port }),
        startUdpServer(this.lab, host, { port: UDP_PORT }),
      ]),
    );
  }

  /** Carries out `ip` in the namespace of the switches, where every link has its other end. */
  async inFabric(...words: readonly string[]): Promise<void> {
    await this.lab.host('client').run('ip', ['-n', this.lab.fabric, ...words]);
  }

  ripOf(host: string): string {
    const found = this.lab.topology.realServers.find((server) => server.host === host);
    if (found === undefined) throw new LabError(`${host} is no real server`);
    return found.rip;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }

  async #startDirector(): Promise<void> {
    const { director, seed } = this.#options;
    this.#director = await director.start(this.lab, this.#rules, seed);
    this.#hasDirector = true;
    this.#watch(this.#director);
  }

  #watch(director: RunningDirector): void {
    director.ended.then(() => {
      if (this.#director === director) this.#hasDirector = false;
    });
  }
}

/** The same, with servers that announce a new MAC address by gratuitous ARP. */
function withNotices(topology: Topology): Topology {
  const hosts = topology.hosts.map((host) =>
    host.role === 'server'
      ? { ...host, sysctls: { ...host.sysctls, 'net.ipv4.conf.all.arp_notify': 1 } }
      : host,
  );
  return { ...topology, hosts };
}
