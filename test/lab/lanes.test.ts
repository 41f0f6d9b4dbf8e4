import { describe, expect, it } from 'vitest';
import { type LaneWish, laneNetwork, type Mode, SINK } from '../../lab/index.ts';
import { checkNames } from '../../lab/netns/blueprint.ts';

const MODES: readonly Mode[] = ['nat', 'dr', 'tun'];
const WISHES: readonly LaneWish[] = [
  { name: 'ts', kind: 'balancer' },
  { name: 'nft', kind: 'balancer' },
  { name: 'forward', kind: 'forwarder' },
  { name: 'direct', kind: 'direct' },
];

describe.each(MODES)('a network of lanes, %s', (mode) => {
  const { topology, lanes, sinks } = laneNetwork(mode, 3, WISHES);
  const host = (name: string) => topology.hosts.find((one) => one.name === name);

  it('has names that interfaces can have', () => {
    expect(() => checkNames(topology)).not.toThrow();
  });

  it('gives no address on a switch twice, and no MAC', () => {
    const interfaces = topology.hosts.flatMap((one) => one.interfaces);
    for (const { name } of topology.switches) {
      const addresses = interfaces.filter((own) => own.switch === name).flatMap((own) => own.addresses);
      expect(addresses).toEqual([...new Set(addresses)]);
    }
    const macs = interfaces.map(({ mac }) => mac);
    expect(macs).toEqual([...new Set(macs)]);
  });

  it('gives each lane an address of the client, and a machine where it passes one', () => {
    const client = host('client')!.interfaces[0]!.addresses;
    expect(new Set(lanes.map(({ source }) => source)).size).toBe(lanes.length);
    for (const { name, source, hasMachine } of lanes) {
      expect(client).toContain(`${source}/24`);
      expect(host(name) !== undefined).toBe(hasMachine);
    }
  });

  it('addresses a VIP that the balancer has, and otherwise every server by an address of its own', () => {
    for (const { name, kind, targets } of lanes) {
      if (kind === 'balancer') {
        const own = host(name)!.interfaces.flatMap(({ addresses }) => addresses);
        expect(targets.map((vip) => `${vip}/32`)).toEqual([
          expect.toSatisfy((vip: string) => own.includes(vip)),
        ]);
        continue;
      }
      const ofServers = ['rs1', 'rs2', 'rs3'].map((server) => {
        const { loopback, interfaces } = host(server)!;
        return [...loopback, ...interfaces.flatMap(({ addresses }) => addresses)].map(
          (own) => own.split('/')[0],
        );
      });
      expect(targets).toHaveLength(3);
      targets.forEach((target, i) => void expect(ofServers[i]).toContain(target));
    }
  });

  it('has a sink that is no real server, with the addresses that datagrams are balanced to', () => {
    expect(topology.realServers.map(({ host: name }) => name)).toEqual(['rs1', 'rs2', 'rs3']);
    expect(host(SINK)!.interfaces[0]!.addresses).toEqual(sinks.map((rip) => `${rip}/24`));
    expect(host(SINK)!.decapsulates).toBeUndefined();
  });
});
