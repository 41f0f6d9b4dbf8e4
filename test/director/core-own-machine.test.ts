/** Clients and real servers on the director's own machine, and marks that netfilter gives. */
import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import { ipv4 } from '../../director/wire/addresses.ts';
import { ACK, hex, ipFrame, pattern, SYN, tcpPacket, udpPacket } from '../../lab/frames/index.ts';
import { fromClient, fromServer, ipOf, toClient, toServer } from './fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  DIRECTOR,
  RIP1,
  SERVER_SIDE,
  smallDirector,
  VIP,
} from './fixtures/small-network.ts';

const NONE = '00:00:00:00:00:00';
const payload = pattern(40);

/** What the machine's stack sends: a frame whose link header means nothing. */
const own = (ip: Uint8Array) => ipFrame(NONE, NONE, ip);
const ipHex = (frame: Uint8Array | undefined) => frame && hex(ipOf(frame));

describe('a real server by NAT on the director’s own machine', () => {
  const RULES = [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${DIRECTOR.server}:8080 -m`];
  const ports = { sourcePort: 8080, destinationPort: 4000 } as const;

  test('gets requests through the stack, and its replies leave with the VIP, by the director’s own route', () => {
    const director = smallDirector(RULES);
    const request = director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN, payload }));
    expect(request.verdict).toBe(VERDICT.deliver);
    expect(ipHex(request.handed)).toBe(
      hex(
        tcpPacket(
          { source: CIP, destination: DIRECTOR.server },
          { sourcePort: 4000, destinationPort: 8080, flags: SYN, payload },
        ),
      ),
    );
    const reply = tcpPacket({ source: DIRECTOR.server, destination: CIP }, { ...ports, flags: SYN | ACK });
    director.receiveOwnOutput(own(reply));
    // It was not forwarded, so its TTL is what the server gave it.
    const expected = tcpPacket(
      { source: VIP, destination: CIP },
      { sourcePort: 80, destinationPort: 4000, flags: SYN | ACK },
    );
    expect(director.takeSent().map(({ port, frame }) => `${port} ${hex(frame)}`)).toEqual([
      `${CLIENT_SIDE} ${hex(toClient(expected))}`,
    ]);
    expect(director.snapshot().totals).toMatchObject({ connections: 1, inPackets: 1, outPackets: 1 });
  });

  test('speaks for itself where no connection is concerned', () => {
    const director = smallDirector(RULES);
    const direct = tcpPacket({ source: DIRECTOR.server, destination: CIP }, { ...ports, flags: ACK });
    director.receiveOwnOutput(own(direct));
    expect(director.takeSent().map(({ frame }) => hex(frame))).toEqual([hex(toClient(direct))]);
  });

  test('is claimed on its way out, where a server elsewhere is not', () => {
    const director = smallDirector([...RULES, `-a -t ${VIP}:80 -r ${RIP1}:8080 -m`]);
    const { claims } = director.core.state;
    expect(claims.servers.list).toHaveLength(2);
    expect(claims.localServers.list).toEqual([{ protocol: 6, address: ipv4(DIRECTOR.server), port: 8080 }]);
  });

  test('with a loopback address gets nothing from outside, and all from clients here, as with the kernel', () => {
    const director = smallDirector([`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r 127.0.0.1:8080 -m`]);
    expect(director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN })).verdict).toBe(VERDICT.drop);
    const request = tcpPacket(
      { source: VIP, destination: VIP },
      { sourcePort: 4001, destinationPort: 80, flags: SYN },
    );
    const { verdict, handed } = director.receiveOwnOutput(own(request));
    expect(verdict).toBe(VERDICT.deliver);
    expect(ipHex(handed)).toBe(
      hex(
        tcpPacket(
          { source: VIP, destination: '127.0.0.1' },
          { sourcePort: 4001, destinationPort: 8080, flags: SYN },
        ),
      ),
    );
    expect(director.snapshot().warnings.join('\n')).toMatch(/loopback address .*127\.0\.0\.1:8080 of TCP/);
  });
});

describe('a client on the director’s own machine', () => {
  const RULES = [`-A -t ${VIP}:80 -s rr`, `-a -t ${VIP}:80 -r ${RIP1}:8080 -m`];

  test.each([
    ['from the VIP itself, which its stack chooses', VIP],
    ['from another address of the machine', DIRECTOR.client],
  ])('is balanced, and gets replies from the VIP: %s', (_what, address) => {
    const director = smallDirector(RULES);
    const request = tcpPacket(
      { source: address, destination: VIP },
      { sourcePort: 4001, destinationPort: 80, flags: SYN },
    );
    director.receiveOwnOutput(own(request));
    expect(director.takeSent().map(({ port, frame }) => `${port} ${hex(frame)}`)).toEqual([
      `${SERVER_SIDE} ${hex(
        toServer(
          tcpPacket(
            { source: address, destination: RIP1, ttl: 63 },
            { sourcePort: 4001, destinationPort: 8080, flags: SYN },
          ),
        ),
      )}`,
    ]);
    expect(director.core.state.claims.localClients.list).toContain(ipv4(address));
    const reply = fromServer.tcp({ destinationPort: 4001, flags: SYN | ACK }, { destination: address });
    const { verdict, handed } = director.receive(SERVER_SIDE, reply);
    expect(verdict).toBe(VERDICT.deliver);
    expect(ipHex(handed)).toBe(
      hex(
        tcpPacket(
          { source: VIP, destination: address },
          { sourcePort: 80, destinationPort: 4001, flags: SYN | ACK },
        ),
      ),
    );
  });

  test('asks a server directly without the director', () => {
    const director = smallDirector(RULES);
    const check = fromServer.tcp(
      { destinationPort: 4002, flags: SYN | ACK },
      { destination: DIRECTOR.server },
    );
    expect(director.receive(SERVER_SIDE, check).verdict).toBe(VERDICT.pass);
  });

  test('is not let out with a loopback address', () => {
    const director = smallDirector(RULES);
    const request = tcpPacket(
      { source: '127.0.0.1', destination: VIP },
      { sourcePort: 4001, destinationPort: 80, flags: SYN },
    );
    expect(director.receiveOwnOutput(own(request)).verdict).toBe(VERDICT.drop);
    expect(director.takeSent()).toEqual([]);
  });
});

describe('a mark that netfilter gave', () => {
  const RULES = ['-A -f 7 -s rr', `-a -f 7 -r ${RIP1}:0 -m`];

  test('leads to its service, and the replies back', () => {
    const director = smallDirector(RULES);
    expect(director.core.state.claims.marks.list).toEqual([7]);
    director.receiveMarked(fromClient.udp({ payload }), 7);
    director.receive(SERVER_SIDE, fromServer.udp({ sourcePort: 80, payload }));
    expect(director.takeSent().map(({ frame }) => hex(frame))).toEqual([
      hex(
        toServer(
          udpPacket(
            { source: CIP, destination: RIP1, ttl: 63 },
            { sourcePort: 4000, destinationPort: 80, payload },
          ),
        ),
      ),
      hex(
        toClient(
          udpPacket(
            { source: VIP, destination: CIP, ttl: 63 },
            { sourcePort: 80, destinationPort: 4000, payload },
          ),
        ),
      ),
    ]);
  });

  test('alone claims nothing: an ICMP error that nobody has taken from the stack is not handed to it again', () => {
    const director = smallDirector(['-A -f 7 -s rr', `-a -f 7 -r ${RIP1}:0 -g`]);
    const error = fromClient.icmp(3, 4, ipOf(fromServer.udp()), {}, 1200);
    expect(director.receive(CLIENT_SIDE, error).verdict).toBe(VERDICT.pass);
  });

  test('of no service leaves the packet to the stack as it was', () => {
    const director = smallDirector(RULES);
    const frame = fromClient.udp();
    expect(director.receiveMarked(frame, 8)).toEqual({ verdict: VERDICT.deliver, handed: frame });
  });
});
