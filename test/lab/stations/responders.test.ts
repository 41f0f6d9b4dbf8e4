import { describe, expect, test } from 'vitest';
import {
  ACK,
  cut,
  echoRequest,
  FIN,
  icmpOf,
  icmpPacket,
  ipPacket,
  PSH,
  pattern,
  RST,
  SYN,
  type TcpFields,
  tcpOf,
  tcpPacket,
  udpOf,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { bareStack, type Responder, tcpServer, together, udpEcho } from '../../../lab/stations/index.ts';

const IP = { source: '198.18.0.1', destination: '10.0.2.100' };
const BACK = { source: IP.destination, destination: IP.source };
const PORTS = { sourcePort: 4000, destinationPort: 80 };
const segment = (fields: Partial<TcpFields> & { flags: number }) => tcpPacket(IP, { ...PORTS, ...fields });
const datagram = udpPacket(IP, { ...PORTS, payload: pattern(5) });

function only<T>(read: (packet: Uint8Array) => T, responder: Responder, packet: Uint8Array): NonNullable<T> {
  const answers = responder(packet);
  expect(answers).toHaveLength(1);
  const answer = read(answers[0] as Uint8Array);
  if (answer === undefined || answer === null) throw new Error('another kind of answer');
  return answer;
}

describe('a stack on which no program listens', () => {
  test('answers an echo request with its data and numbers', () => {
    const echo = echoRequest({ ...IP, tos: 0x10 }, { id: 7, sequence: 9, data: pattern(20) });
    expect(only(icmpOf, bareStack, echo)).toMatchObject({
      ip: { ...BACK, tos: 0x10 },
      type: 0,
      rest: 0x0007_0009,
      body: pattern(20),
      isChecksumRight: true,
    });
  });

  test('resets a segment with ACK at the number it acknowledges (RFC 9293 §3.10.7.1)', () => {
    const reset = only(tcpOf, bareStack, segment({ flags: ACK, sequence: 5, acknowledgement: 77 }));
    expect(reset).toMatchObject({
      ip: BACK,
      flags: RST,
      sequence: 77,
      acknowledgement: 0,
      sourcePort: 80,
      destinationPort: 4000,
    });
  });

  test.each([
    [SYN, 0, 6],
    [SYN | FIN, 3, 10],
    [PSH, 3, 8],
  ])(
    'resets one without ACK (flags %i, %i bytes) by acknowledging all of it',
    (flags, bytes, acknowledgement) => {
      const reset = only(tcpOf, bareStack, segment({ flags, sequence: 5, payload: pattern(bytes) }));
      expect(reset).toMatchObject({ flags: RST | ACK, sequence: 0, acknowledgement });
    },
  );

  test('sequence numbers begin anew past 2^32', () => {
    const reset = only(tcpOf, bareStack, segment({ flags: SYN, sequence: 0xffff_ffff }));
    expect(reset.acknowledgement).toBe(0);
  });

  test('says that a port is not there, and a protocol', () => {
    expect(only(icmpOf, bareStack, datagram)).toMatchObject({ ip: BACK, type: 3, code: 3, body: datagram });
    const odd = ipPacket(IP, 200, pattern(30));
    expect(only(icmpOf, bareStack, odd)).toMatchObject({ type: 3, code: 2, body: odd });
  });

  test.each([
    ['an RST', segment({ flags: RST })],
    ['a segment with a wrong checksum', segment({ flags: SYN, checksum: 1 })],
    ['a datagram with a wrong checksum', udpPacket(IP, { ...PORTS, checksum: 1 })],
    ['an echo reply', icmpPacket(IP, { type: 0 })],
    ['an echo request with a wrong checksum', icmpPacket(IP, { type: 8, checksum: 1 })],
    ['an ICMP error', icmpPacket(IP, { type: 3, code: 3, body: datagram })],
    ['a fragment', cut(datagram, 8)[0] as Uint8Array],
    ['a cut segment', ipPacket(IP, 6, pattern(12))],
  ])('does not answer %s', (_, packet) => {
    expect(bareStack(packet)).toEqual([]);
  });
});

describe('a UDP echo', () => {
  test('answers from where it was asked, numbering its packets', () => {
    const echo = udpEcho({ port: 80 });
    const first = only(udpOf, echo, datagram);
    expect(first).toMatchObject({
      ip: { ...BACK, id: 1 },
      sourcePort: 80,
      destinationPort: 4000,
      payload: pattern(5),
    });
    expect(only(udpOf, echo, datagram).ip.id).toBe(2);
  });

  test('listens on its port alone, and drops what is corrupt', () => {
    const echo = udpEcho({ port: 80 });
    expect(echo(udpPacket(IP, { ...PORTS, destinationPort: 81 }))).toEqual([]);
    expect(echo(udpPacket(IP, { ...PORTS, checksum: 1 }))).toEqual([]);
    expect(echo(segment({ flags: SYN }))).toEqual([]);
  });
});

test('two responders answer each what is its own', () => {
  const both = together(udpEcho({ port: 80 }), tcpServer({ port: 80 }));
  expect(udpOf(both(datagram)[0] as Uint8Array)).toBeDefined();
  expect(tcpOf(both(segment({ flags: SYN }))[0] as Uint8Array)).toBeDefined();
});

describe('a TCP server', () => {
  const opened = (seed = 0, options: Partial<Parameters<typeof tcpServer>[0]> = {}) => {
    const server = tcpServer({ port: 80, seed, ...options });
    const hello = only(tcpOf, server, segment({ flags: SYN, sequence: 100 }));
    return { server, hello, next: (hello.sequence + 1) % 2 ** 32 };
  };

  test('accepts a connection: the same way for the same seed, another for another', () => {
    const { hello } = opened(1);
    expect(hello).toMatchObject({
      ip: BACK,
      flags: SYN | ACK,
      acknowledgement: 101,
      options: [2, 4, 5, 0xb4],
    });
    expect(opened(1).hello.sequence).toBe(hello.sequence);
    expect(opened(2).hello.sequence).not.toBe(hello.sequence);
  });

  test('answers a SYN that is sent again as it did before', () => {
    const { server, hello } = opened();
    expect(only(tcpOf, server, segment({ flags: SYN, sequence: 100 })).sequence).toBe(hello.sequence);
  });

  test('echoes data, and acknowledges it', () => {
    const { server, next } = opened();
    expect(server(segment({ flags: ACK, sequence: 101, acknowledgement: next }))).toEqual([]);
    const data = { flags: ACK | PSH, sequence: 101, acknowledgement: next, payload: pattern(7) };
    expect(only(tcpOf, server, segment(data))).toMatchObject({
      flags: ACK | PSH,
      sequence: next,
      acknowledgement: 108,
      payload: pattern(7),
    });
  });

  test('says again where it stands when data comes out of order', () => {
    const { server, next } = opened();
    const answer = only(tcpOf, server, segment({ flags: ACK | PSH, sequence: 300, payload: pattern(7) }));
    expect(answer).toMatchObject({ flags: ACK, sequence: next, acknowledgement: 101, payload: pattern(0) });
  });

  test('closes when the client does', () => {
    const { server, next } = opened();
    const answer = only(tcpOf, server, segment({ flags: FIN | ACK, sequence: 101, acknowledgement: next }));
    expect(answer).toMatchObject({ flags: FIN | ACK, sequence: next, acknowledgement: 102 });
    expect(server(segment({ flags: ACK, sequence: 102, acknowledgement: next + 1 }))).toEqual([]);
  });

  test.each([
    [
      { closes: true, data: pattern(2) },
      { flags: FIN | PSH | ACK, payload: pattern(2) },
    ],
    [{ resets: true }, { flags: RST | ACK, payload: pattern(0) }],
    [{}, { flags: ACK, payload: pattern(0) }],
  ])('reacts to data as told: %o', (reaction, answer) => {
    const { server, next } = opened(0, { react: () => reaction });
    const data = segment({ flags: ACK | PSH, sequence: 101, acknowledgement: next, payload: pattern(7) });
    expect(only(tcpOf, server, data)).toMatchObject({ ...answer, sequence: next, acknowledgement: 108 });
  });

  test('resets what belongs to no connection, such as one that was reset', () => {
    const { server, next } = opened();
    expect(server(segment({ flags: RST, sequence: 101 }))).toEqual([]);
    const stray = segment({ flags: ACK, sequence: 101, acknowledgement: next });
    expect(only(tcpOf, server, stray)).toMatchObject({ flags: RST, sequence: next });
  });

  test('drops what is corrupt or for another port', () => {
    const { server } = opened();
    expect(server(segment({ flags: SYN, checksum: 1 }))).toEqual([]);
    expect(server(segment({ flags: SYN, destinationPort: 81 }))).toEqual([]);
  });
});
