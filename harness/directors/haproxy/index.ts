/** HAProxy in TCP mode: a process that takes each connection itself and opens another one to a server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExit, type LabHost, listensOn } from '../../../lab/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { findCommand } from '../../environment/system-path.ts';
import type { BalancedService, Reference, RunningReference } from '../director-under-test.ts';

export const haproxy: Reference = {
  name: 'haproxy',
  isReference: true,
  description: 'HAProxy in TCP mode, roundrobin, as it comes',
  kind: 'balancer',
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  protocols: ['tcp'],
  unavailable: async () =>
    findCommand('haproxy') === undefined ? 'haproxy is not installed (package haproxy)' : undefined,
  start,
};

async function start(host: LabHost, services: readonly BalancedService[]): Promise<RunningReference> {
  await mkdir(host.filesDirectory, { recursive: true });
  const file = join(host.filesDirectory, 'haproxy.cfg');
  await writeFile(file, haproxyConfiguration(services));
  const ports = services.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port);
  const running = await host.start('haproxy', 'haproxy', ['-db', '-f', file], {
    ready: () => listensOn(host, ports),
  });
  return {
    ended: running.exited.then((exit) => `${describeExit(exit)}; see ${running.logFile}`),
    stop: async () => {
      await running.stop();
    },
  };
}

export function haproxyConfiguration(services: readonly BalancedService[]): string {
  const listeners = services
    .filter(({ protocol }) => protocol === 'tcp')
    .flatMap(({ address, port, servers }) => [
      `listen ${address}-${port}`,
      `  bind ${address}:${port}`,
      '  balance roundrobin',
      ...servers.map((server, i) => `  server rs${i + 1} ${server.address}:${server.port}`),
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
