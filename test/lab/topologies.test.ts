import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError, MAX_SERVERS, type Mode, type Topology, topologies } from '../../lab/index.ts';

const MODES = Object.keys(topologies) as Mode[];

const anyTopology = fc
  .record({ mode: fc.constantFrom(...MODES), servers: fc.integer({ min: 1, max: MAX_SERVERS }) })
  .map(({ mode, servers }) => ({ servers, topology: topologies[mode]({ servers }) }));

const everywhere = (check: (topology: Topology, servers: number) => void) =>
  fc.assert(
    fc.property(anyTopology, ({ topology, servers }) => check(topology, servers)),
    {
      examples: MODES.map((mode) => [
        { servers: MAX_SERVERS, topology: topologies[mode]({ servers: MAX_SERVERS }) },
      ]),
    },
  );

const toNumber = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

function contains(subnet: string, address: string): boolean {
  const [network, length] = subnet.split('/') as [string, string];
  const size = 2 ** (32 - Number(length));
  return Math.floor(toNumber(network) / size) === Math.floor(toNumber(address) / size);
}

const interfacesOf = (topology: Topology) => topology.hosts.flatMap((host) => host.interfaces);
const bare = (address: string) => address.split('/')[0]!;

function expectUnique(values: readonly string[]) {
  expect(new Set(values).size).toBe(values.length);
}

describe('every topology, for every number of servers', () => {
  it('has unique host names, interface names within a host, MACs and addresses', () =>
    everywhere((topology) => {
      const interfaces = interfacesOf(topology);
      expectUnique(topology.hosts.map(({ name }) => name));
      expectUnique(topology.switches.map(({ name }) => name));
      expectUnique(interfaces.map(({ mac }) => mac));
      expectUnique(interfaces.flatMap(({ addresses }) => addresses.map(bare)));
      for (const host of topology.hosts) expectUnique(host.interfaces.map(({ name }) => name));
    }));

  it('writes the IPv4 address of an interface into its MAC', () =>
    everywhere((topology) => {
      const interfaces = interfacesOf(topology);
      const written = interfaces.map(({ mac }) => mac.split(':').map((byte) => Number.parseInt(byte, 16)));
      expect(written.map(([first, second, ...rest]) => [first, second, rest.join('.')])).toEqual(
        interfaces.map(({ addresses }) => [2, 0, bare(addresses[0]!)]),
      );
    }));

  it('keeps every address inside its switch’s subnet, the first with the subnet’s prefix, others /32', () =>
    everywhere((topology) => {
      const subnets = new Map(topology.switches.map(({ name, subnet }) => [name, subnet]));
      for (const { switch: name, addresses } of interfacesOf(topology)) {
        const subnet = subnets.get(name);
        expect(subnet, `switch ${name}`).toBeDefined();
        const outside = addresses.filter((address) => !contains(subnet!, bare(address)));
        expect(outside, `outside ${subnet}`).toEqual([]);
        expect(addresses.map((address) => address.split('/')[1])).toEqual(
          addresses.map((_, index) => (index === 0 ? subnet!.split('/')[1] : '32')),
        );
        const hostParts = addresses.map((address) => toNumber(bare(address)) % 256);
        expect(hostParts.filter((part) => part <= 0 || part >= 255)).toEqual([]);
      }
    }));

  it('routes through gateways that are on the same switch and forward', () =>
    everywhere((topology) => {
      for (const host of topology.hosts) {
        for (const { via } of host.routes) {
          const gateway = topology.hosts.find(({ interfaces }) =>
            interfaces.some(({ addresses }) => addresses.map(bare).includes(via)),
          );
          const port = gateway?.interfaces.find(({ addresses }) => addresses.map(bare).includes(via));
          expect(port, `${host.name} via ${via}`).toBeDefined();
          expect(host.interfaces.map((own) => own.switch)).toContain(port!.switch);
          expect(gateway!.sysctls['net.ipv4.ip_forward']).toBe(1);
        }
      }
    }));

  it('names as many real servers as asked for, by the address of their own eth0', () =>
    everywhere((topology, servers) => {
      expect(topology.realServers).toHaveLength(servers);
      for (const { host: name, rip } of topology.realServers) {
        const server = topology.hosts.find((host) => host.name === name);
        expect(server?.role).toBe('server');
        expect(bare(server!.interfaces[0]!.addresses[0]!)).toBe(rip);
      }
    }));

  it('gives VIP, CIP and DIP to the director, the client and the director', () =>
    everywhere((topology) => {
      const held = (role: string) =>
        topology.hosts
          .filter((host) => host.role === role)
          .flatMap((host) => host.interfaces.flatMap(({ addresses }) => addresses.map(bare)));
      expect(held('director')).toEqual(expect.arrayContaining([topology.vip, topology.dip]));
      expect(held('client')).toContain(topology.cip);
    }));

  it('lets only the servers and the store onto the storage switch', () =>
    everywhere((topology) => {
      const onStorage = topology.hosts.filter(({ interfaces }) =>
        interfaces.some((own) => own.switch === 'storage'),
      );
      expect(new Set(onStorage.map(({ role }) => role))).toEqual(new Set(['server', 'store']));
      expect(onStorage.some(({ sysctls }) => sysctls['net.ipv4.ip_forward'] === 1)).toBe(false);
    }));

  it('switches IPv6 off and forbids redirects on every host', () =>
    everywhere((topology) => {
      for (const { sysctls, interfaces } of topology.hosts) {
        expect(sysctls).toMatchObject({
          'net.ipv6.conf.all.disable_ipv6': 1,
          'net.ipv6.conf.default.disable_ipv6': 1,
        });
        for (const scope of ['all', ...interfaces.map(({ name }) => name)]) {
          expect(sysctls[`net.ipv4.conf.${scope}.send_redirects`]).toBe(0);
        }
      }
    }));

  it('keeps servers that hold the VIP quiet about it, and only in DR and TUN', () =>
    everywhere((topology) => {
      for (const server of topology.hosts.filter(({ role }) => role === 'server')) {
        const holdsVip = topology.name !== 'nat';
        expect(server.loopback).toEqual(holdsVip ? [`${topology.vip}/32`] : []);
        for (const scope of ['all', 'eth0']) {
          expect(server.sysctls[`net.ipv4.conf.${scope}.arp_ignore`]).toBe(holdsVip ? 1 : 0);
          expect(server.sysctls[`net.ipv4.conf.${scope}.arp_announce`]).toBe(holdsVip ? 2 : 0);
        }
        expect(server.decapsulates).toEqual(topology.name === 'tun' ? { interface: 'eth0' } : undefined);
      }
    }));
});

describe('a number of servers that no lab can hold', () => {
  it.each([0, -1, 2.5, Number.NaN, MAX_SERVERS + 1])('%s is refused, naming what is allowed', (servers) => {
    for (const mode of MODES) {
      expect(() => topologies[mode]({ servers })).toThrow(LabError);
      expect(() => topologies[mode]({ servers })).toThrow(/from 1 to 200/);
    }
  });
});
