/** Starts on a lab's hosts what the client's requests end at. Each function resolves when all it started is ready. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../error.ts';
import type { LabHost } from '../netns/host.ts';
import type { Lab } from '../netns/lab.ts';
import type { LabProcess } from '../netns/process.ts';
import { STORE_ADDRESS } from '../topologies/index.ts';

export const STORE_PORT = 6379;

const HTTP_SERVER = fileURLToPath(new URL('http-server.ts', import.meta.url));
const UDP_ECHO = fileURLToPath(new URL('udp-echo.ts', import.meta.url));

/** Where a real server listens; the same port on all of them. */
export interface ServerPort {
  readonly port: number;
  /** Ports that it serves as well: FIRST-LAST. */
  readonly morePorts?: string;
}

export interface HttpServerOptions extends ServerPort {
  /** For each server in the topology's order, how many times as long as on a server of slowness 1 work takes. */
  readonly slowness?: readonly number[];
  /** Requests for work that each works on at once. */
  readonly workers?: number;
}

/** Much longer than it takes, even on a busy or an emulated machine. */
const READY_WITHIN_MS = 60_000;

/** A redis-server on the store that keeps nothing on disk. Its files are in `<runDirectory>/store`. */
export async function startStore(lab: Lab): Promise<LabProcess> {
  const directory = join(lab.runDirectory, 'store');
  await mkdir(directory, { recursive: true });
  const settings = {
    bind: STORE_ADDRESS,
    port: `${STORE_PORT}`,
    dir: directory,
    save: '',
    appendonly: 'no',
    // It has no password; the switch it is on is the protection.
    'protected-mode': 'no',
  };
  return lab.host('store').start(
    'redis',
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { ready: /Ready to accept connections/ },
  );
}

/** The HTTP server on every real server, in the topology's order. */
export function startHttpServers(lab: Lab, options: HttpServerOptions): Promise<LabProcess[]> {
  return startOnServers(lab, 'http', HTTP_SERVER, (host) => httpArgs(lab, host, options));
}

/** The HTTP server on one of them, as `startHttpServers` starts it. */
export function startHttpServer(lab: Lab, name: string, options: HttpServerOptions): Promise<LabProcess> {
  const host = lab.host(name);
  return startOn(host, 'http', HTTP_SERVER, httpArgs(lab, host, options));
}

function httpArgs(
  lab: Lab,
  { name }: LabHost,
  { port, morePorts, slowness, workers }: HttpServerOptions,
): string[] {
  const index = lab.topology.realServers.findIndex(({ host }) => host === name);
  return [
    ...['--port', `${port}`],
    ...['--store', `${STORE_ADDRESS}:${STORE_PORT}`],
    ...morePortsArgs(morePorts),
    ...(slowness === undefined ? [] : ['--slowness', `${slowness[index] ?? 1}`]),
    ...(workers === undefined ? [] : ['--workers', `${workers}`]),
  ];
}

/** The UDP echo on every real server, in the topology's order; on its own address, and on the VIP if it holds it. */
export function startUdpServers(lab: Lab, options: ServerPort): Promise<LabProcess[]> {
  return startOnServers(lab, 'udp-echo', UDP_ECHO, (host) => udpArgs(host, options));
}

/** The UDP echo on one of them, as `startUdpServers` starts it. */
export function startUdpServer(lab: Lab, name: string, options: ServerPort): Promise<LabProcess> {
  const host = lab.host(name);
  return startOn(host, 'udp-echo', UDP_ECHO, udpArgs(host, options));
}

function udpArgs({ spec }: LabHost, { port, morePorts }: ServerPort): string[] {
  const addresses = [spec.interfaces[0]!.addresses[0]!, ...spec.loopback].map((own) => own.split('/')[0]!);
  const places = addresses.flatMap((address) => ['--address', address]);
  return ['--port', `${port}`, ...morePortsArgs(morePorts), ...places];
}

function morePortsArgs(morePorts: string | undefined): string[] {
  return morePorts === undefined ? [] : ['--more-ports', morePorts];
}

async function startOnServers(
  lab: Lab,
  name: string,
  program: string,
  argsOf: (host: LabHost) => string[],
): Promise<LabProcess[]> {
  const hosts = lab.topology.realServers.map(({ host }) => lab.host(host));
  const starts = await Promise.allSettled(
    hosts.map((host) => startOn(host, name, program, argsOf(host), READY_WITHIN_MS + 500 * hosts.length)),
  );
  const failures = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason as Error] : []));
  if (failures.length > 0) {
    throw new LabError(
      `${failures.length} of ${hosts.length} real servers did not start:\n${failures.map(({ message }) => message).join('\n')}`,
    );
  }
  return starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
}

function startOn(
  host: LabHost,
  name: string,
  program: string,
  args: readonly string[],
  readyTimeoutMs = READY_WITHIN_MS,
): Promise<LabProcess> {
  return host.start(name, process.execPath, [program, '--name', host.name, ...args], {
    ready: /^ready: /m,
    readyTimeoutMs,
  });
}
