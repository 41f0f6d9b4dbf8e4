/** HAProxy in TCP mode: a process that takes each connection itself and opens another one to a server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExit, type LabHost, type LabProcess, listensOn } from '../../../lab/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { until } from '../../../lab/netns/until.ts';
import type { Declared } from '../../../scenarios/features.ts';
import { findCommand } from '../../environment/system-path.ts';
import type {
  BalancedService,
  DirectorUnderTest,
  Reference,
  RunningReference,
} from '../director-under-test.ts';
import { type Balancer, directorOf } from '../whole-rules.ts';

const described = {
  name: 'haproxy',
  kind: 'balancer',
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  protocols: ['tcp'],
  unavailable: async () =>
    findCommand('haproxy') === undefined ? 'haproxy is not installed (package haproxy)' : undefined,
} as const;

export const haproxy: Reference = {
  ...described,
  isReference: true,
  description: 'HAProxy in TCP mode, roundrobin, as it comes',
  start: async (host, services): Promise<RunningReference> => {
    const running = await launch(host, services);
    return {
      ended: endOf(running),
      stop: async () => {
        await running.stop();
      },
    };
  },
};

const DECLARED: Declared = {
  modes: described.modes,
  families: ['ipv4'],
  protocols: described.protocols,
  schedulers: { rr: 'policy', wrr: 'policy', lc: 'policy' },
  abilities: [],
};

export const haproxyDirector: DirectorUnderTest = directorOf({
  ...described,
  isReference: false,
  description: 'HAProxy in TCP mode as a director: a proxy, whose servers see its own address',
  declared: DECLARED,
  quietMs: 30,
  balance: async (host) => new Processes(host),
});

const CLOSED_WITHIN_MS = 5_000;

/** One process after the other: one that no longer listens ends with its last connection. */
class Processes implements Balancer {
  readonly ended: Promise<string>;
  readonly #host: LabHost;
  readonly #fail: (how: string) => void;
  #running: LabProcess | undefined;
  #ports: readonly number[] = [];

  constructor(host: LabHost) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#host = host;
    this.ended = promise;
    this.#fail = resolve;
  }

  async load(services: readonly BalancedService[]): Promise<void> {
    await this.#retire();
    if (portsOf(services).length === 0) return;
    const next = await launch(this.#host, services);
    this.#running = next;
    this.#ports = portsOf(services);
    void endOf(next).then((how) => {
      if (this.#running === next) this.#fail(how);
    });
  }

  async #retire(): Promise<void> {
    const before = this.#running;
    this.#running = undefined;
    before?.signal('SIGUSR1');
    for (const port of this.#ports) {
      const isClosed = async () => !(await listensOn(this.#host, [port])) || undefined;
      if (before !== undefined) await until(isClosed, { limitMs: CLOSED_WITHIN_MS });
    }
  }

  async reset(): Promise<void> {
    await this.stop();
    this.#ports = [];
  }

  async stop(): Promise<void> {
    const last = this.#running;
    this.#running = undefined;
    await last?.stop();
  }
}

async function launch(host: LabHost, services: readonly BalancedService[]): Promise<LabProcess> {
  await mkdir(host.filesDirectory, { recursive: true });
  const file = join(host.filesDirectory, 'haproxy.cfg');
  await writeFile(file, haproxyConfiguration(services));
  return host.start('haproxy', 'haproxy', ['-db', '-f', file], {
    ready: () => listensOn(host, portsOf(services)),
  });
}

async function endOf(running: LabProcess): Promise<string> {
  return `${describeExit(await running.exited)}; see ${running.logFile}`;
}

function portsOf(services: readonly BalancedService[]): number[] {
  return services.filter(isProxied).map(({ port }) => port);
}

function isProxied({ protocol, servers }: BalancedService): boolean {
  return protocol === 'tcp' && servers.length > 0;
}

/** What HAProxy calls the rule of each scheduler. */
const BALANCE: Readonly<Record<string, string>> = { rr: 'roundrobin', wrr: 'roundrobin', lc: 'leastconn' };

export function haproxyConfiguration(services: readonly BalancedService[]): string {
  const listeners = services
    .filter(isProxied)
    .flatMap(({ address, port, scheduler, servers }) => [
      `listen ${address}-${port}`,
      `  bind ${address}:${port}`,
      `  balance ${BALANCE[scheduler]}`,
      ...servers.map(
        (server, i) =>
          `  server rs${i + 1} ${server.address}:${server.port}${server.weight === 1 ? '' : ` weight ${server.weight}`}`,
      ),
    ]);
  return [
    'defaults',
    '  mode tcp',
    '  timeout connect 5s',
    '  timeout client 60s',
    '  timeout server 60s',
    ...listeners,
    '',
  ].join('\n');
}
