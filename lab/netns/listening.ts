import type { LabHost } from './host.ts';

/** State LISTEN in /proc/net/tcp. */
const LISTEN = '0A';

/** Whether something on the host accepts TCP connections on each of these ports; asked as a readiness. */
export async function listensOn(host: LabHost, ports: readonly number[]): Promise<boolean> {
  const { stdout } = await host.run('cat', ['/proc/net/tcp']);
  const listening = listeningPorts(stdout);
  return ports.every((port) => listening.has(port));
}

/** @param table /proc/net/tcp: after a heading, lines of number, local address:port in hexadecimal, remote one, state. */
export function listeningPorts(table: string): Set<number> {
  const sockets = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return new Set(
    sockets
      .filter(([, , , state]) => state === LISTEN)
      .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16)),
  );
}
