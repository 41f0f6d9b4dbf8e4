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

/** Where a real server listens; the same port on all of them. */
export interface ServerPort {
  readonly port: number;
}

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
export function startHttpServers(lab: Lab, { port }: ServerPort): Promise<LabProcess[]> {
  return startOnServers(lab, 'http', 'http-server.ts', () => [
    ...['--port', `${port}`],
    ...['--store', `${STORE_ADDRESS}:${STORE_PORT}`],
  ]);
}

/** The UDP echo on every real server, in the topology's order; on its own address, and on the VIP if it holds it. */
export function startUdpServers(lab: Lab, { port }: ServerPort): Promise<LabProcess[]> {
  return startOnServers(lab, 'udp-echo', 'udp-echo.ts', ({ spec }) => {
    const addresses = [spec.interfaces[0]!.addresses[0]!, ...spec.loopback].map((own) => own.split('/')[0]!);
    return ['--port', `${port}`, ...addresses.flatMap((address) => ['--address', address])];
  });
}

async function startOnServers(
  lab: Lab,
  name: string,
  program: string,
  argsOf: (host: LabHost) => string[],
): Promise<LabProcess[]> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const hosts = lab.topology.realServers.map(({ host }) => lab.host(host));
  const starts = await Promise.allSettled(
    hosts.map((host) =>
      host.start(name, process.execPath, [file, '--name', host.name, ...argsOf(host)], {
        ready: /^ready: /m,
        readyTimeoutMs: 10_000 + 500 * hosts.length,
      }),
    ),
  );
  const failures = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason as Error] : []));
  if (failures.length > 0) {
    throw new LabError(
      `${failures.length} of ${hosts.length} real servers did not start:\n${failures.map(({ message }) => message).join('\n')}`,
    );
  }
  return starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
}
