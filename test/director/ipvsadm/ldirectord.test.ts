/** Debian’s ldirectord, as it comes, on this director: servers fail and recover, and the rules follow. */
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ControlClient, controlSocketPath } from '../../../director/index.ts';
import {
  bringUp,
  type Lab,
  type LabProcess,
  startHttpServer,
  startHttpServers,
  topologies,
} from '../../../lab/index.ts';
import { until } from '../../../lab/netns/until.ts';
import { temporaryRunDirectory } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';

const IPVSADM = fileURLToPath(new URL('../../../bin/ipvsadm', import.meta.url));
const PORT = 8080;
const LIMIT_MS = 90_000;

const topology = topologies.nat({ servers: 2 });
const SERVICE = `${topology.vip}:80`;

/** It looks at each server once a second, and gives up after one. */
function configuration(quiescent: 'yes' | 'no'): string {
  return [
    'checktimeout=1',
    'checkinterval=1',
    `quiescent=${quiescent}`,
    `virtual=${SERVICE}`,
    ...topology.realServers.map(({ rip }) => `\treal=${rip}:${PORT} masq`),
    '\tservice=http',
    '\tscheduler=rr',
    '\tprotocol=tcp',
    '\tchecktype=connect',
    `\tcheckport=${PORT}`,
    '',
  ].join('\n');
}

describeAsRoot('ldirectord', () => {
  let directory: Awaited<ReturnType<typeof temporaryRunDirectory>>;
  let lab: Lab;
  let servers: LabProcess[];

  beforeAll(async () => {
    directory = await temporaryRunDirectory();
    lab = await bringUp(topology, { runDirectory: directory.path });
    servers = await startHttpServers(lab, { port: PORT });
    // Where it is told to say what it does, it takes the ipvsadm of the folder that it runs in.
    await symlink(IPVSADM, join(directory.path, 'ipvsadm'));
  }, LIMIT_MS);
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  const start = async (quiescent: 'yes' | 'no') => {
    const file = join(directory.path, `ldirectord-${quiescent}.cf`);
    await writeFile(file, configuration(quiescent));
    return lab.host('director').start('ldirectord', 'ldirectord', ['-d', file, 'start'], {
      cwd: directory.path,
      graceMs: 10_000,
    });
  };
  /** Servers of the service with their weights: `10.0.2.11 1`. */
  const listed = async () => {
    const director = new ControlClient(controlSocketPath(`/run/netns/${lab.host('director').namespace}`));
    // None runs before the first command, which starts one.
    const { services } = await director.summary().catch(() => ({ services: [] }));
    return services.flatMap((service) =>
      service.servers.map(({ address, weight }) => `${address.split(':')[0]} ${weight}`).sort(),
    );
  };
  const untilListed = async (...expected: string[]) => {
    await until(async () => String(await listed()) === String(expected) || undefined, {
      limitMs: 25_000,
      everyMs: 100,
    });
    expect(await listed()).toEqual(expected);
  };
  const answers = async (requests: number) => {
    const urls = Array.from({ length: requests }, () => `http://${SERVICE}/`);
    const { stdout } = await lab
      .host('client')
      .run('curl', ['-s', '-m', '5', '-H', 'Connection: close', ...urls]);
    return [...new Set(stdout.match(/rs\d/g))].sort();
  };

  it.each([
    ['no', ['10.0.2.12 1']],
    ['yes', ['10.0.2.11 0', '10.0.2.12 1']],
  ] as const)(
    'with quiescent=%s, where a server fails, has %s left, and both once it recovers',
    async (quiescent, left) => {
      const ldirectord = await start(quiescent);
      await untilListed('10.0.2.11 1', '10.0.2.12 1');
      expect(await answers(4)).toEqual(['rs1', 'rs2']);
      const [first] = servers;
      first?.signal('SIGKILL');
      await first?.exited;
      await untilListed(...left);
      expect(await answers(4)).toEqual(['rs2']);
      servers[0] = await startHttpServer(lab, 'rs1', { port: PORT });
      await untilListed('10.0.2.11 1', '10.0.2.12 1');
      expect(await answers(4)).toEqual(['rs1', 'rs2']);
      // Ended, it takes its services with it.
      await ldirectord.stop();
      await untilListed();
    },
    LIMIT_MS,
  );
});
