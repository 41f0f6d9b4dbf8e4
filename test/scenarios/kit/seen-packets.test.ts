import { describe, expect, test } from 'vitest';
import { arpQuestion, IPIP, ipFrame, ipPacket, pattern, udpPacket } from '../../../lab/frames/index.ts';
import type { Mode } from '../../../lab/index.ts';
import type { CapturedFrame } from '../../../lab/memory/index.ts';
import { packetTopology } from '../../../lab/topologies/packet-topology.ts';
import { SeenPackets } from '../../../scenarios/kit/seen-packets.ts';

const CIP = '198.18.0.1';
const PORTS = { sourcePort: 1, destinationPort: 2, payload: pattern(4) };
const ROUTER = '02:00:0a:00:02:fe';
const DIRECTOR = '02:00:0a:00:02:01';
const RS1 = '02:00:0a:00:02:0b';
const RS2 = '02:00:0a:00:02:0c';

const frame = (source: string, destination: string, from: string, to: string) =>
  ipFrame(source, destination, udpPacket({ source: from, destination: to }, PORTS));

/** What is seen where the director got and sent these frames, on its last interface. */
function seenAt(mode: Mode, { received = [], sent = [] }: { received?: Uint8Array[]; sent?: Uint8Array[] }) {
  const topology = packetTopology(mode);
  const port = topology.hosts.find(({ name }) => name === 'director')?.interfaces.at(-1)?.name ?? '';
  const frames: CapturedFrame[] = [
    ...received.map((bytes, i) => ({ timeMs: i, direction: 'received' as const, frame: bytes })),
    ...sent.map((bytes, i) => ({ timeMs: 100 + i, direction: 'sent' as const, frame: bytes })),
  ];
  return new SeenPackets({
    topology,
    captures: [{ host: 'director', interface: port, frames }],
    epochMs: 1_000_000,
    fileOf: (capture) => `${capture.host}.pcap`,
  });
}

const counts = ({ fromClients, toClients, fromServers, toServers }: SeenPackets) => ({
  fromClients: fromClients.length,
  toClients: toClients.length,
  fromServers: fromServers.length,
  toServers: toServers.length,
});

describe('packets at the director belong', () => {
  test('in NAT to the side of their interface', () => {
    const seen = seenAt('nat', {
      received: [frame(RS1, DIRECTOR, '10.0.2.11', CIP)],
      sent: [frame(DIRECTOR, RS1, CIP, '10.0.2.11'), frame(DIRECTOR, RS1, CIP, '10.0.1.100')],
    });
    expect(counts(seen)).toEqual({ fromClients: 0, toClients: 0, fromServers: 1, toServers: 2 });
  });

  const vip = '10.0.2.100';

  test('in DR to the servers where a server’s MAC says so', () => {
    const seen = seenAt('dr', {
      received: [frame(ROUTER, DIRECTOR, CIP, vip), frame(RS2, DIRECTOR, '10.0.2.12', CIP)],
      sent: [frame(DIRECTOR, RS1, CIP, vip), frame(DIRECTOR, ROUTER, '10.0.2.1', CIP)],
    });
    expect(counts(seen)).toEqual({ fromClients: 1, toClients: 1, fromServers: 1, toServers: 1 });
  });

  test('in DR also where the VIP does: a reply that should not be there, a request in a wrong frame', () => {
    const seen = seenAt('dr', {
      received: [frame(ROUTER, DIRECTOR, vip, CIP)],
      sent: [frame(ROUTER, ROUTER, CIP, vip)],
    });
    expect(counts(seen)).toEqual({ fromClients: 0, toClients: 0, fromServers: 1, toServers: 1 });
  });

  test('in TUN to the side that addresses say', () => {
    const inner = udpPacket({ source: CIP, destination: vip }, PORTS);
    const tunnelled = (destination: string) =>
      ipFrame(DIRECTOR, ROUTER, ipPacket({ source: '10.0.2.1', destination }, IPIP, inner));
    const seen = seenAt('tun', {
      received: [
        frame(ROUTER, DIRECTOR, CIP, vip),
        frame(ROUTER, DIRECTOR, '10.0.3.11', CIP),
        frame(ROUTER, DIRECTOR, '10.0.2.254', '10.0.2.1'),
        frame(ROUTER, DIRECTOR, vip, CIP),
      ],
      sent: [
        tunnelled('10.0.3.11'),
        tunnelled('172.16.0.1'),
        frame(DIRECTOR, ROUTER, CIP, '10.0.3.11'),
        frame(DIRECTOR, ROUTER, vip, CIP),
      ],
    });
    expect(counts(seen)).toEqual({ fromClients: 1, toClients: 1, fromServers: 3, toServers: 3 });
  });

  test('in TUN to the clients where one of them asks the director for itself', () => {
    const seen = seenAt('tun', {
      received: [frame(ROUTER, DIRECTOR, CIP, '10.0.2.1')],
      sent: [frame(DIRECTOR, ROUTER, '10.0.2.1', CIP)],
    });
    expect(counts(seen)).toEqual({ fromClients: 1, toClients: 1, fromServers: 0, toServers: 0 });
  });

  test('to a side even if their header is damaged', () => {
    const damaged = frame(ROUTER, DIRECTOR, CIP, vip).with(14 + 10, 0x99);
    const seen = seenAt('tun', { received: [damaged] });
    expect(seen.fromClients[0]?.ipProblem).toContain('checksum');
  });
});

describe('what was captured', () => {
  const question = arpQuestion(DIRECTOR, '10.0.2.1', '10.0.2.11');
  const packet = frame(DIRECTOR, RS1, CIP, '10.0.2.11');
  const seen = seenAt('nat', { sent: [question, packet] });

  test('has ARP apart, and keeps each frame’s number, time and file', () => {
    expect(seen.arp('director', 'eth1').map(({ frame }) => frame)).toEqual([1]);
    expect(seen.on('director', 'eth1')).toMatchObject([
      { frame: 2, time: 1000.101, place: { host: 'director', interface: 'eth1', file: 'director.pcap' } },
    ]);
    expect(seen.by('director')).toHaveLength(1);
    expect(seen.at('director')).toEqual([]);
  });

  test('is not made up: an interface or a host that was not captured is an error', () => {
    expect(() => seen.on('rs1', 'eth0')).toThrow('rs1 eth0 was not captured');
    expect(() => seen.arp('director', 'eth0')).toThrow('director eth0 was not captured');
    expect(() => seen.at('rs1')).toThrow('rs1 was not captured');
  });
});
