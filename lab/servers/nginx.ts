/** nginx as the HTTP server on every real server: for loads that the lab's own server could not answer fast enough. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabHost } from '../netns/host.ts';
import type { Lab } from '../netns/lab.ts';
import { listensOn } from '../netns/listening.ts';
import type { LabProcess } from '../netns/process.ts';
import type { ServerPort } from './start.ts';

/** Resolves when all of them listen. nginx must be installed. */
export function startNginxServers(lab: Lab, { port }: ServerPort): Promise<LabProcess[]> {
  return Promise.all(lab.topology.realServers.map(({ host }) => startNginx(lab.host(host), port)));
}

async function startNginx(host: LabHost, port: number): Promise<LabProcess> {
  const directory = host.filesDirectory;
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'nginx.conf');
  await writeFile(file, nginxConfiguration(host.name, port, directory));
  return host.start('nginx', 'nginx', ['-p', directory, '-c', file, '-e', 'stderr'], {
    ready: () => listensOn(host, [port]),
  });
}

/** One worker; every request is answered with the server's name. */
export function nginxConfiguration(name: string, port: number, directory: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off;',
    'worker_processes 1;',
    // As whoever runs the lab: root, or root of a user namespace where no other user exists.
    'user root;',
    `pid ${directory}/nginx.pid;`,
    'error_log stderr;',
    'events { worker_connections 8192; }',
    'http {',
    '  access_log off;',
    // A load keeps its connections as long as it lasts.
    '  keepalive_requests 1000000000;',
    ...temporary.map((kind) => `  ${kind}_temp_path ${directory}/${kind};`),
    `  server { listen ${port} backlog=4096; add_header x-real-server ${name}; location / { return 200 "${name}\\n"; } }`,
    '}',
    '',
  ].join('\n');
}
