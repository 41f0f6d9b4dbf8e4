import { topologies } from '../../lab/index.ts';
import type { Hop, PacketReference, Session, SessionTopology } from '../../reports/result.ts';

type Mode = Session['mode'];
type Host = SessionTopology['hosts'][number];
type Interface = Host['interfaces'][number];

const CIP = '10.0.1.2';

export function vipOf(mode: Mode): string {
  return topologies[mode]({ servers: 3 }).vip;
}

function macOf(address: string): string {
  return `02:00:${address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join(':')}`;
}

function plugged(name: string, segment: string, address: string, ...more: string[]): Interface {
  return { name, switch: segment, mac: macOf(address), addresses: [`${address}/24`, ...more] };
}

function host(name: string, role: Host['role'], interfaces: Interface[], loopback: string[] = []): Host {
  return { name, role, interfaces, loopback };
}

/** Plausible topologies of the three modes with any number of servers. */
export function topologyOf(mode: Mode, servers = 3): SessionTopology {
  const vip = vipOf(mode);
  const serverNet = mode === 'tun' ? '10.0.3' : '10.0.2';
  const address = (net: string, index: number) => `${net}.${11 + index}`;
  const realServers = Array.from({ length: servers }, (_, index) =>
    host(
      `rs${index + 1}`,
      'server',
      [
        plugged('eth0', mode === 'tun' ? 'far' : 'servers', address(serverNet, index)),
        plugged('eth1', 'storage', address('10.0.9', index)),
      ],
      mode === 'nat' ? [] : [`${vip}/32`],
    ),
  );
  const store = host('store', 'store', [plugged('eth0', 'storage', '10.0.9.2')]);
  const client = host('client', 'client', [plugged('eth0', 'clients', CIP)]);
  const segment = (name: string, label: string, subnet: string) => ({ name, label, subnet });
  const clients = segment('clients', 'clients', '10.0.1.0/24');
  const storage = segment('storage', 'storage', '10.0.9.0/24');
  if (mode === 'nat') {
    return {
      title: 'NAT: the director stands between clients and servers, and replies pass it',
      vip,
      cip: CIP,
      dip: '10.0.2.1',
      switches: [clients, segment('servers', 'servers', '10.0.2.0/24'), storage],
      hosts: [
        client,
        host('director', 'director', [
          plugged('eth0', 'clients', '10.0.1.1', `${vip}/32`),
          plugged('eth1', 'servers', '10.0.2.1'),
        ]),
        ...realServers,
        store,
      ],
    };
  }
  const far = mode === 'tun' ? [segment('far', 'servers', '10.0.3.0/24')] : [];
  return {
    title:
      mode === 'dr'
        ? 'DR: director and servers share a segment, replies go straight to the router'
        : 'TUN: the servers are in another network, replies go straight to the router',
    vip,
    cip: CIP,
    dip: '10.0.2.1',
    switches: [
      clients,
      segment('servers', mode === 'tun' ? 'director' : 'servers', '10.0.2.0/24'),
      ...far,
      storage,
    ],
    hosts: [
      client,
      host('router', 'router', [
        plugged('eth0', 'clients', '10.0.1.1'),
        plugged('eth1', 'servers', '10.0.2.254'),
        ...(mode === 'tun' ? [plugged('eth2', 'far', '10.0.3.254')] : []),
      ]),
      host('director', 'director', [plugged('eth0', 'servers', '10.0.2.1', `${vip}/32`)]),
      ...realServers,
      store,
    ],
  };
}

/** Where packets are seen, as `host interface direction`, with what they say there. */
interface SeenPacket {
  readonly at: string;
  readonly ends: readonly [string, string];
  readonly macs: readonly [string, string];
  readonly ttl: number;
  readonly outer?: { readonly source: string; readonly destination: string };
}

/** The hops of a request and of its reply, to the server of this index. */
export function pathOf(mode: Mode, index = 0): Session['path'] {
  const client = `${CIP}:40112`;
  const vip = `${vipOf(mode)}:80`;
  const net = mode === 'tun' ? '10.0.3' : '10.0.2';
  const rip = `${net}.${11 + index}`;
  const rs = `rs${index + 1}`;
  const macs = (a: string, b: string) => [macOf(a), macOf(b)] as const;
  if (mode === 'nat') {
    const toVip = { ends: [client, vip], macs: macs(CIP, '10.0.1.1'), ttl: 64 } as const;
    const toServer = { ends: [client, `${rip}:80`], macs: macs('10.0.2.1', rip), ttl: 63 } as const;
    const fromServer = { ends: [`${rip}:80`, client], macs: macs(rip, '10.0.2.1'), ttl: 64 } as const;
    const fromVip = { ends: [vip, client], macs: macs('10.0.1.1', CIP), ttl: 63 } as const;
    return {
      request: hops([
        { at: 'client eth0 out', ...toVip },
        { at: 'director eth0 in', ...toVip },
        { at: 'director eth1 out', ...toServer },
        { at: `${rs} eth0 in`, ...toServer },
      ]),
      reply: hops([
        { at: `${rs} eth0 out`, ...fromServer },
        { at: 'director eth1 in', ...fromServer },
        { at: 'director eth0 out', ...fromVip },
        { at: 'client eth0 in', ...fromVip },
      ]),
    };
  }
  const gateway = `${net}.254`;
  const leg = mode === 'tun' ? 'router eth2' : 'router eth1';
  const outer = mode === 'tun' ? { outer: { source: '10.0.2.1', destination: rip } } : {};
  const ends = [client, vip] as const;
  const first = { ends, macs: macs(CIP, '10.0.1.1'), ttl: 64 } as const;
  const second = { ends, macs: macs('10.0.2.254', '10.0.2.1'), ttl: 63 } as const;
  const third = {
    ends,
    macs: macs('10.0.2.1', mode === 'tun' ? '10.0.2.254' : rip),
    ttl: 63,
    ...outer,
  } as const;
  const fourth = { ...third, macs: macs(gateway, rip), ttl: 62 } as const;
  const back = { ends: [vip, client], macs: macs(rip, gateway), ttl: 64 } as const;
  const home = { ends: [vip, client], macs: macs('10.0.1.1', CIP), ttl: 63 } as const;
  return {
    request: hops([
      { at: 'client eth0 out', ...first },
      { at: 'router eth0 in', ...first },
      { at: 'router eth1 out', ...second },
      { at: 'director eth0 in', ...second },
      { at: 'director eth0 out', ...third },
      ...(mode === 'tun'
        ? [
            { at: 'router eth1 in', ...third },
            { at: 'router eth2 out', ...fourth },
            { at: `${rs} eth0 in`, ...fourth },
          ]
        : [{ at: `${rs} eth0 in`, ...third }]),
    ]),
    reply: hops([
      { at: `${rs} eth0 out`, ...back },
      { at: `${leg} in`, ...back },
      { at: 'router eth0 out', ...home },
      { at: 'client eth0 in', ...home },
    ]),
  };
}

function hops(seen: readonly SeenPacket[]): Hop[] {
  return seen.map(({ at, ends, macs, ttl, outer }, index) => {
    const [host = '', interfaceName = '', direction = ''] = at.split(' ');
    const [source, destination] = ends;
    const [sourceMac, destinationMac] = macs;
    return {
      host,
      interface: interfaceName,
      direction: direction === 'in' ? 'in' : 'out',
      source,
      destination,
      ...(outer && { outer }),
      ttl,
      sourceMac,
      destinationMac,
      packet: packetAt(host, interfaceName, 7 + index, `IP ${source} > ${destination}: Flags [S], length 0`),
    };
  });
}

export function packetAt(
  host: string,
  interfaceName: string,
  frame: number,
  summary: string,
): PacketReference {
  const capture = `captures/${host}-${interfaceName}.pcap`;
  return {
    capture,
    host,
    interface: interfaceName,
    frame,
    time: 1_772_366_400.000_123 + frame / 1000,
    summary,
  };
}
