/** A network that is kept up for many plans: servers on all ports, one director whose rules change, one clients' program. */
import { fileURLToPath } from 'node:url';
import {
  bringUp,
  Conversation,
  type Host,
  type Lab,
  LabError,
  type LabProcess,
  type Mode,
  startHttpServer,
  startHttpServers,
  startUdpServers,
  type Topology,
  topologies,
} from '../../../lab/index.ts';
import { MODES } from '../../../lab/modes.ts';
import { placeOf, type ServicePlace, servedPorts } from '../../../scenarios/fairness/addresses.ts';
import type { DirectorUnderTest, RunningDirector } from '../../directors/director-under-test.ts';

const PLAN_CLIENT = fileURLToPath(new URL('plan-client.ts', import.meta.url));

/** A port that no service uses. */
const OWN_PORT = 80;

export interface LiveLabOptions {
  readonly mode: Mode;
  readonly servers: number;
  readonly director: DirectorUnderTest;
  readonly seed: number;
  readonly runDirectory: string;
  /** For each server, by what factor requests that take work take longer there. */
  readonly slowness?: readonly number[];
  /** Requests that take work and that each server handles at once. */
  readonly workers?: number;
}

export class LiveLab implements AsyncDisposable {
  readonly lab: Lab;
  readonly mode: Mode;
  /** Asked `ClientOrder[]`; answers with `Answer[]` when all of them have been carried out. */
  readonly clients: Conversation;
  readonly director: RunningDirector;
  readonly #servers: LabProcess[];
  readonly #options: LiveLabOptions;
  #services = 0;

  private constructor(
    lab: Lab,
    options: LiveLabOptions,
    clients: Conversation,
    director: RunningDirector,
    servers: LabProcess[],
  ) {
    this.lab = lab;
    this.mode = options.mode;
    this.#options = options;
    this.clients = clients;
    this.director = director;
    this.#servers = servers;
  }

  /** @throws LabError if it cannot be built; nothing is left then. */
  static async bringUp(options: LiveLabOptions): Promise<LiveLab> {
    const { mode, servers: count, director, seed, runDirectory } = options;
    const lab = await bringUp(fairnessTopology(mode, count), { runDirectory });
    try {
      const [running, servers] = await Promise.all([
        director.start(lab, [], seed),
        startHttpServers(lab, httpOptions(options)),
        startUdpServers(lab, { port: OWN_PORT, morePorts: servedPorts(mode) }),
      ]);
      const clients = Conversation.start(lab.host('client'), PLAN_CLIENT);
      return new LiveLab(lab, options, clients, running, servers);
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Ports and mark of the next service. @param servers How many of the servers it has; all if absent. */
  nextPlace(servers?: number): ServicePlace {
    const { vip, realServers } = this.lab.topology;
    return placeOf(this.mode, this.#services++, { vip, realServers: realServers.slice(0, servers) });
  }

  /** Kills a server's HTTP program, as a crash would. The system that it ran on goes on. */
  async crash(server: number): Promise<void> {
    const process = this.#servers[server] as LabProcess;
    process.signal('SIGKILL');
    await process.exited;
  }

  async restart(server: number): Promise<void> {
    const { host } = this.lab.topology.realServers[server] as { host: string };
    this.#servers[server] = await startHttpServer(this.lab, host, httpOptions(this.#options));
  }

  /** Rejects when the director has ended, which it must not. */
  async failed(): Promise<never> {
    throw new LabError(`The director ended by itself, ${await this.director.ended}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}

function httpOptions({ mode, slowness, workers }: LiveLabOptions) {
  return {
    port: OWN_PORT,
    morePorts: servedPorts(mode),
    ...(slowness === undefined ? {} : { slowness }),
    ...(workers === undefined ? {} : { workers }),
  };
}

/** Clients' addresses, all of them on the client's host. */
const CLIENTS_PREFIX = '10.88.0.0/16';
/** Addresses that a firewall mark leads to a service. */
export const MARKED_PREFIX = '10.77.0.0/16';

/** An address on `lo` makes all of its prefix the host's own. */
const ON_CLIENT = '10.88.0.1/16';
const ON_SERVER = '10.77.0.1/16';

/** A mode's topology whose client owns all clients' addresses, and whose servers all that are marked. */
function fairnessTopology(mode: Mode, servers: number): Topology {
  const topology = topologies[mode]({ servers });
  return { ...topology, hosts: topology.hosts.map((host) => withPrefixes(host, topology)) };
}

function withPrefixes(host: Host, { name: mode, cip, dip }: Topology): Host {
  const toClients = { to: CLIENTS_PREFIX, via: cip };
  switch (host.role) {
    case 'client':
      return { ...host, loopback: [...host.loopback, ON_CLIENT] };
    case 'router':
      return { ...host, routes: [...host.routes, toClients, { to: MARKED_PREFIX, via: dip }] };
    case 'director':
      // In NAT it is the clients' neighbour itself; elsewhere its default route leads to their router.
      return MODES[mode].repliesPassDirector ? { ...host, routes: [...host.routes, toClients] } : host;
    case 'server':
      return MODES[mode].rewritesAddresses ? host : { ...host, loopback: [...host.loopback, ON_SERVER] };
    case 'store':
      return host;
  }
}
