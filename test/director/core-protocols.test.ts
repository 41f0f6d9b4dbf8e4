import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import {
  ESP,
  fromHex,
  hex,
  icmpPacket,
  ipPacket,
  pattern,
  RST,
  SYN,
  sctpPacket,
  udpPacket,
} from '../../lab/frames/index.ts';
import { readIcmp } from './fixtures/read-icmp.ts';
import { CLIENT_TO_VIP, fromClient, fromServer, ipOf, toClient, toServer } from './fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  DIRECTOR,
  RIP1,
  SERVER_SIDE,
  smallDirector,
  VIP,
} from './fixtures/small-network.ts';

const INIT = fromHex('01000014 11111111 00010000 0001 0001 00000001');

function frames(director: ReturnType<typeof smallDirector>): string[] {
  return director.takeSent().map(({ port, frame }) => `${port} ${hex(frame)}`);
}

describe('SCTP by NAT', () => {
  const request = (ip: object = {}) =>
    sctpPacket({ source: CIP, destination: VIP, ...ip }, CLIENT_TO_VIP, INIT);

  test('gets a new checksum where the port changes, both ways', () => {
    const director = smallDirector([
      `-A --sctp-service ${VIP}:80 -s rr`,
      `-a --sctp-service ${VIP}:80 -r ${RIP1}:8080 -m`,
    ]);
    director.receive(CLIENT_SIDE, fromClient.ip(request()));
    const reply = { sourcePort: 8080, destinationPort: 4000 };
    director.receive(SERVER_SIDE, fromServer.ip(sctpPacket({ source: RIP1, destination: CIP }, reply, INIT)));
    const asked = sctpPacket(
      { source: CIP, destination: RIP1, ttl: 63 },
      { sourcePort: 4000, destinationPort: 8080 },
      INIT,
    );
    const said = sctpPacket(
      { source: VIP, destination: CIP, ttl: 63 },
      { sourcePort: 80, destinationPort: 4000 },
      INIT,
    );
    expect(frames(director)).toEqual([
      `${SERVER_SIDE} ${hex(toServer(asked))}`,
      `${CLIENT_SIDE} ${hex(toClient(said))}`,
    ]);
  });

  test('keeps its checksum, right or wrong, where the port stays', () => {
    const director = smallDirector([
      `-A --sctp-service ${VIP}:80 -s rr`,
      `-a --sctp-service ${VIP}:80 -r ${RIP1}:80 -m`,
    ]);
    const wrong = request();
    wrong[28]! ^= 1;
    director.receive(CLIENT_SIDE, fromClient.ip(wrong));
    const expected = ipPacket({ source: CIP, destination: RIP1, ttl: 63 }, 132, wrong.subarray(20));
    expect(frames(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(expected))}`]);
  });

  test('has its ports back in an ICMP error to the client', () => {
    const director = smallDirector([
      `-A --sctp-service ${VIP}:80 -s rr`,
      `-a --sctp-service ${VIP}:80 -r ${RIP1}:80 -m`,
    ]);
    director.receive(CLIENT_SIDE, fromClient.ip(request()));
    const sent = ipOf((director.takeSent()[0] as { frame: Uint8Array }).frame);
    director.receive(SERVER_SIDE, fromServer.icmp(3, 2, sent));
    const expected = icmpPacket(
      { source: VIP, destination: CIP, ttl: 63 },
      { type: 3, code: 2, body: request({ ttl: 63 }) },
    );
    expect(frames(director)).toEqual([`${CLIENT_SIDE} ${hex(toClient(expected))}`]);
  });
});

test('ESP follows the key exchange of its client, with its address rewritten and nothing else', () => {
  const director = smallDirector([`-A -u ${VIP}:500 -s rr`, `-a -u ${VIP}:500 -r ${RIP1}:500 -m`]);
  const esp = (ip: object) => ipPacket({ source: CIP, destination: VIP, ...ip }, ESP, pattern(6));
  // Claimed for the sake of a key exchange; without one it goes back to the machine’s own stack.
  expect(director.receive(CLIENT_SIDE, fromClient.ip(esp({}))).verdict).toBe(VERDICT.deliver);
  director.receive(CLIENT_SIDE, fromClient.udp({ sourcePort: 500, destinationPort: 500 }));
  director.takeSent();
  director.receive(CLIENT_SIDE, fromClient.ip(esp({})));
  expect(frames(director)).toEqual([`${SERVER_SIDE} ${hex(toServer(esp({ destination: RIP1, ttl: 63 })))}`]);
});

describe('nat_icmp_send', () => {
  function director() {
    const it = smallDirector(
      ['-t', '-u'].flatMap((protocol) => [
        `-A ${protocol} ${VIP}:80 -s rr`,
        `-a ${protocol} ${VIP}:80 -r ${RIP1}:8080 -m`,
      ]),
    );
    it.core.state.settings.nat_icmp_send = 1;
    return it;
  }

  test('answers a NAT server that speaks to nobody "port unreachable", from the director’s own address', () => {
    const it = director();
    expect(it.receive(SERVER_SIDE, fromServer.udp()).verdict).toBe(VERDICT.drop);
    const [answer] = it.takeSent();
    // As any router it has taken a hop off by then.
    const quoted = udpPacket(
      { source: RIP1, destination: CIP, ttl: 63 },
      { sourcePort: 8080, destinationPort: 4000 },
    );
    expect(readIcmp(answer?.frame as Uint8Array)).toMatchObject({
      source: DIRECTOR.server,
      destination: RIP1,
      type: 3,
      code: 3,
      quoted,
    });
  });

  test.each([
    ['a reset', fromServer.tcp({ flags: RST })],
    ['another port', fromServer.tcp({ flags: SYN, sourcePort: 9 })],
  ])('lets %s pass', (_name, frame) => {
    const it = director();
    expect(it.receive(SERVER_SIDE, frame).handed).toEqual(frame);
    expect(it.takeSent()).toEqual([]);
  });

  test('changes nothing about replies', () => {
    const it = director();
    it.receive(CLIENT_SIDE, fromClient.udp());
    expect(it.receive(SERVER_SIDE, fromServer.udp()).verdict).toBe(VERDICT.taken);
    expect(it.takeSent().map(({ port }) => port)).toEqual([SERVER_SIDE, CLIENT_SIDE]);
  });
});
