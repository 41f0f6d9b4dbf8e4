/**
 * A network that is kept up for many runs: real servers on all ports, a store, one director whose rules change, one
 * program for all clients of plans, and captures that are cut after each run.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DirectorSnapshot } from '../../director/index.ts';
import {
  bringUp,
  type CaptureFile,
  type Captures,
  Conversation,
  type Lab,
  LabError,
  type LabProcess,
  type Mode,
  startHttpServer,
  startHttpServers,
  startStore,
  startUdpServers,
} from '../../lab/index.ts';
import { placeOf, type ServicePlace, servedPorts } from '../../scenarios/fairness/addresses.ts';
import type { ServiceUnderTest } from '../../scenarios/kit/session/service-under-test.ts';
import { UnsupportedError } from '../../scenarios/kit/unsupported-error.ts';
import type { HostFacts } from '../diagnosis/host-facts.ts';
import { collectFacts } from '../diagnosis/lab-site.ts';
import type { DirectorUnderTest, RunningDirector } from '../directors/director-under-test.ts';
import { UntrustedError } from '../run/verdict.ts';
import { startLocalListener } from '../traffic/local-request.ts';
import { asNew } from './as-new.ts';
import { capturePoints, checkComplete } from './captures.ts';
import { liveTopology } from './topology.ts';

const PLAN_CLIENT = fileURLToPath(new URL('plan-client.ts', import.meta.url));
/** From a program's last word until the system tells that it has ended, on a busy machine. */
const ENDING_MS = 1000;

const TRAFFIC_CLIENT = fileURLToPath(new URL('../traffic/traffic-client.ts', import.meta.url));

export interface LiveLabOptions {
  readonly mode: Mode;
  readonly servers: number;
  readonly director: DirectorUnderTest;
  readonly seed: number;
  readonly runDirectory: string;
  /** Ports of the services that the traffic of cases goes to. */
  readonly service: Pick<ServiceUnderTest, 'httpServerPort' | 'udpServerPort' | 'localPort'>;
  /** Whether links are captured. */
  readonly isCaptured: boolean;
  /** Name of a mistake that is made on purpose (`FAULTS`). */
  readonly broken?: string | undefined;
  /** For each server, by what factor requests that take work take longer there. */
  readonly slowness?: readonly number[] | undefined;
  /** Requests that take work and that each server handles at once. */
  readonly workers?: number | undefined;
}

export class LiveLab implements AsyncDisposable {
  readonly lab: Lab;
  readonly mode: Mode;
  /** Asked `ClientOrder[]`; answers with `Answer[]` when all of them have been carried out. */
  readonly clients: Conversation;
  /** Asked for a `LoadOrder`. */
  readonly loads: Conversation;
  readonly director: RunningDirector;
  readonly bringUpMs: number;
  #facts: Promise<Map<string, HostFacts>> | undefined;
  readonly #captures: Captures | undefined;
  readonly #servers: LabProcess[];
  readonly #options: LiveLabOptions;

  private constructor(
    lab: Lab,
    options: LiveLabOptions,
    parts: {
      readonly clients: Conversation;
      readonly loads: Conversation;
      readonly director: RunningDirector;
      readonly servers: LabProcess[];
      readonly captures: Captures | undefined;
      readonly bringUpMs: number;
    },
  ) {
    this.lab = lab;
    this.mode = options.mode;
    this.#options = options;
    this.clients = parts.clients;
    this.loads = parts.loads;
    this.director = parts.director;
    this.bringUpMs = parts.bringUpMs;
    this.#captures = parts.captures;
    this.#servers = parts.servers;
  }

  /** @throws LabError if it cannot be built; nothing is left then. */
  static async bringUp(options: LiveLabOptions): Promise<LiveLab> {
    const { mode, servers: count, director, seed, runDirectory, service, broken } = options;
    await mkdir(runDirectory, { recursive: true });
    const startedMs = performance.now();
    const lab = await bringUp(liveTopology(mode, count, broken), { runDirectory });
    try {
      const captures = options.isCaptured
        ? await lab.capture(capturePoints(lab.topology), spoolOf(lab))
        : undefined;
      await startStore(lab);
      const [running, servers] = await Promise.all([
        director.start(lab, [], seed),
        startHttpServers(lab, httpOptions(options)),
        startUdpServers(lab, { port: service.udpServerPort, morePorts: servedPorts(mode) }),
      ]);
      await (running.listen?.(service.localPort) ?? startLocalListener(lab, service));
      const clients = Conversation.start(lab.host('client'), PLAN_CLIENT);
      const loads = Conversation.start(lab.host('client'), TRAFFIC_CLIENT);
      const bringUpMs = performance.now() - startedMs;
      return new LiveLab(lab, options, { clients, loads, director: running, servers, captures, bringUpMs });
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Ports and mark of a service by its number. @param servers How many of the servers it has; all if absent. */
  placeOf(number: number, servers?: number): ServicePlace {
    const { vip, realServers } = this.lab.topology;
    return placeOf(this.mode, number, { vip, realServers: realServers.slice(0, servers) });
  }

  /** Carries out rules on the running director. @throws UnsupportedError where it does not do that. */
  apply(rules: readonly string[]): Promise<void> {
    return this.untilFailure(this.director.apply(rules));
  }

  /** @throws UnsupportedError where the director does not count. */
  async snapshot(): Promise<DirectorSnapshot> {
    const { snapshot } = this.director;
    if (snapshot === undefined) throw new UnsupportedError('This director does not count.');
    return this.untilFailure(snapshot());
  }

  /**
   * The captures since the last call, or since the start, in a folder of their own.
   *
   * @throws UntrustedError where a capture lacks packets; LabError if one has died.
   */
  async cutCaptures(directory: string): Promise<readonly CaptureFile[]> {
    if (this.#captures === undefined) throw new LabError('Nothing is captured in this lab.');
    const files = await this.untilFailure(this.#captures.cut(directory));
    checkComplete(files);
    return files;
  }

  /** What has been captured until now is nobody's evidence. */
  async dropCaptures(): Promise<void> {
    const directory = join(this.lab.runDirectory, 'unjudged');
    await this.cutCaptures(directory);
    await rm(directory, { recursive: true, force: true });
  }

  /**
   * Makes the network meet a round as it met the first one: hosts look up neighbours and path MTUs anew, and clients
   * connect from ports that no earlier round has used.
   *
   * @param number Of the round, from 0.
   */
  prepareRound(number: number): Promise<void> {
    return asNew(this.lab, number);
  }

  /** What the hosts say of themselves: asked once, since nothing changes it. */
  facts(): Promise<Map<string, HostFacts>> {
    this.#facts ??= collectFacts(this.lab);
    return this.#facts;
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

  /** Waits for something, but no longer than director and captures live. Their end goes before other reasons to fail. */
  async untilFailure<Value>(happens: Promise<Value>): Promise<Value> {
    const failed = [this.#directorFailed(), ...(this.#captures === undefined ? [] : [this.#captures.failed])];
    try {
      return await Promise.race([happens, ...failed]);
    } catch (error) {
      // Whoever talks to a program that is killed hears of it before the system tells that it has ended.
      await Promise.race([...failed, setTimeout(ENDING_MS)]);
      throw error;
    }
  }

  async #directorFailed(): Promise<never> {
    throw new UntrustedError(`the director ended by itself, ${await this.director.ended}`);
  }

  /** Ends director and captures, and leaves everything else as it is. */
  async endDirector(): Promise<void> {
    await this.#captures?.stop();
    await this.director.stop();
  }

  /** Ends captures and clients; all else stays up until it is removed by hand. */
  async keep(): Promise<void> {
    await this.#captures?.stop();
    await Promise.all([this.clients[Symbol.asyncDispose](), this.loads[Symbol.asyncDispose]()]);
    await this.lab.keep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
    // Every part that was judged has been cut out of it.
    await rm(spoolOf(this.lab), { recursive: true, force: true });
  }
}

function spoolOf({ runDirectory }: Lab): string {
  return join(runDirectory, 'whole-captures');
}

function httpOptions({ mode, service, slowness, workers }: LiveLabOptions) {
  return {
    port: service.httpServerPort,
    morePorts: servedPorts(mode),
    ...(slowness === undefined ? {} : { slowness }),
    ...(workers === undefined ? {} : { workers }),
  };
}
