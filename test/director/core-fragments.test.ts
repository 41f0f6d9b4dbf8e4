import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import {
  cut,
  hex,
  ICMP,
  IPIP,
  icmpPacket,
  ipPacket,
  pattern,
  UDP,
  udpPacket,
} from '../../lab/frames/index.ts';
import { readIcmp } from './fixtures/read-icmp.ts';
import {
  CLIENT_TO_VIP,
  fromClient,
  fromServer,
  ipOf,
  SERVER_TO_CLIENT,
  toClient,
  toServer,
} from './fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  DIRECTOR,
  RIP1,
  SERVER_SIDE,
  smallDirector,
  smallNetwork,
  VIP,
} from './fixtures/small-network.ts';

const payload = pattern(3000);
const REQUEST = udpPacket({ source: CIP, destination: VIP, id: 77 }, { ...CLIENT_TO_VIP, payload });
const REPLY = udpPacket({ source: RIP1, destination: CIP, id: 78 }, { ...SERVER_TO_CLIENT, payload });

function director(method: string, port = 80, network = smallNetwork()) {
  return smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:${port} ${method}`], network);
}

function send(
  it: ReturnType<typeof director>,
  pieces: readonly Uint8Array[],
  from = fromClient,
  side = CLIENT_SIDE,
) {
  return pieces.map((piece) => it.receive(side, from.ip(piece)).verdict);
}

function packets(it: ReturnType<typeof director>): string[] {
  return it.takeSent().map(({ frame }) => hex(ipOf(frame)));
}

describe('a request in fragments', () => {
  test('by NAT leaves in fragments of the same size, rewritten as the one datagram that it is', () => {
    const it = director('-m', 8080);
    expect(send(it, cut(REQUEST, 1480).reverse())).toEqual(Array(3).fill(VERDICT.taken));
    const rewritten = udpPacket(
      { source: CIP, destination: RIP1, id: 77, ttl: 63 },
      { sourcePort: 4000, destinationPort: 8080, payload },
    );
    expect(it.sent.map(({ port }) => port)).toEqual(Array(3).fill(SERVER_SIDE));
    expect(it.sent.map(({ frame }) => hex(frame))).toEqual(
      cut(rewritten, 1480).map((piece) => hex(toServer(piece))),
    );
  });

  test('is one packet to the counters', () => {
    const it = director('-m');
    send(it, cut(REQUEST, 1480));
    const { connections, inPackets, inBytes } = it.core.state.totals;
    expect([connections, inPackets, inBytes]).toEqual([1, 1, REQUEST.length]);
  });

  test('by DR keeps small fragments small, though the link would carry more', () => {
    const it = director('-g');
    const small = udpPacket(
      { source: CIP, destination: VIP, id: 79 },
      { ...CLIENT_TO_VIP, payload: pattern(192) },
    );
    send(it, cut(small, 48));
    const older = udpPacket(
      { source: CIP, destination: VIP, id: 79, ttl: 63 },
      { ...CLIENT_TO_VIP, payload: pattern(192) },
    );
    expect(packets(it)).toEqual(cut(older, 48).map(hex));
  });

  test('by TUN travels whole inside a tunnel packet, which is cut', () => {
    const it = director('-i');
    send(it, cut(REQUEST, 1480));
    const sent = it.takeSent().map(({ frame }) => ipOf(frame));
    const inner = udpPacket(
      { source: CIP, destination: VIP, id: 77, ttl: 63 },
      { ...CLIENT_TO_VIP, payload },
    );
    const id = ((sent[0]?.[4] as number) << 8) | (sent[0]?.[5] as number);
    const outer = ipPacket({ source: DIRECTOR.server, destination: RIP1, ttl: 63, id }, IPIP, inner);
    expect(sent.map(hex)).toEqual(cut(outer, 1480).map(hex));
  });

  test('with DF is sent with DF if the whole fits, else answered with the size that does', () => {
    const it = director('-g');
    const small = udpPacket(
      { source: CIP, destination: VIP, id: 79 },
      { ...CLIENT_TO_VIP, payload: pattern(192) },
    );
    send(it, cut(small, 104, true));
    const older = udpPacket(
      { source: CIP, destination: VIP, id: 79, ttl: 63 },
      { ...CLIENT_TO_VIP, payload: pattern(192) },
    );
    expect(packets(it)).toEqual(cut(older, 104, true).map(hex));
    send(it, cut(REQUEST, 1480, true));
    const [answer, ...more] = it.takeSent();
    expect(more).toEqual([]);
    expect(readIcmp(answer?.frame as Uint8Array)).toMatchObject({
      source: VIP,
      type: 3,
      code: 4,
      rest: 1500,
    });
  });

  test('is cut smaller where the link carries less than what came in', () => {
    const it = director('-g', 80, smallNetwork({}, 1400));
    send(it, cut(REQUEST, 1480));
    const older = udpPacket(
      { source: CIP, destination: VIP, id: 77, ttl: 63 },
      { ...CLIENT_TO_VIP, payload },
    );
    expect(packets(it)).toEqual(cut(older, 1376).map(hex));
  });

  test('whose rest never comes is answered after 30 s, if its first fragment came', () => {
    const it = director('-g');
    const [first, second] = cut(REQUEST, 1480) as [Uint8Array, Uint8Array];
    send(it, [first]);
    it.advance(29_900);
    expect(it.takeSent()).toEqual([]);
    it.advance(200);
    const [answer] = it.takeSent();
    expect(answer?.port).toBe(CLIENT_SIDE);
    expect(readIcmp(answer?.frame as Uint8Array)).toMatchObject({
      source: VIP,
      destination: CIP,
      type: 11,
      code: 1,
      quoted: first.subarray(0, 548),
    });
    send(it, [second]);
    it.advance(31_000);
    expect(it.takeSent()).toEqual([]);
  });

  test('waits as long as the machine says (net.ipv4.ipfrag_time)', () => {
    const it = director('-g', 80, smallNetwork({ fragmentTimeoutMs: 1_000 }));
    send(it, cut(REQUEST, 1480).slice(0, 1));
    it.advance(1_100);
    expect(it.takeSent().length).toBe(1);
  });
});

describe('fragments to the VIP that are not the director’s', () => {
  test.each([
    [
      'UDP of no service',
      udpPacket({ source: CIP, destination: VIP, id: 80 }, { sourcePort: 1, destinationPort: 9, payload }),
    ],
    ['an echo', icmpPacket({ source: CIP, destination: VIP, id: 81 }, { type: 8, rest: 7, body: payload })],
  ])('go to the stack whole: %s', (_name, whole) => {
    const it = director('-m');
    const pieces = cut(whole, 1480);
    const verdicts = send(it, pieces.slice(0, -1));
    expect(verdicts).toEqual(Array(pieces.length - 1).fill(VERDICT.taken));
    const last = it.receive(CLIENT_SIDE, fromClient.ip(pieces.at(-1) as Uint8Array));
    expect(last.verdict).toBe(VERDICT.deliver);
    expect(hex(ipOf(last.handed as Uint8Array))).toBe(hex(whole));
    expect(it.takeSent()).toEqual([]);
  });

  test('stay the stack’s where the director claims nothing', () => {
    const it = director('-m');
    const [piece] = cut(
      udpPacket({ source: CIP, destination: DIRECTOR.client }, { ...CLIENT_TO_VIP, payload }),
      1480,
    );
    expect(send(it, [piece as Uint8Array])).toEqual([VERDICT.pass]);
  });
});

describe('a reply in fragments', () => {
  function connected(network = smallNetwork()) {
    const it = director('-m', 8080, network);
    it.receive(CLIENT_SIDE, fromClient.udp());
    it.takeSent();
    return it;
  }

  test('by NAT leaves in fragments of the same size, rewritten as the one datagram that it is', () => {
    const it = connected();
    expect(send(it, cut(REPLY, 1480), fromServer, SERVER_SIDE)).toEqual(Array(3).fill(VERDICT.taken));
    const rewritten = udpPacket(
      { source: VIP, destination: CIP, id: 78, ttl: 63 },
      { sourcePort: 80, destinationPort: 4000, payload },
    );
    expect(it.takeSent().map(({ port, frame }) => `${port} ${hex(frame)}`)).toEqual(
      cut(rewritten, 1480).map((piece) => `${CLIENT_SIDE} ${hex(toClient(piece))}`),
    );
  });

  test('of no connection goes to the stack whole, to be forwarded', () => {
    const it = connected();
    const stranger = udpPacket(
      { source: RIP1, destination: CIP, id: 79 },
      { sourcePort: 9, destinationPort: 9, payload },
    );
    const pieces = cut(stranger, 1480);
    send(it, pieces.slice(0, 2), fromServer, SERVER_SIDE);
    const last = it.receive(SERVER_SIDE, fromServer.ip(pieces[2] as Uint8Array));
    expect([last.verdict, hex(ipOf(last.handed as Uint8Array))]).toEqual([VERDICT.deliver, hex(stranger)]);
  });

  test('at TTL 1 is answered for its first fragment, from the director’s own address', () => {
    const it = connected();
    const dying = ipPacket(
      { source: RIP1, destination: CIP, ttl: 1, moreFragments: true },
      UDP,
      REPLY.subarray(20, 520),
    );
    send(it, [dying], fromServer, SERVER_SIDE);
    const [answer] = it.takeSent();
    expect(readIcmp(answer?.frame as Uint8Array)).toMatchObject({
      source: DIRECTOR.server,
      type: 11,
      code: 0,
      quoted: dying,
    });
  });

  test('at TTL 1 is not answered for a later fragment', () => {
    const it = connected();
    const fields = { source: RIP1, destination: CIP, ttl: 1, offsetBytes: 1480 };
    const dying = ipPacket(fields, UDP, pattern(100));
    expect(send(it, [dying], fromServer, SERVER_SIDE)).toEqual([VERDICT.drop]);
    expect(it.takeSent()).toEqual([]);
  });

  test('needs forwarding to be on', () => {
    const it = connected(smallNetwork({ ipForward: false }));
    expect(send(it, cut(REPLY, 1480), fromServer, SERVER_SIDE)).toEqual(Array(3).fill(VERDICT.drop));
  });

  test('whose rest never comes is answered from the director’s own address', () => {
    const it = connected();
    send(it, cut(REPLY, 1480).slice(0, 1), fromServer, SERVER_SIDE);
    it.advance(31_000);
    const [answer] = it.takeSent();
    expect(readIcmp(answer?.frame as Uint8Array)).toMatchObject({
      source: DIRECTOR.server,
      destination: RIP1,
      type: 11,
      code: 1,
    });
  });
});

test('ICMP errors in fragments are relayed too', () => {
  const it = director('-m', 8080);
  it.receive(CLIENT_SIDE, fromClient.udp({ payload }));
  const quoted = ipOf((it.takeSent()[0] as { frame: Uint8Array }).frame).subarray(0, 1200);
  const error = icmpPacket({ source: RIP1, destination: CIP, id: 90 }, { type: 3, code: 3, body: quoted });
  send(it, cut(error, 600), fromServer, SERVER_SIDE);
  const sent = it.takeSent();
  expect(sent.map(({ port }) => port)).toEqual(Array(3).fill(CLIENT_SIDE));
  expect(sent[0]?.frame.subarray(26, 30).join('.')).toBe(VIP);
  expect(sent[0]?.frame[23]).toBe(ICMP);
});
