import { describe, expect, test } from 'vitest';
import { VERDICT } from '../../director/verdict.ts';
import { ipv4 } from '../../director/wire/addresses.ts';
import {
  ACK,
  fromHex,
  hex,
  ipFrame,
  ipPacket,
  pattern,
  RST,
  SYN,
  udpPacket,
} from '../../lab/frames/index.ts';
import { CLIENT_TO_VIP, fromClient, fromServer, ipOf } from './fixtures/small-frames.ts';
import {
  CIP,
  CLIENT_SIDE,
  DIRECTOR,
  MAC,
  RIP1,
  RIP2,
  SERVER_SIDE,
  smallDirector,
  VIP,
} from './fixtures/small-network.ts';

function director() {
  return smallDirector([
    `-A -t ${VIP}:80 -s rr`,
    `-a -t ${VIP}:80 -r ${RIP1}:8080 -m`,
    `-A -u ${VIP}:53 -s rr`,
    `-a -u ${VIP}:53 -r ${RIP2}:53 -g`,
  ]);
}

describe('the stack sees for itself, since the director claims no such packet', () => {
  test.each([
    ['a port without a service', fromClient.tcp({ flags: SYN, destinationPort: 81 })],
    ['the service’s port by another protocol', fromClient.udp({ destinationPort: 80 })],
    ['another address of the machine', fromClient.tcp({ flags: SYN }, { destination: DIRECTOR.client })],
    ['an echo request', fromClient.icmp(8, 0, pattern(20))],
    [
      'a protocol that is not balanced',
      fromClient.ip(ipPacket({ source: CIP, destination: VIP }, 47, pattern(20))),
    ],
    ['a packet that is routed through', fromClient.udp({}, { destination: RIP1 })],
    ['a frame for another station', ipFrame(MAC.client, MAC.server1, ipOf(fromClient.tcp({ flags: SYN })))],
    ['a broadcast', ipFrame(MAC.client, 'ff:ff:ff:ff:ff:ff', ipOf(fromClient.tcp({ flags: SYN })))],
    ['IPv6', fromHex(`${MAC.directorClient}${MAC.client}86dd60000000`.replaceAll(':', ''))],
    ['a frame of a few bytes', fromHex('0102030405')],
  ])('%s', (_name, packet) => {
    const it = director();
    expect(it.receive(CLIENT_SIDE, packet)).toEqual({ verdict: VERDICT.pass, handed: packet });
    expect(it.takeSent()).toEqual([]);
  });

  test('a packet whose IP header is wrong, or that says it is longer than it is', () => {
    const it = director();
    const wrong = fromClient.tcp({ flags: SYN });
    wrong[24]! ^= 1;
    expect(it.receive(CLIENT_SIDE, wrong).verdict).toBe(VERDICT.pass);
    expect(it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }).subarray(0, 50)).verdict).toBe(
      VERDICT.pass,
    );
  });

  test.each(['10.0.1.1', VIP, '127.0.0.1', '0.0.0.0', '224.0.0.5', '255.255.255.255'])(
    'a martian: it says it comes from %s',
    (source) => {
      const it = director();
      expect(it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }, { source })).verdict).toBe(VERDICT.pass);
      expect([...it.core.state.connections.table.rows()]).toEqual([]);
    },
  );

  test('everything, once the last service is gone, packets of old connections included', () => {
    const it = director();
    it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
    it.takeSent();
    it.rules('-C');
    expect(it.receive(CLIENT_SIDE, fromClient.tcp({ flags: ACK })).verdict).toBe(VERDICT.pass);
    expect(it.receive(SERVER_SIDE, fromServer.tcp({ flags: ACK })).verdict).toBe(VERDICT.pass);
  });
});

describe('the stack is given back what the director claims and does not want', () => {
  test.each([
    ['a segment of no connection', fromClient.tcp({ flags: ACK })],
    ['a reset of no connection', fromClient.tcp({ flags: RST })],
    ['a SYN from FTP’s data port', fromClient.tcp({ flags: SYN, sourcePort: 20 })],
    ['an ICMP error that quotes nothing known', fromClient.icmp(3, 3, pattern(28))],
    ['a source route', fromClient.tcp({ flags: SYN }, { options: [0x83, 7, 4, 10, 0, 2, 12, 0] })],
    ['options that are wrong', fromClient.tcp({ flags: SYN }, { options: [7, 1, 0, 0] })],
    [
      'a recorded route of no connection',
      fromClient.tcp({ flags: ACK }, { options: [7, 7, 4, 0, 0, 0, 0, 0] }),
    ],
  ])('%s, byte for byte', (_name, packet) => {
    const it = director();
    expect(it.receive(CLIENT_SIDE, packet)).toEqual({ verdict: VERDICT.deliver, handed: packet });
    expect(it.takeSent()).toEqual([]);
  });

  test('a packet from a NAT server’s endpoint that is no reply, to be forwarded', () => {
    const it = director();
    const packet = fromServer.tcp({ flags: ACK });
    expect(it.receive(SERVER_SIDE, packet)).toEqual({ verdict: VERDICT.deliver, handed: packet });
  });
});

test('a DR server’s packets are not claimed: its replies do not come this way', () => {
  const it = director();
  const packet = fromServer.udp({ sourcePort: 53 }, { source: RIP2 });
  expect(it.receive(SERVER_SIDE, packet).verdict).toBe(VERDICT.pass);
});

describe('IPsec', () => {
  const ESP = 50;
  const esp = fromClient.ip(ipPacket({ source: CIP, destination: VIP }, ESP, pattern(40)));
  const back = fromServer.ip(ipPacket({ source: RIP1, destination: CIP }, ESP, pattern(40)));
  const service = [`-A -u ${VIP}:500 -s rr`, `-a -u ${VIP}:500 -r ${RIP1}:500 -m`];

  test('is claimed where there is a service for its key exchange, and given back where it follows none', () => {
    const it = smallDirector(service);
    expect(it.receive(CLIENT_SIDE, esp).verdict).toBe(VERDICT.deliver);
    expect(it.receive(SERVER_SIDE, back).verdict).toBe(VERDICT.deliver);
  });

  test('follows its key exchange to the server and back', () => {
    const it = smallDirector(service);
    it.receive(CLIENT_SIDE, fromClient.udp({ sourcePort: 500, destinationPort: 500 }));
    expect(it.receive(CLIENT_SIDE, esp).verdict).not.toBe(VERDICT.deliver);
    expect(it.receive(SERVER_SIDE, back).verdict).not.toBe(VERDICT.deliver);
  });

  test('is the stack’s alone where there is none', () => {
    expect(director().receive(CLIENT_SIDE, esp)).toEqual({ verdict: VERDICT.pass, handed: esp });
  });
});

test('a later fragment has no ports, so a firewall mark by port does not take it in', () => {
  const it = director();
  const destination = '10.77.0.1';
  it.core.state.marks.set({ address: ipv4(destination), prefixLength: 32, protocol: 17, port: 80, mark: 1 });
  it.rules('-A -f 1 -s rr', `-a -f 1 -r ${RIP1}:0 -m`);
  const looksLikePorts = ipOf(fromClient.udp()).subarray(20);
  const fragment = ipPacket({ source: CIP, destination, offsetBytes: 8 }, 17, looksLikePorts);
  expect(it.receive(CLIENT_SIDE, fromClient.ip(fragment)).verdict).toBe(VERDICT.pass);
  expect(it.receive(CLIENT_SIDE, fromClient.udp({}, { destination })).verdict).toBe(VERDICT.taken);
});

test('a real server that is this machine gets the packet through its own stack', () => {
  const it = smallDirector([`-A -u ${VIP}:80 -s rr`, `-a -u ${VIP}:80 -r ${DIRECTOR.server}:8080 -m`]);
  const { verdict, handed } = it.receive(CLIENT_SIDE, fromClient.udp({}, { ttl: 1 }));
  const expected = udpPacket(
    { source: CIP, destination: DIRECTOR.server, ttl: 1 },
    { ...CLIENT_TO_VIP, destinationPort: 8080 },
  );
  expect([verdict, hex(ipOf(handed as Uint8Array))]).toEqual([VERDICT.deliver, hex(expected)]);
});

test('a recorded route of a request that is forwarded has the VIP in it', () => {
  const it = director();
  it.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }, { options: [7, 7, 4, 0, 0, 0, 0, 0] }));
  expect(it.takeSent().map(({ frame: sent }) => hex(sent.subarray(34, 42)))).toEqual(['0707080a63000100']);
});
