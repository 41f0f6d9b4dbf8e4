import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { bringUp, type Lab, startUdpServers, topologies } from '../../../lab/index.ts';
import { describeAsRoot } from '../../root.ts';
import { packetsIn, temporaryRunDirectory } from '../fixtures/traces.ts';

const ASK = fileURLToPath(new URL('../fixtures/udp-ask.ts', import.meta.url));
const PORT = 9000;

describeAsRoot('captures', () => {
  it.each([1, 500])(
    'hold exactly the packets of %i questions and answers, on every interface of the way',
    async (count) => {
      await using directory = await temporaryRunDirectory();
      await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
      await startUdpServers(lab, { port: PORT });
      const captures = await lab.capture(
        [
          { host: 'client', interface: 'eth0' },
          { host: 'director', interface: 'eth0' },
          { host: 'director', interface: 'eth1' },
          { host: 'rs1', interface: 'eth0' },
          { host: 'rs1', interface: 'eth1' },
        ],
        `${directory.path}/captures`,
      );
      const asked = await lab.host('client').run(process.execPath, [ASK, '10.0.2.11', `${PORT}`, `${count}`]);
      expect(asked.stdout.split('\n')).toHaveLength(count);
      const stopped = await captures.stop();
      expect(stopped.map(({ host, interface: port }) => `${host} ${port}`)).toEqual([
        'client eth0',
        'director eth0',
        'director eth1',
        'rs1 eth0',
        'rs1 eth1',
      ]);
      const storage = stopped[4]!;
      expect(storage).toMatchObject({ captured: 0, droppedByKernel: 0 });
      expect((await stat(storage.file)).size).toBe(24);
      for (const { file, captured, droppedByKernel } of stopped.slice(0, 4)) {
        expect(droppedByKernel).toBe(0);
        const packets = await packetsIn(file);
        expect(packets).toHaveLength(captured);
        expect(
          packets.filter((packet) => packet.includes(`10.0.1.2.`) && packet.includes(`> 10.0.2.11.${PORT}`)),
        ).toHaveLength(count);
        expect(packets.filter((packet) => packet.includes(`10.0.2.11.${PORT} > 10.0.1.2.`))).toHaveLength(
          count,
        );
        // All else is ARP: IPv6 is off, and nothing speaks unasked.
        expect(await packetsIn(file, 'not udp and not arp')).toEqual([]);
      }
      expect(await captures.stop()).toEqual(stopped);
    },
  );

  it('end, with what passed before, while traffic goes on', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    await startUdpServers(lab, { port: PORT });
    const captures = await lab.capture([{ host: 'rs1', interface: 'eth0' }], directory.path);
    const endless = await lab
      .host('client')
      .start('asking', process.execPath, [ASK, '10.0.2.11', `${PORT}`, `${1e9}`], {
        ready: /rs1 question 100$/m,
      });
    const [file] = await captures.stop();
    expect(endless.alive).toBe(true);
    expect((await packetsIn(file!.file, `dst port ${PORT}`)).length).toBeGreaterThanOrEqual(100);
  });

  it('are an error when tcpdump has died', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    const captures = await lab.capture([{ host: 'rs1', interface: 'eth0' }], directory.path);
    process.kill(await tcpdumpOf(lab), 'SIGKILL');
    await expect(captures.stop()).rejects.toThrow(/tcpdump on rs1 eth0 ended by SIGKILL/);
  });

  it('are cut: each file holds what passed since the cut before, and the capture goes on', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    await startUdpServers(lab, { port: PORT });
    const captures = await lab.capture([{ host: 'rs1', interface: 'eth0' }], directory.path);
    for (const count of [3, 0, 20]) {
      await lab.host('client').run(process.execPath, [ASK, '10.0.2.11', `${PORT}`, `${count}`]);
      const [part] = await captures.cut(`${directory.path}/part-${count}`);
      expect(part).toMatchObject({ host: 'rs1', interface: 'eth0', droppedByKernel: 0 });
      expect(await packetsIn(part!.file)).toHaveLength(part!.captured);
      expect(await packetsIn(part!.file, `dst port ${PORT}`)).toHaveLength(count);
    }
    const [whole] = await captures.stop();
    expect(await packetsIn(whole!.file, `dst port ${PORT}`)).toHaveLength(23);
  });

  it('listen at the switch’s end of the link, and run nothing on the host', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    const captures = await lab.capture([{ host: 'rs1', interface: 'eth0' }], directory.path);
    const { stdout } = await lab.host('rs1').run('ip', ['netns', 'pids', lab.host('rs1').namespace]);
    // Nothing of the capture runs on the host.
    expect(stdout.split('\n').map(Number)).not.toContain(await tcpdumpOf(lab));
    await captures.stop();
  });
});

/** The process that captures. */
async function tcpdumpOf(lab: Lab): Promise<number> {
  const { stdout } = await execa('ip', ['netns', 'pids', lab.fabric]);
  return Number(stdout.split('\n')[0]);
}
