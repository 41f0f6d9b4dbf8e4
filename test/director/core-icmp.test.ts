import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import { ipv4 } from '../../director/wire/addresses.ts';
import { hex, ICMP, IPIP, icmpPacket, ipPacket, pattern, UDP, udpPacket } from '../../lab/frames/index.ts';
import { readIcmp } from './fixtures/read-icmp.ts';
import { CLIENT_TO_VIP, fromClient, fromServer, ipOf, toClient, toServer } from './fixtures/small-frames.ts';
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

const ROUTER = '192.0.2.1';
const payload = pattern(50);

function connected(method: string, serverPort = 80) {
  const director = smallDirector([
    `-A -u ${VIP}:80 -s rr`,
    `-a -u ${VIP}:80 -r ${RIP1}:${serverPort} ${method}`,
  ]);
  director.receive(CLIENT_SIDE, fromClient.udp({ payload }, { dontFragment: true }));
  const [request] = director.takeSent();
  return { director, request: ipOf((request as { frame: Uint8Array }).frame) };
}

function frames(director: ReturnType<typeof smallDirector>): string[] {
  return director.takeSent().map(({ port, frame }) => `${port} ${hex(frame)}`);
}

function totals(director: ReturnType<typeof smallDirector>) {
  const { inPackets, outPackets } = director.core.state.totals;
  return { inPackets, outPackets };
}

/** What was sent, with the quoted transport checksum as it was before: that one is not touched. */
function quote(
  source: string,
  destination: string,
  sourcePort: number,
  destinationPort: number,
  was: Uint8Array,
) {
  const packet = udpPacket(
    { source, destination, ttl: 63, dontFragment: true },
    { sourcePort, destinationPort, payload },
  );
  packet.set(was.subarray(26, 28), 26);
  return packet;
}

describe('an error about a request, on its way to the client', () => {
  test.each([
    [3, 3, RIP1],
    [3, 4, ROUTER],
    [11, 0, ROUTER],
    [4, 0, ROUTER],
  ])(
    'by NAT (type %i code %i from %s) comes from the VIP and quotes what the client sent',
    (type, code, from) => {
      const { director, request } = connected('-m', 8080);
      director.receive(SERVER_SIDE, fromServer.icmp(type, code, request, { source: from, ttl: 60 }, 1300));
      const quoted = quote(CIP, VIP, 4000, 80, request);
      const expected = icmpPacket(
        { source: VIP, destination: CIP, ttl: 59 },
        { type, code, rest: 1300, body: quoted },
      );
      expect(frames(director)).toEqual([`${CLIENT_SIDE} ${hex(toClient(expected))}`]);
      expect(totals(director)).toEqual({ inPackets: 1, outPackets: 1 });
    },
  );

  test('by NAT is dropped if its checksum is wrong', () => {
    const { director, request } = connected('-m');
    const wrong = fromServer.icmp(3, 3, request);
    wrong[36]! ^= 1;
    expect(director.receive(SERVER_SIDE, wrong).verdict).toBe(VERDICT.drop);
    expect(director.takeSent()).toEqual([]);
  });

  test('by DR is left to the stack to forward, and counted', () => {
    const { director, request } = connected('-g');
    const error = fromServer.icmp(3, 3, request);
    expect(director.receive(SERVER_SIDE, error)).toEqual({ verdict: VERDICT.deliver, handed: error });
    expect(totals(director)).toEqual({ inPackets: 1, outPackets: 1 });
  });

  test.each([
    ['redirect', 5],
    ['parameter problem', 12],
  ])('of type %s is the stack’s own to forward', (_name, type) => {
    const { director, request } = connected('-m');
    expect(director.receive(SERVER_SIDE, fromServer.icmp(type, 0, request)).verdict).toBe(VERDICT.pass);
  });

  test.each([
    ['cut before the ports', (request: Uint8Array) => request.subarray(0, 23)],
    [
      'of no connection',
      (request: Uint8Array) => ipPacket({ source: CIP, destination: RIP1 }, UDP, request.subarray(22)),
    ],
    ['of a later fragment', (request: Uint8Array) => withOffset(request)],
  ])('that quotes a packet %s is handed to the stack as it came', (_name, quoteOf) => {
    const { director, request } = connected('-m');
    const error = fromServer.icmp(3, 3, quoteOf(request));
    expect(director.receive(SERVER_SIDE, error)).toEqual({ verdict: VERDICT.deliver, handed: error });
  });
});

function withOffset(packet: Uint8Array): Uint8Array {
  return ipPacket({ source: CIP, destination: RIP1, ttl: 63, offsetBytes: 8 }, UDP, packet.subarray(20));
}

describe('an error about a reply, on its way to the server', () => {
  const reply = quote(
    VIP,
    CIP,
    80,
    4000,
    udpPacket({ source: RIP1, destination: CIP }, { ...CLIENT_TO_VIP, payload }),
  );

  test('by NAT goes to the server and quotes what the server sent', () => {
    const { director } = connected('-m', 8080);
    director.receive(CLIENT_SIDE, fromClient.icmp(3, 4, reply, { source: ROUTER, ttl: 60 }, 1200));
    const quoted = quote(RIP1, CIP, 8080, 4000, reply);
    const expected = icmpPacket(
      { source: ROUTER, destination: RIP1, ttl: 59 },
      { type: 3, code: 4, rest: 1200, body: quoted },
    );
    expect(frames(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
    expect(totals(director)).toEqual({ inPackets: 2, outPackets: 0 });
  });

  test('by DR follows the connection unchanged, even if its checksum is wrong', () => {
    const { director } = connected('-g');
    const error = fromClient.icmp(3, 4, reply, { source: ROUTER });
    error[36]! ^= 1;
    director.receive(CLIENT_SIDE, error);
    const body = ipOf(error).subarray(20);
    const expected = ipPacket({ source: ROUTER, destination: VIP, ttl: 63 }, ICMP, body);
    expect(frames(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
  });

  test('by TUN follows the connection inside the tunnel', () => {
    const { director } = connected('-i');
    const error = icmpPacket(
      { source: ROUTER, destination: VIP, dontFragment: true },
      { type: 11, body: reply },
    );
    director.receive(CLIENT_SIDE, fromClient.ip(error));
    const inner = icmpPacket(
      { source: ROUTER, destination: VIP, dontFragment: true, ttl: 63 },
      { type: 11, body: reply },
    );
    const outer = { source: DIRECTOR.server, destination: RIP1, ttl: 63, dontFragment: true, id: 0 };
    expect(frames(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(ipPacket(outer, IPIP, inner)))}`]);
  });

  test('by NAT is dropped if its checksum is wrong, and at TTL 1, in silence', () => {
    const { director } = connected('-m');
    const wrong = fromClient.icmp(3, 4, reply);
    wrong[36]! ^= 1;
    expect(director.receive(CLIENT_SIDE, wrong).verdict).toBe(VERDICT.drop);
    expect(director.receive(CLIENT_SIDE, fromClient.icmp(3, 4, reply, { ttl: 1 })).verdict).toBe(
      VERDICT.drop,
    );
    expect(director.takeSent()).toEqual([]);
  });

  test.each(['-m', '-g', '-i'])('by %s is never answered for its size, DF or not: it is cut', (method) => {
    const { director } = connected(method);
    const large = udpPacket(
      { source: VIP, destination: CIP, ttl: 63 },
      { sourcePort: 80, destinationPort: 4000, payload: pattern(1440) },
    );
    director.core.setNetwork(smallNetwork({}, 1400));
    director.receive(CLIENT_SIDE, fromClient.icmp(3, 3, large, { dontFragment: true }));
    expect(director.takeSent().map(({ port }) => port)).toEqual([SERVER_SIDE, SERVER_SIDE]);
  });
});

describe('an error about a tunnel packet', () => {
  const toDirector = { source: ROUTER, destination: DIRECTOR.server };

  test.each([
    [3, 1, 0],
    [3, 2, 0],
    // What the last four bytes of the header say is told as well.
    [11, 0, 0x01020304],
  ])('(type %i code %i) is told to the client as the VIP’s, about the packet inside', (type, code, rest) => {
    const { director, request } = connected('-i');
    expect(
      director.receive(SERVER_SIDE, fromServer.icmp(type, code, request, toDirector, rest)).verdict,
    ).toBe(VERDICT.taken);
    const [sent] = director.takeSent();
    expect(readIcmp(sent?.frame as Uint8Array)).toEqual({
      source: VIP,
      destination: CIP,
      ttl: 64,
      tos: 0xc0,
      type,
      code,
      rest,
      quoted: request.subarray(20),
    });
  });

  test('"fragmentation needed" is told with the size known so far; from the next packet on, with the new one', () => {
    const { director, request } = connected('-i');
    const needed = fromServer.icmp(3, 4, request, toDirector, 1300);
    const told = () => director.takeSent().map(({ frame }) => readIcmp(frame).rest);
    director.receive(SERVER_SIDE, needed);
    director.receive(SERVER_SIDE, needed);
    expect(told()).toEqual([1480, 1480]);
    director.receive(CLIENT_SIDE, fromClient.udp({ payload: pattern(1400) }, { dontFragment: true }));
    expect(told()).toEqual([1280]);
  });

  test('"fragmentation needed" is not told to a client that lets its packets be cut', () => {
    const director = smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:80 -i`]);
    director.receive(CLIENT_SIDE, fromClient.udp({ payload }));
    const request = ipOf((director.takeSent()[0] as { frame: Uint8Array }).frame);
    director.receive(SERVER_SIDE, fromServer.icmp(3, 4, request, toDirector, 1300));
    expect(director.takeSent()).toEqual([]);
    // But the director has learned it.
    director.receive(CLIENT_SIDE, fromClient.udp({ payload: pattern(1400) }));
    expect(director.takeSent().map(({ frame }) => frame.length <= 1314)).toEqual([true, true]);
  });

  test('is ignored if its checksum is wrong, and the stack’s if it quotes too little or a stranger’s tunnel', () => {
    const { director, request } = connected('-i');
    const wrong = fromServer.icmp(3, 1, request, toDirector);
    wrong[36]! ^= 1;
    expect(director.receive(SERVER_SIDE, wrong).verdict).toBe(VERDICT.taken);
    const short = fromServer.icmp(3, 1, request.subarray(0, 28), toDirector);
    expect(director.receive(SERVER_SIDE, short).verdict).toBe(VERDICT.deliver);
    const elsewhere = ipPacket(
      { source: DIRECTOR.server, destination: '10.0.2.77' },
      IPIP,
      request.subarray(20),
    );
    expect(director.receive(SERVER_SIDE, fromServer.icmp(3, 1, elsewhere, toDirector)).verdict).toBe(
      VERDICT.deliver,
    );
    expect(director.takeSent()).toEqual([]);
  });
});

test('errors to one client are limited to six at once and one a second', () => {
  const director = smallDirector([`-A -u ${VIP}:80 -s rr`]);
  const ask = (times: number) => {
    for (let i = 0; i < times; i++) director.receive(CLIENT_SIDE, fromClient.udp());
    return director.takeSent().length;
  };
  expect(ask(10)).toBe(6);
  director.advance(1_000);
  expect(ask(10)).toBe(1);
});

describe('schedule_icmp', () => {
  const reply = udpPacket(
    { source: VIP, destination: CIP },
    { sourcePort: 80, destinationPort: 4000, payload },
  );
  const error = fromClient.icmp(3, 4, reply, { source: ROUTER }, 1200);

  test('off leaves an error that speaks of no connection to the stack', () => {
    const director = smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:8080 -m`]);
    expect(director.receive(CLIENT_SIDE, error)).toEqual({ verdict: VERDICT.deliver, handed: error });
  });

  test('on opens the connection that it speaks of, and sends it there', () => {
    const director = smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${RIP1}:8080 -m`]);
    director.core.state.settings.schedule_icmp = 1;
    director.receive(CLIENT_SIDE, error);
    const quoted = udpPacket(
      { source: RIP1, destination: CIP },
      { sourcePort: 8080, destinationPort: 4000, payload },
    );
    quoted.set(reply.subarray(26, 28), 26);
    const expected = icmpPacket(
      { source: ROUTER, destination: RIP1, ttl: 63 },
      { type: 3, code: 4, rest: 1200, body: quoted },
    );
    expect(frames(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
    const { table } = director.core.state.connections;
    const [row] = [...table.rows()];
    expect([table.clientAddress[row as number], table.clientPort[row as number]]).toEqual([ipv4(CIP), 4000]);
    expect(director.core.state.totals).toMatchObject({ connections: 1, inPackets: 1 });
    // No packet has moved its state: it has three seconds.
    director.advance(3_200);
    expect([...table.rows()]).toEqual([]);
  });

  test('on drops it in silence where no server is to be had, and leaves it alone where no service is', () => {
    const director = smallDirector([`-A -u ${VIP}:80 -s rr`]);
    director.core.state.settings.schedule_icmp = 1;
    expect(director.receive(CLIENT_SIDE, error).verdict).toBe(VERDICT.drop);
    const elsewhere = udpPacket({ source: VIP, destination: CIP }, { sourcePort: 9, destinationPort: 4000 });
    expect(director.receive(CLIENT_SIDE, fromClient.icmp(3, 4, elsewhere)).verdict).toBe(VERDICT.deliver);
    expect(director.takeSent()).toEqual([]);
  });
});
