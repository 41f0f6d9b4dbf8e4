import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import {
  ACK,
  hex,
  IPIP,
  ipPacket,
  join,
  pattern,
  SYN,
  tcpPacket,
  UDP,
  udpPacket,
} from '../../lab/frames/index.ts';
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

const payload = pattern(33);
const NAT = rules('-m', 8080);
const DR = rules('-g', 80);
const TUN = rules('-i', 80);

function rules(method: string, port: number): string[] {
  return ['-t', '-u'].flatMap((protocol) => [
    `-A ${protocol} ${VIP}:80 -s rr`,
    `-a ${protocol} ${VIP}:80 -r ${RIP1}:${port} ${method}`,
  ]);
}

function sentBy(director: ReturnType<typeof smallDirector>) {
  return director.takeSent().map(({ port, frame }) => `${port} ${hex(frame)}`);
}

describe('NAT', () => {
  const toRip = { sourcePort: 4000, destinationPort: 8080 };
  const toCip = { sourcePort: 80, destinationPort: 4000 };

  test('a request goes to the real server’s address and port, one hop older, checksums right', () => {
    const director = smallDirector(NAT);
    const asked = { tos: 0xb8, id: 7, dontFragment: true };
    director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN, payload }, asked));
    const expected = tcpPacket(
      { source: CIP, destination: RIP1, ttl: 63, ...asked },
      { ...toRip, flags: SYN, payload },
    );
    expect(sentBy(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
  });

  test('the reply comes from the service’s address and port, one hop older, checksums right', () => {
    const director = smallDirector(NAT);
    director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
    director.takeSent();
    const said = { tos: 0x2e, id: 9, dontFragment: true };
    director.receive(SERVER_SIDE, fromServer.tcp({ flags: SYN | ACK, payload }, said));
    const expected = tcpPacket(
      { source: VIP, destination: CIP, ttl: 63, ...said },
      { ...toCip, flags: SYN | ACK, payload },
    );
    expect(sentBy(director)).toEqual([`${CLIENT_SIDE} ${hex(toClient(expected))}`]);
  });

  test('UDP without a checksum gets one, both ways', () => {
    const director = smallDirector(NAT);
    director.receive(CLIENT_SIDE, fromClient.udp({ payload, checksum: 0 }));
    director.receive(SERVER_SIDE, fromServer.udp({ payload, checksum: 0 }));
    expect(sentBy(director)).toEqual([
      `${SERVER_SIDE} ${hex(toServer(udpPacket({ source: CIP, destination: RIP1, ttl: 63 }, { ...toRip, payload })))}`,
      `${CLIENT_SIDE} ${hex(toClient(udpPacket({ source: VIP, destination: CIP, ttl: 63 }, { ...toCip, payload })))}`,
    ]);
  });

  test('UDP is right for any payload: a checksum that becomes 0 is sent as ffff', () => {
    const director = smallDirector(NAT);
    const words = fc.uint8Array({ minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(words, (body) => {
        director.receive(CLIENT_SIDE, fromClient.udp({ payload: body }));
        const expected = udpPacket({ source: CIP, destination: RIP1, ttl: 63 }, { ...toRip, payload: body });
        expect(sentBy(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
      }),
    );
    // Among all two-byte payloads there is one whose checksum is 0 after rewriting.
    const zero = Array.from({ length: 0x10000 }, (_, i) => Uint8Array.of(i >> 8, i & 255)).find((body) => {
      const sent = udpPacket({ source: CIP, destination: RIP1, ttl: 63 }, { ...toRip, payload: body });
      return sent[26] === 0xff && sent[27] === 0xff;
    });
    director.receive(CLIENT_SIDE, fromClient.udp({ payload: zero as Uint8Array }));
    expect(director.takeSent()[0]?.frame.subarray(40, 42)).toEqual(Uint8Array.of(0xff, 0xff));
  });

  test('a reply needs forwarding to be on, a request does not', () => {
    const director = smallDirector(NAT, smallNetwork({ ipForward: false }));
    director.receive(CLIENT_SIDE, fromClient.udp());
    expect(director.takeSent().length).toBe(1);
    expect(director.receive(SERVER_SIDE, fromServer.udp()).verdict).toBe(VERDICT.drop);
    expect(director.takeSent()).toEqual([]);
  });

  test('a segment too short for its header is not rewritten: its checksum could not follow', () => {
    const director = smallDirector(NAT);
    director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
    director.takeSent();
    const ports = ipOf(fromClient.tcp({ flags: ACK })).subarray(20, 32);
    const short = fromClient.ip(ipPacket({ source: CIP, destination: VIP }, 6, ports));
    expect(director.receive(CLIENT_SIDE, short).verdict).toBe(VERDICT.drop);
    const back = ipOf(fromServer.tcp({ flags: ACK })).subarray(20, 32);
    const shortReply = fromServer.ip(ipPacket({ source: RIP1, destination: CIP }, 6, back));
    expect(director.receive(SERVER_SIDE, shortReply).verdict).toBe(VERDICT.drop);
    expect(director.takeSent()).toEqual([]);
  });
});

test('packets and bytes are counted each way: for the server, the service and in total', () => {
  const director = smallDirector(NAT);
  director.receive(CLIENT_SIDE, fromClient.udp({ payload }));
  director.receive(CLIENT_SIDE, fromClient.udp({ payload }));
  director.receive(SERVER_SIDE, fromServer.udp());
  const { services, totals } = director.core.state;
  const service = [...services.all()].find(({ protocol }) => protocol === UDP);
  const expected = { connections: 1, inPackets: 2, inBytes: 2 * (28 + 33), outPackets: 1, outBytes: 28 };
  expect(service?.destinations[0]?.statistics).toMatchObject(expected);
  expect(service?.statistics).toMatchObject(expected);
  expect(totals).toMatchObject(expected);
});

describe('DR', () => {
  test('a request reaches the real server’s MAC as it was, one hop older', () => {
    const director = smallDirector(DR);
    director.receive(CLIENT_SIDE, fromClient.udp({ payload, checksum: 0 }, { tos: 3, id: 7 }));
    const expected = udpPacket(
      { source: CIP, destination: VIP, ttl: 63, tos: 3, id: 7 },
      { ...CLIENT_TO_VIP, payload, checksum: 0 },
    );
    expect(sentBy(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
  });
});

describe('TUN', () => {
  test.each([
    ['DF is copied and the identification is 0', true, 0],
    ['a packet that may be fragmented gets an identification', false, undefined],
  ])('a request travels whole inside a packet from the director to the real server: %s', (_name, df, id) => {
    const director = smallDirector(TUN);
    director.receive(
      CLIENT_SIDE,
      fromClient.tcp({ flags: SYN, payload }, { tos: 0xba, id: 7, dontFragment: df }),
    );
    const [sent] = director.takeSent();
    const inner = tcpPacket(
      { source: CIP, destination: VIP, ttl: 63, tos: 0xba, id: 7, dontFragment: df },
      { ...CLIENT_TO_VIP, flags: SYN, payload },
    );
    const sentId = ((sent?.frame[18] as number) << 8) | (sent?.frame[19] as number);
    const outer = { source: DIRECTOR.server, destination: RIP1, ttl: 63, tos: 0xba, dontFragment: df };
    const expected = ipPacket({ ...outer, id: id ?? sentId }, IPIP, inner);
    expect(`${sent?.port} ${hex(sent?.frame as Uint8Array)}`).toBe(
      `${SERVER_SIDE} ${hex(toServer(expected))}`,
    );
  });

  test('identifications of packets that may be fragmented differ', () => {
    const director = smallDirector(TUN);
    const ids = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      director.receive(CLIENT_SIDE, fromClient.udp());
      ids.add(hex(director.takeSent()[0]?.frame.subarray(18, 20) as Uint8Array));
    }
    expect(ids.size).toBe(1000);
  });

  test.each([
    [0x00, 0x00],
    [0x01, 0x01],
    [0x02, 0x02],
    [0x03, 0x02],
    [0xff, 0xfe],
  ])('type of service %i is %i outside: congestion that was met is not met in the tunnel', (tos, outside) => {
    const director = smallDirector(TUN);
    director.receive(CLIENT_SIDE, fromClient.udp({}, { tos }));
    const [sent] = director.takeSent();
    expect([sent?.frame[15], sent?.frame[35]]).toEqual([outside, tos]);
  });
});

test.each([
  ['NAT', NAT],
  ['DR', DR],
  ['TUN', TUN],
])('%s shows no byte that lay in the buffer before, and no Ethernet padding', (_name, lines) => {
  const director = smallDirector(lines);
  // The memory director fills its buffer with a5 around the frame; the frame itself is padded with it.
  const padded = join(fromClient.udp({ payload: pattern(2) }), new Uint8Array(16).fill(0xa5));
  director.receive(CLIENT_SIDE, padded);
  const frames = [...director.takeSent(), ...director.arpSent];
  expect(frames.length).toBe(2);
  for (const { frame } of frames) expect(hex(frame)).not.toContain('a5a5');
});
