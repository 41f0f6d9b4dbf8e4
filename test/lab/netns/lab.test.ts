import { execa } from 'execa';
import { expect, it } from 'vitest';
import { bringUp, LabError, listLabs, type Mode, topologies } from '../../../lab/index.ts';
import { readOffloads } from '../../../lab/netns/offloads.ts';
import { until } from '../../../lab/netns/until.ts';
import { describeAsRoot } from '../../root.ts';
import { expectNothingLeft, namespaceNames, packetsIn, temporaryRunDirectory } from '../fixtures/traces.ts';

const MODES = Object.keys(topologies) as Mode[];

describeAsRoot('a lab of network namespaces', () => {
  it.each(MODES)('%s: comes up as the topology says, and leaves nothing', async (mode) => {
    await using directory = await temporaryRunDirectory();
    const topology = topologies[mode]({ servers: 2 });
    const lab = await bringUp(topology, { runDirectory: directory.path });
    const names = await namespaceNames();
    for (const { name, interfaces, loopback } of topology.hosts) {
      expect(names).toContain(`lvs${lab.id}-${name}`);
      const { stdout } = await lab.host(name).run('ip', ['-json', 'address']);
      const links: { ifname: string; address: string; addr_info: { local: string; prefixlen: number }[] }[] =
        JSON.parse(stdout);
      for (const own of interfaces) {
        const link = links.find(({ ifname }) => ifname === own.name);
        expect(link?.address).toBe(own.mac);
        // IPv4 alone: an IPv6 address would be noise in captures.
        expect(link?.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`)).toEqual(own.addresses);
      }
      const held = links.flatMap(({ addr_info }) =>
        addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
      );
      expect(held).toEqual(expect.arrayContaining([...loopback]));
    }
    await lab[Symbol.asyncDispose]();
    await expectNothingLeft(lab.id);
  });

  it('puts nothing into the namespace of the machine', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    const { stdout } = await execa('ip', ['-json', 'link']);
    const macs = (JSON.parse(stdout) as { address: string }[]).map(({ address }) => address);
    for (const { mac } of lab.topology.hosts.flatMap(({ interfaces }) => interfaces)) {
      expect(macs).not.toContain(mac);
    }
  });

  it('has offloads off at both ends of every link', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.dr({ servers: 1 }), { runDirectory: directory.path });
    const fabric = `lvs${lab.id}-fabric`;
    for (const { name, interfaces } of lab.topology.hosts) {
      for (const own of interfaces) {
        const inside = await lab.host(name).run('ethtool', ['-k', own.name]);
        const outside = await execa('ip', ['netns', 'exec', fabric, 'ethtool', '-k', `${name}.${own.name}`]);
        expect(readOffloads(inside.stdout)).toEqual(new Map([[own.name, []]]));
        expect(readOffloads(outside.stdout)).toEqual(new Map([[`${name}.${own.name}`, []]]));
      }
    }
  });

  it('leaves nothing when the topology cannot be built', async () => {
    await using directory = await temporaryRunDirectory();
    const topology = topologies.nat({ servers: 1 });
    const hosts = topology.hosts.map((host) =>
      host.name === 'rs1' ? { ...host, routes: [{ to: 'default', via: '192.0.2.1' }] } : host,
    );
    const attempt = bringUp({ ...topology, hosts }, { runDirectory: directory.path }).catch(
      (error: unknown) => error,
    );
    const record = await until(
      async () => (await listLabs()).find(({ runDirectory }) => runDirectory === directory.path),
      { limitMs: 10_000, everyMs: 1 },
    );
    const error = await attempt;
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).message).toMatch(/configure rs1.*invalid gateway/s);
    await expectNothingLeft(record!.id);
  });

  it('holds two labs with the same addresses that do not meet', async () => {
    await using directory = await temporaryRunDirectory();
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) =>
        bringUp(topologies.dr({ servers: 1 }), { runDirectory: `${directory.path}/${name}` }),
      ),
    );
    await using first = one!;
    await using second = two!;
    const survivor = await second.host('rs1').start('sleeper', 'sleep', ['1000']);
    await first[Symbol.asyncDispose]();
    await expectNothingLeft(first.id);
    expect(survivor.alive).toBe(true);
    expect((await second.host('client').run('ip', ['link', 'show', 'eth0'])).exitCode).toBe(0);
  });

  it('says which hosts there are when asked for one that is not', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.nat({ servers: 1 }), { runDirectory: directory.path });
    expect(() => lab.host('rs7')).toThrow(/"rs7".*client, director, rs1, store/);
    await expect(lab.capture([{ host: 'rs1', interface: 'eth9' }], directory.path)).rejects.toThrow(
      /eth0, eth1/,
    );
    expect(lab.enterCommand('client')).toBe(`ip netns exec lvs${lab.id}-client bash`);
  });
});

describeAsRoot('a DR lab', () => {
  it('has ARP for the VIP answered by the director alone', async () => {
    await using directory = await temporaryRunDirectory();
    await using lab = await bringUp(topologies.dr({ servers: 3 }), { runDirectory: directory.path });
    const servers = ['rs1', 'rs2', 'rs3'];
    const captures = await lab.capture(
      ['router', ...servers].map((host) => ({ host, interface: host === 'router' ? 'eth1' : 'eth0' })),
      directory.path,
    );
    // Refused, as nothing balances yet: that an answer comes at all shows that ARP is done.
    await lab.host('client').run('curl', ['--silent', `http://${lab.topology.vip}/`], { reject: false });
    const [atRouter, ...atServers] = await captures.stop();
    const replies = await packetsIn(atRouter!.file, `arp[6:2] = 2 and arp src ${lab.topology.vip}`);
    const director = lab.topology.hosts.find(({ role }) => role === 'director')!;
    expect(replies).toHaveLength(1);
    expect(replies[0]).toContain(`${lab.topology.vip} is-at ${director.interfaces[0]!.mac}`);
    for (const { file } of atServers) {
      // They were asked as well, and kept quiet.
      expect(await packetsIn(file, `arp[6:2] = 1 and arp dst ${lab.topology.vip}`)).not.toEqual([]);
      expect(await packetsIn(file, 'arp[6:2] = 2')).toEqual([]);
    }
  });
});
