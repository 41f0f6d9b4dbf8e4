/** Merged packets, which senders (TSO, GSO) or this machine (GRO) have put together, and checksums left to hardware. */
import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import {
  ACK,
  IPIP,
  join,
  PSH,
  pattern,
  readIpv4,
  readTcp,
  readUdp,
  SYN,
  tcpPacket,
} from '../../lab/frames/index.ts';
import { readIcmp } from './fixtures/read-icmp.ts';
import { fromClient, fromServer, ipOf } from './fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  RIP1,
  SERVER_SIDE,
  SILENT_RIP,
  smallDirector,
  smallNetwork,
  VIP,
} from './fixtures/small-network.ts';

const NO_CHECKSUM = 0xdead;
const MSS = 1448;
const payload = pattern(20_000);
const merged = { flags: ACK | PSH, sequence: 1001, payload, checksum: NO_CHECKSUM };
const CUTS = { dontFragment: true };

function director(method: string, { server = RIP1 as string, mtuBytes = 1500 } = {}) {
  const it = smallDirector(
    [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${server}:${method === '-m' ? 8080 : 80} ${method}`],
    smallNetwork({}, mtuBytes),
  );
  it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
  it.takeSent();
  return it;
}

describe.each(['-m', '-g'])('a merged request by %s', (method) => {
  test('goes on whole where its segments fit the link, and counts as one packet', () => {
    const it = director(method);
    const handled = it.receiveUnfinished(CLIENT_SIDE, fromClient.tcp(merged, CUTS), MSS);
    expect(handled.verdict).toBe(VERDICT.transmit);
    const [sent] = it.takeSent();
    expect(sent?.port).toBe(SERVER_SIDE);
    const segment = readTcp(ipOf(sent!.frame));
    expect(segment.payload).toEqual(payload);
    expect(segment.ip).toMatchObject({ destination: method === '-m' ? RIP1 : VIP, ttl: 63 });
    expect(segment.destinationPort).toBe(method === '-m' ? 8080 : 80);
    expect(it.snapshot().totals).toMatchObject({ inPackets: 2, inBytes: 40 + 20_040 });
  });

  test('is refused with the size that fits if its segments do not', () => {
    const it = director(method, { mtuBytes: 1400 });
    it.receiveUnfinished(CLIENT_SIDE, fromClient.tcp(merged, CUTS), MSS);
    expect(readIcmp(it.takeSent()[0]!.frame)).toMatchObject({ type: 3, code: 4, rest: 1400, source: VIP });
    // Of 1400 bytes with both headers.
    expect(it.receiveUnfinished(CLIENT_SIDE, fromClient.tcp(merged, CUTS), 1360).verdict).toBe(
      VERDICT.transmit,
    );
  });

  test('is cut, and its segments fragmented, if they do not fit and may be', () => {
    const it = director(method, { mtuBytes: 1400 });
    it.receiveUnfinished(CLIENT_SIDE, fromClient.tcp({ ...merged, payload: pattern(3000) }), MSS);
    const sizes = it.takeSent().map(({ frame }) => readIpv4(ipOf(frame)).payload.length + 20);
    expect(sizes).toEqual([1396, 20 + MSS + 20 - 1376, 1396, 20 + MSS + 20 - 1376, 3000 - 2 * MSS + 40]);
  });

  test('waits in segments for the server’s MAC address', () => {
    const it = director(method, { server: SILENT_RIP });
    const handled = it.receiveUnfinished(
      CLIENT_SIDE,
      fromClient.tcp({ ...merged, payload: pattern(3000) }),
      MSS,
    );
    expect(handled.verdict).toBe(VERDICT.taken);
    expect(it.takeSent()).toEqual([]);
  });
});

test.each(['', '--tun-type gre', '--tun-type gre --tun-csum', '--tun-type gue --tun-port 6080 --tun-csum'])(
  'a merged request goes into a tunnel (%s) segment by segment, each with right checksums',
  (type) => {
    const it = director(`-i ${type}`);
    const handled = it.receiveUnfinished(CLIENT_SIDE, fromClient.tcp(merged, CUTS), 1400);
    expect(handled.verdict).toBe(VERDICT.taken);
    const outer = it.takeSent().map(({ frame }) => ipOf(frame));
    expect(outer).toHaveLength(Math.ceil(payload.length / 1400));
    const inner = outer.map((packet) => readTcp(packet.subarray(innerStart(packet))));
    expect(inner.every(({ isChecksumRight }) => isChecksumRight)).toBe(true);
    expect(join(...inner.map((one) => one.payload))).toEqual(payload);
    expect(inner.map(({ sequence }) => sequence)).toEqual(inner.map((_, i) => 1001 + i * 1400));
    expect(it.snapshot().totals.inPackets).toBe(2);
  },
);

/** Where the packet inside a tunnel packet begins: it is the only one to the VIP. */
function innerStart(packet: Uint8Array): number {
  if (readIpv4(packet).protocol === IPIP) return 20;
  for (let at = 24; at < 40; at++) {
    if (packet[at] === 0x45 && readableAt(packet, at)) return at;
  }
  throw new Error('nothing inside');
}

function readableAt(packet: Uint8Array, at: number): boolean {
  try {
    return readIpv4(packet.subarray(at)).destination === VIP;
  } catch {
    return false;
  }
}

test('a merged request whose segments do not fit a tunnel is refused with the size that does', () => {
  const it = director('-i');
  it.receiveUnfinished(CLIENT_SIDE, fromClient.tcp(merged, CUTS), MSS);
  expect(readIcmp(it.takeSent()[0]!.frame)).toMatchObject({ type: 3, code: 4, rest: 1480 });
});

test('a merged reply by NAT goes on whole, or is refused by the size of its segments', () => {
  const it = director('-m');
  const reply = fromServer.tcp({ ...merged, flags: ACK }, CUTS);
  // So that the client's MAC address is known.
  it.receive(SERVER_SIDE, fromServer.tcp({ flags: SYN | ACK }));
  it.takeSent();
  expect(it.receiveUnfinished(SERVER_SIDE, reply, MSS).verdict).toBe(VERDICT.transmit);
  const [sent] = it.takeSent();
  expect(readTcp(ipOf(sent!.frame))).toMatchObject({ sourcePort: 80, payload });
  it.receiveUnfinished(SERVER_SIDE, reply, 1461);
  expect(readIcmp(it.takeSent()[0]!.frame)).toMatchObject({ type: 3, code: 4, rest: 1500 });
});

test('a merged packet that is nobody’s goes back to the stack whole', () => {
  const it = director('-m');
  const stray = fromClient.tcp({ ...merged, sourcePort: 5555 }, CUTS);
  const { verdict, handed } = it.receiveUnfinished(CLIENT_SIDE, stray, MSS);
  expect(verdict).toBe(VERDICT.deliver);
  expect(handed).toEqual(stray);
});

describe('a checksum left to hardware', () => {
  const asked = fromClient.tcp({ flags: ACK, payload: pattern(600), checksum: NO_CHECKSUM });

  test('is right inside a tunnel', () => {
    const it = director('-i');
    it.receiveUnfinished(CLIENT_SIDE, asked, 0);
    const [sent] = it.takeSent();
    expect(readTcp(ipOf(sent!.frame).subarray(20)).isChecksumRight).toBe(true);
  });

  test('is right in fragments', () => {
    const it = director('-g', { mtuBytes: 400 });
    it.receiveUnfinished(CLIENT_SIDE, asked, 0);
    const pieces = it.takeSent().map(({ frame }) => readIpv4(ipOf(frame)));
    const { checksum: _, ...fields } = readTcp(ipOf(asked));
    expect(join(...pieces.map((piece) => piece.payload))).toEqual(
      readIpv4(tcpPacket({ source: CIP, destination: VIP }, fields)).payload,
    );
  });

  test('is right in what had to wait for a MAC address, UDP as well', () => {
    const it = smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:8080 -m`]);
    it.receive(CLIENT_SIDE, fromClient.udp());
    it.takeSent();
    const reply = fromServer.udp({ payload: pattern(600), checksum: NO_CHECKSUM });
    expect(it.receiveUnfinished(SERVER_SIDE, reply, 0).verdict).toBe(VERDICT.taken);
    const [sent] = it.takeSent();
    expect(readUdp(ipOf(sent!.frame))).toMatchObject({ sourcePort: 80, isChecksumRight: true });
  });
});
