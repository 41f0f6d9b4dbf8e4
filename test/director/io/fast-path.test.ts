/** The fast path of a running director: real connections go through the kernel, and the director knows all about them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SharedMemory } from '../../../director/handover/shared-memory.ts';
import { Statistics } from '../../../director/statistics.ts';
import type { LabProcess } from '../../../lab/index.ts';
import { portOf } from '../../../lab/netns/blueprint.ts';
import { until } from '../../../lab/netns/until.ts';
import { packetsIn } from '../../lab/fixtures/traces.ts';
import { describeAsRoot } from '../../root.ts';
import { CIP, type DirectorLab, directorLab, VIP } from './director-lab.ts';

const PORTS = ['eth0', 'eth1'];
const LVS_LAB = fileURLToPath(new URL('../../../bin/lvs-lab', import.meta.url));
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

/** Datagrams to an echo, for as long as it lives. */
const KEEP_SENDING = `
const socket = require('node:dgram').createSocket('udp4');
setInterval(() => socket.send('question', 5300, process.argv[1]), 5);`;

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

  describe.each(['tcx', 'xdp'])('at %s, while no director runs', (place) => {
    let running: LabProcess;
    let client: LabProcess;
    let run = 0;
    /** It has what outlasts the director. */
    let keeperPid: number;
    const isAttached = async () => {
      if (place === 'tcx') return (await attached()).map((count) => count > 0);
      const links = PORTS.map((name) => net.director.run('ip', ['-j', 'link', 'show', name]));
      return (await Promise.all(links)).map(({ stdout }) => JSON.parse(stdout)[0].xdp !== undefined);
    };
    const received = async () => {
      const { stdout } = await net.client.run('cat', ['/sys/class/net/eth0/statistics/rx_packets']);
      return Number(stdout);
    };
    /** Its file has a line of what it has of the fast path's. */
    const isKept = async () => {
      const text = await readFile(net.socketPath.replace(/sock$/, 'keeper'), 'utf8');
      const [pid, kept = ''] = text.split('\n');
      keeperPid = Number(pid);
      return kept.includes('fastPath');
    };
    /** No datagram is under way any more. */
    const isQuiet = async () => {
      let before = 0;
      await waitFor(async () => {
        const { stdout } = await net.lab.host('rs1').run('cat', ['/proc/net/snmp']);
        const now = Number(/^Udp: (\d+)/m.exec(stdout)?.[1]);
        const isSame = now === before;
        before = now;
        return isSame;
      });
    };

    beforeEach(async () => {
      running = await net.start(undefined, '--fast-path', place);
      client = await net.client.start(`client-${place}-${run++}`, process.execPath, ['-e', KEEP_ASKING, VIP]);
      await waitFor(async () => (await state()).process.fastPath.flows === 2);
      await waitFor(isKept);
    });
    afterEach(async () => {
      client.signal('SIGKILL');
      await client.exited;
      await net.director.run(LVS_LAB, ['director', 'stop'], { reject: false });
      await running.exited;
    });

    it('a connection goes on, and the one that follows counts it to the packet; without a keeper nothing stays', async () => {
      // So that it starts none yet.
      process.kill(keeperPid, 'SIGSTOP');
      const datagrams = await net.client.start(`datagrams-${place}`, process.execPath, [
        '-e',
        KEEP_SENDING,
        VIP,
      ]);
      await waitFor(async () => (await state()).process.fastPath.flows === 4);
      datagrams.signal('SIGSTOP');
      await isQuiet();
      const counted = async () => {
        const { inPackets, outPackets } = (await state()).services[1]!;
        return { inPackets, outPackets };
      };
      const before = await counted();
      // What has gone by way of the director is counted for the next one from its next image on.
      const memory = SharedMemory.open(`/proc/${keeperPid}/fd/3`)!;
      await waitFor(async () => {
        const kept = new Statistics();
        kept.restore(memory.images.read()!.services.services[1]!.statistics);
        return kept.inPackets === before.inPackets && kept.outPackets === before.outPackets;
      });
      const points = ['client', 'rs1'].map((host) => ({ host, interface: 'eth0' }));
      const captures = await net.lab.capture(points, join(net.lab.runDirectory, `${place}-gap`));
      running.signal('SIGKILL');
      await running.exited;
      const from = await received();
      datagrams.signal('SIGCONT');
      await waitFor(async () => (await received()) > from + 200);
      expect(await isAttached()).toEqual([true, true]);
      datagrams.signal('SIGKILL');
      await datagrams.exited;
      await isQuiet();
      const [asked, answered] = await captures.stop();
      process.kill(keeperPid, 'SIGCONT');
      await waitFor(async () => (await state().catch(() => undefined))?.process.isRevived === true);
      const inPackets = (await packetsIn(asked!.file, `udp and src ${CIP}`)).length;
      const outPackets = (await packetsIn(answered!.file, `udp and dst ${CIP}`)).length;
      expect(await counted()).toEqual({
        inPackets: before.inPackets + inPackets,
        outPackets: before.outPackets + outPackets,
      });
      expect((await packetsIn(asked!.file, `tcp and src ${CIP}`)).length).toBeGreaterThan(20);
      // It asks still, by way of the director and then past it again.
      await waitFor(async () => (await state()).process.fastPath.flows >= 2);
      expect(await readFile(client.logFile, 'utf8')).not.toMatch(/^error: /m);
      await waitFor(isKept);
      process.kill(keeperPid, 'SIGSTOP');
      process.kill((await state()).process.pid, 'SIGKILL');
      await waitFor(async () => (await state().catch(() => undefined)) === undefined);
      expect(await isAttached()).toEqual([true, true]);
      process.kill(keeperPid, 'SIGKILL');
      await expect.poll(isAttached, { timeout: 20_000 }).toEqual([false, false]);
    });

    it('"restart" lets it go on, and nothing is left of the one before', async () => {
      const before = await state();
      await net.director.run(LVS_LAB, ['director', 'restart']);
      await waitFor(async () => (await state()).process.fastPath.flows === 2);
      const after = await state();
      expect(after.process.pid).not.toBe(before.process.pid);
      expect(after.totals.connections).toBe(before.totals.connections);
      expect(after.process.fastPath.places).toEqual({ eth0: place, eth1: place });
      expect(await isAttached()).toEqual([true, true]);
      expect(await readFile(client.logFile, 'utf8')).not.toMatch(/^error: /m);
    });
  });
});
