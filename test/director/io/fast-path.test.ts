/** The fast path of a running director: real connections go through the kernel, and the director knows all about them. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portOf } from '../../../lab/netns/blueprint.ts';
import { until } from '../../../lab/netns/until.ts';
import { packetsIn } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { CIP, type DirectorLab, directorLab, VIP } from './director-lab.ts';

const PORTS = ['eth0', 'eth1'];
const ATTACHED = fileURLToPath(new URL('../fixtures/attached-programs.ts', import.meta.url));

/** One connection that asks now and then, until SIGTERM. */
const KEEP_ASKING = `
const { Agent, get } = require('node:http');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let isDone = false;
process.on('SIGTERM', () => { isDone = true; });
function ask() {
  if (isDone) return agent.destroy();
  get({ host: process.argv[1], path: '/', agent }, (response) => {
    response.resume().on('end', () => setTimeout(ask, 5));
  }).on('error', (error) => console.log('error: ' + error.code));
}
ask();`;

describeAsRoot('the fast path of a running director', () => {
  let net: DirectorLab;
  beforeAll(async () => {
    net = await directorLab();
    // So that the far ends take frames that were redirected in a driver.
    await Promise.all(
      PORTS.map((name) => {
        const port = portOf({ name: 'director' }, { name });
        return execa('ip', ['netns', 'exec', net.lab.fabric, 'ethtool', '-K', port, 'gro', 'on']);
      }),
    );
  });
  afterAll(() => net[Symbol.asyncDispose]());

  const state = () => net.control.snapshot();
  const waitFor = async (holds: () => Promise<boolean>) => {
    expect(await until(async () => ((await holds()) ? true : undefined), { limitMs: 20_000 })).toBe(true);
  };
  const attached = async () => {
    const { stdout } = await net.director.run(process.execPath, [ATTACHED, ...PORTS]);
    return JSON.parse(stdout) as number[];
  };

  it.each(['tcx', 'xdp'])(
    'at %s: a connection goes past the director, is counted to the packet, and ends',
    async (place) => {
      const running = await net.start(undefined, '--fast-path', place);
      const directory = join(net.lab.runDirectory, place);
      // Each direction before the director, whose own links may merge packets.
      const points = ['client', 'rs1', 'rs2'].map((host) => ({ host, interface: 'eth0' }));
      const captures = await net.lab.capture(points, directory);
      const client = await net.client.start(`client-${place}`, process.execPath, ['-e', KEEP_ASKING, VIP]);
      await waitFor(async () => (await state()).process.fastPath.flows === 2);
      const { places } = (await state()).process.fastPath;
      expect(places).toEqual({ eth0: place, eth1: place });
      // Far more than those that have gone the slow way.
      await waitFor(async () => (await state()).totals.inPackets > 60);
      client.signal('SIGTERM');
      await client.exited;
      await waitFor(async () => (await state()).process.fastPath.flows === 0);
      const [asked, ...answered] = await captures.stop();
      const requests = await packetsIn(asked!.file, `tcp and src ${CIP} and dst ${VIP}`);
      const replies = await Promise.all(answered.map(({ file }) => packetsIn(file, `tcp and dst ${CIP}`)));
      const counts = { connections: 1, inPackets: requests.length, outPackets: replies.flat().length };
      await waitFor(async () => (await state()).totals.outPackets === counts.outPackets);
      expect((await state()).totals).toMatchObject(counts);
      await net.control.stop();
      await running.exited;
    },
  );

  it('leaves no program attached when the director is killed', async () => {
    const running = await net.start();
    const client = await net.client.start('client', process.execPath, ['-e', KEEP_ASKING, VIP]);
    await waitFor(async () => (await state()).process.fastPath.flows === 2);
    expect(await attached()).toEqual([1, 1]);
    // The client asks no more, so the director that follows has no reason to attach any.
    client.signal('SIGSTOP');
    running.signal('SIGKILL');
    await running.exited;
    expect(await attached()).toEqual([0, 0]);
    client.signal('SIGKILL');
  });
});
