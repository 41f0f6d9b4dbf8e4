import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import { hex, pattern, RST, SYN, tcpPacket, udpPacket } from '../../lab/frames/index.ts';
import { type IcmpMessage, readIcmp } from './fixtures/read-icmp.ts';
import { CLIENT_TO_VIP, fromClient, fromServer, ipOf, toClient } from './fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  DIRECTOR,
  RIP1,
  RIP2,
  SERVER_SIDE,
  SILENT_RIP,
  smallDirector,
  smallNetwork,
  UNROUTED_RIP,
  VIP,
} from './fixtures/small-network.ts';

const METHODS = ['-m', '-g', '-i'] as const;
const UNREACHABLE = 3;
const TIME_EXCEEDED = 11;

function director(method: string, server: string = RIP1, serverMtuBytes = 1500) {
  const lines = ['-t', '-u'].flatMap((protocol) => [
    `-A ${protocol} ${VIP}:80 -s rr`,
    `-a ${protocol} ${VIP}:80 -r ${server}:80 ${method}`,
  ]);
  return smallDirector(lines, smallNetwork({}, serverMtuBytes));
}

/** The one frame that was sent, which must be ICMP. */
function onlyIcmp(from: ReturnType<typeof director>, port: number): IcmpMessage {
  const sent = from.takeSent();
  expect(sent.map((one) => one.port)).toEqual([port]);
  return readIcmp((sent[0] as { frame: Uint8Array }).frame);
}

function connections(of: ReturnType<typeof director>): number {
  return [...of.core.state.connections.table.rows()].length;
}

describe.each(METHODS)('a request by %s', (method) => {
  test('with TTL 1 is answered "time exceeded" from the VIP, quoting it as it came; its connection exists', () => {
    const it = director(method);
    const asked = fromClient.tcp({ flags: SYN }, { ttl: 1, tos: 0x1f });
    expect(it.receive(CLIENT_SIDE, asked).verdict).toBe(VERDICT.drop);
    expect(onlyIcmp(it, CLIENT_SIDE)).toEqual({
      source: VIP,
      destination: CIP,
      ttl: 64,
      tos: 0xde,
      type: TIME_EXCEEDED,
      code: 0,
      rest: 0,
      quoted: ipOf(asked),
    });
    expect(connections(it)).toBe(1);
  });

  test('that is larger than the way and must not be cut is answered with the size that fits', () => {
    const it = director(method, RIP1, 1400);
    const fits = method === '-i' ? 1380 : 1400;
    const asked = (bytes: number) => fromClient.udp({ payload: pattern(bytes - 28) }, { dontFragment: true });
    it.receive(CLIENT_SIDE, asked(fits));
    expect(it.takeSent().map(({ port }) => port)).toEqual([SERVER_SIDE]);
    it.receive(CLIENT_SIDE, asked(fits + 1));
    const message = onlyIcmp(it, CLIENT_SIDE);
    expect(message).toMatchObject({ source: VIP, type: UNREACHABLE, code: 4, rest: fits });
    // As it stood when it was refused: one hop older, and no more than fits an error of 576 bytes.
    const quoted = udpPacket(
      { source: CIP, destination: VIP, ttl: 63, dontFragment: true },
      { ...CLIENT_TO_VIP, payload: pattern(fits + 1 - 28) },
    );
    expect(hex(message.quoted)).toBe(hex(quoted.subarray(0, 548)));
  });

  test('that is too large is answered each time: finding the size has no limit', () => {
    const it = director(method, RIP1, 1400);
    const asked = fromClient.udp({ payload: pattern(1400) }, { dontFragment: true });
    for (let i = 0; i < 20; i++) it.receive(CLIENT_SIDE, asked);
    expect(it.takeSent().map(({ port }) => port)).toEqual(Array(20).fill(CLIENT_SIDE));
  });

  test('that is larger than the way and may be cut is', () => {
    const it = director(method, RIP1, 1400);
    it.receive(CLIENT_SIDE, fromClient.udp({ payload: pattern(1400) }));
    const sent = it.takeSent();
    expect(sent.map(({ port, frame }) => [port, frame.length <= 1414])).toEqual([
      [SERVER_SIDE, true],
      [SERVER_SIDE, true],
    ]);
  });

  test('to a server that no route leads to is answered "host unreachable" from the VIP', () => {
    const it = director(method, UNROUTED_RIP);
    const asked = fromClient.udp();
    it.receive(CLIENT_SIDE, asked);
    expect(onlyIcmp(it, CLIENT_SIDE)).toMatchObject({
      source: VIP,
      type: UNREACHABLE,
      code: 1,
      quoted: ipOf(asked),
    });
    expect(connections(it)).toBe(1);
  });

  test('to a server that does not answer ARP is answered "host unreachable" after three seconds, but in a tunnel', () => {
    const it = director(method, SILENT_RIP);
    const asked = fromClient.udp();
    expect(it.receive(CLIENT_SIDE, asked).verdict).toBe(VERDICT.taken);
    it.advance(2_980);
    expect(it.takeSent()).toEqual([]);
    expect(it.arpSent.length).toBe(3);
    it.advance(60);
    // What the machine tells itself, as the sender of the tunnel packet, and what it tells the client: both are output.
    expect(it.core.state.totals.outPackets).toBe(1);
    if (method === '-i') {
      expect(it.takeSent()).toEqual([]);
      return;
    }
    const message = onlyIcmp(it, CLIENT_SIDE);
    // NAT answers as the VIP; DR as the address on the client's side, which is where the error is made.
    const source = method === '-g' ? DIRECTOR.client : VIP;
    expect(message).toMatchObject({ source, destination: CIP, type: UNREACHABLE, code: 1 });
    const older = udpPacket({ source: CIP, destination: VIP, ttl: 63 }, CLIENT_TO_VIP);
    const quotedL4 = message.quoted.subarray(20);
    expect(hex(message.quoted.subarray(0, 20))).toBe(hex(older.subarray(0, 20)));
    expect(hex(quotedL4.subarray(0, 4))).toBe(hex(older.subarray(20, 24)));
  });
});

test('a tunnel packet that nobody takes is output as the machine told itself: in 528 bytes', () => {
  const it = director('-i', SILENT_RIP);
  it.receive(CLIENT_SIDE, fromClient.udp({ payload: pattern(1400) }));
  it.advance(3_100);
  expect(it.takeSent()).toEqual([]);
  expect(it.core.state.totals).toMatchObject({ outPackets: 1, outBytes: 528 });
});

describe('a reply by NAT', () => {
  function connected(clientMtuBytes = 1500) {
    const network = smallNetwork();
    const ports = network.ports.map((port) =>
      port.index === CLIENT_SIDE ? { ...port, mtuBytes: clientMtuBytes } : port,
    );
    const it = smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:8080 -m`], {
      ...network,
      ports,
    });
    it.receive(CLIENT_SIDE, fromClient.udp());
    it.takeSent();
    return it;
  }

  test('with TTL 1 is answered "time exceeded" from the director’s own address', () => {
    const it = connected();
    const said = fromServer.udp({}, { ttl: 1 });
    it.receive(SERVER_SIDE, said);
    expect(onlyIcmp(it, SERVER_SIDE)).toMatchObject({
      source: DIRECTOR.server,
      destination: RIP1,
      type: TIME_EXCEEDED,
      quoted: ipOf(said),
    });
  });

  test('too large for the client’s link, with DF, is answered as it was sent', () => {
    const it = connected(1300);
    const said = fromServer.udp({ payload: pattern(1300) }, { dontFragment: true });
    it.receive(SERVER_SIDE, said);
    const message = onlyIcmp(it, SERVER_SIDE);
    expect(message).toMatchObject({ source: DIRECTOR.server, type: UNREACHABLE, code: 4, rest: 1300 });
    expect(hex(message.quoted)).toBe(hex(ipOf(said).subarray(0, 548)));
  });
});

describe('a service whose servers take nothing new', () => {
  test('weight 0 answers a SYN "port unreachable" from the VIP, and keeps its connections', () => {
    const it = director('-m');
    it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
    it.rules(`-e -t ${VIP}:80 -r ${RIP1}:80 -m -w 0`);
    it.takeSent();
    it.receive(CLIENT_SIDE, fromClient.tcp({ flags: 16 }));
    expect(it.takeSent().map(({ port }) => port)).toEqual([SERVER_SIDE]);
    const asked = fromClient.tcp({ flags: SYN, sourcePort: 4001 });
    it.receive(CLIENT_SIDE, asked);
    expect(onlyIcmp(it, CLIENT_SIDE)).toMatchObject({
      source: VIP,
      type: UNREACHABLE,
      code: 3,
      quoted: ipOf(asked),
    });
  });

  test('a deleted server’s connections are silent until it is back', () => {
    const it = director('-m');
    it.receive(CLIENT_SIDE, fromClient.udp());
    it.rules(`-d -u ${VIP}:80 -r ${RIP1}:80`);
    it.takeSent();
    expect(it.receive(CLIENT_SIDE, fromClient.udp()).verdict).toBe(VERDICT.drop);
    expect(it.takeSent()).toEqual([]);
    it.receive(SERVER_SIDE, fromServer.udp({ sourcePort: 80 }));
    const reply = udpPacket(
      { source: VIP, destination: CIP, ttl: 63 },
      { sourcePort: 80, destinationPort: 4000 },
    );
    expect(it.takeSent().map(({ frame }) => hex(frame))).toEqual([hex(toClient(reply))]);
    it.rules(`-a -u ${VIP}:80 -r ${RIP1}:80 -m`);
    expect(it.receive(CLIENT_SIDE, fromClient.udp()).verdict).toBe(VERDICT.transmit);
  });

  test('with expire_nodest_conn the next packet goes to another server', () => {
    const it = director('-m');
    it.core.state.settings.expire_nodest_conn = 1;
    it.receive(CLIENT_SIDE, fromClient.udp());
    it.rules(`-d -u ${VIP}:80 -r ${RIP1}:80`, `-a -u ${VIP}:80 -r ${RIP2}:80 -m`);
    it.takeSent();
    it.receive(CLIENT_SIDE, fromClient.udp());
    expect(it.takeSent().map(({ frame }) => frame.subarray(30, 34).join('.'))).toEqual([RIP2]);
  });
});

test('an RST of a connection goes to its server; one that belongs to nothing opens none', () => {
  const it = director('-m');
  it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
  it.takeSent();
  it.receive(CLIENT_SIDE, fromClient.tcp({ flags: RST }));
  const rst = tcpPacket({ source: CIP, destination: RIP1, ttl: 63 }, { ...CLIENT_TO_VIP, flags: RST });
  expect(it.takeSent().map(({ frame }) => hex(ipOf(frame)))).toEqual([hex(rst)]);
  expect(it.receive(CLIENT_SIDE, fromClient.tcp({ flags: RST, sourcePort: 4001 })).verdict).toBe(
    VERDICT.deliver,
  );
  expect(connections(it)).toBe(1);
});
