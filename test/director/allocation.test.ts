import { expect, test } from 'vitest';
import type { Core } from '../../director/core.ts';
import { HEADROOM_BYTES, Packet } from '../../director/packet.ts';
import { VERDICT } from '../../director/verdict.ts';
import { ACK, ipFrame, pattern, SYN, tcpPacket, udpPacket } from '../../lab/frames/index.ts';
import { CIP, CLIENT_SIDE, MAC, RIP1, SERVER_SIDE, smallDirector, VIP } from './fixtures/small-network.ts';

const WARM_UP_PACKETS = 60_000;
/** Few enough that a round which allocates an object a packet fits between two collections. */
const ROUND_PACKETS = 10_000;
const ROUNDS = 25;
/** Packets that are looked at under one reading of the clock, as an engine does. */
const BATCH_PACKETS = 64;
/** The smallest object takes 16 bytes. The measurement itself takes a few kilobytes a round. */
const NOISE_BYTES_PER_PACKET = 2;
const SMALLEST_OBJECT_BYTES = 16;

/** Bytes that one call allocates: the median over rounds, since a collection in between makes a round look smaller. */
function bytesPerCall(call: () => void): number {
  for (let i = 0; i < WARM_UP_PACKETS; i++) call();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < ROUND_PACKETS; i++) call();
    rounds.push((process.memoryUsage().heapUsed - before) / ROUND_PACKETS);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] as number;
}

/** A call that puts the same frame into the director again and again. Time goes on from batch to batch. */
function feed(core: Core, port: number, original: Uint8Array): () => void {
  const bytes = new Uint8Array(HEADROOM_BYTES + original.length);
  const packet = new Packet();
  let nowMs = 2_000.5;
  let calls = 0;
  return () => {
    if (++calls % BATCH_PACKETS === 0) nowMs += 0.2;
    bytes.set(original, HEADROOM_BYTES);
    packet.set(bytes, HEADROOM_BYTES, original.length, port);
    if (core.receive(packet, nowMs) !== VERDICT.transmit) throw new Error('not forwarded');
  };
}

const request = { source: CIP, destination: VIP };
const reply = { source: RIP1, destination: CIP };
const fromClient = (packet: Uint8Array) => ipFrame(MAC.client, MAC.directorClient, packet);
const fromServer = (packet: Uint8Array) => ipFrame(MAC.server1, MAC.directorServer, packet);
const toVip = { sourcePort: 4000, destinationPort: 80 };
const toClient = { sourcePort: 80, destinationPort: 4000 };
const payload = pattern(64);

const flows = [
  {
    name: 'TCP request by NAT',
    rules: [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -m`],
    opening: fromClient(tcpPacket(request, { ...toVip, flags: SYN })),
    port: CLIENT_SIDE,
    frame: fromClient(tcpPacket(request, { ...toVip, flags: ACK, payload })),
  },
  {
    name: 'TCP reply by NAT',
    rules: [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -m`],
    opening: fromClient(tcpPacket(request, { ...toVip, flags: SYN })),
    port: SERVER_SIDE,
    frame: fromServer(tcpPacket(reply, { ...toClient, flags: ACK, payload })),
  },
  {
    name: 'UDP reply by NAT',
    rules: [`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:80 -m`],
    opening: fromClient(udpPacket(request, toVip)),
    port: SERVER_SIDE,
    frame: fromServer(udpPacket(reply, { ...toClient, payload })),
  },
  {
    name: 'TCP request by DR',
    rules: [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -g`],
    opening: fromClient(tcpPacket(request, { ...toVip, flags: SYN })),
    port: CLIENT_SIDE,
    frame: fromClient(tcpPacket(request, { ...toVip, flags: ACK, payload })),
  },
  {
    name: 'TCP request by TUN',
    rules: [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -i`],
    opening: fromClient(tcpPacket(request, { ...toVip, flags: SYN })),
    port: CLIENT_SIDE,
    frame: fromClient(tcpPacket(request, { ...toVip, flags: ACK, payload })),
  },
  ...['--tun-type gre --tun-csum', '--tun-type gue --tun-port 6080 --tun-csum'].map((tunnel) => ({
    name: `TCP request by TUN ${tunnel}`,
    rules: [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:80 -i ${tunnel}`],
    opening: fromClient(tcpPacket(request, { ...toVip, flags: SYN })),
    port: CLIENT_SIDE,
    frame: fromClient(tcpPacket(request, { ...toVip, flags: ACK, payload })),
  })),
];

for (const flow of flows) {
  test(`an established connection's packets allocate nothing: ${flow.name}`, () => {
    const director = smallDirector(flow.rules);
    director.receive(CLIENT_SIDE, flow.opening);
    // The way back to the client is asked for once, too.
    director.receive(flow.port, flow.frame);
    expect(bytesPerCall(feed(director.core, flow.port, flow.frame))).toBeLessThan(NOISE_BYTES_PER_PACKET);
  });
}

test('an object a packet would show', () => {
  const [flow] = flows;
  const director = smallDirector(flow!.rules);
  director.receive(CLIENT_SIDE, flow!.opening);
  const receive = feed(director.core, CLIENT_SIDE, flow!.frame);
  let kept: unknown;
  const measured = bytesPerCall(() => {
    receive();
    kept = { at: kept === undefined ? 0 : 1 };
  });
  expect(kept).toBeDefined();
  expect(measured).toBeGreaterThanOrEqual(SMALLEST_OBJECT_BYTES);
});
