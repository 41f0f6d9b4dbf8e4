/** What lies behind a packet in its frame (padding, an earlier frame) decides nothing, wherever the packet was cut. */
import { expect, test } from 'vitest';
import {
  ACK,
  icmpPacket,
  plainChecksum,
  RST,
  SYN,
  sctpPacket,
  tcpPacket,
  udpPacket,
} from '../../lab/frames/index.ts';
import { CLIENT_TO_VIP, fromClient, fromServer, ipOf, SERVER_TO_CLIENT } from './fixtures/small-frames.ts';
import { CIP, CLIENT_SIDE, RIP1, SERVER_SIDE, smallDirector, VIP } from './fixtures/small-network.ts';

const INIT = Uint8Array.of(1, 0, 0, 20, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1);
const TOTAL_LENGTH = 2;
const IP_CHECKSUM = 10;

const rulesOf = (method: string) =>
  ['-t', '-u', '--sctp-service'].flatMap((service) => [
    `-A ${service} ${VIP}:80 -s rr`,
    `-a ${service} ${VIP}:80 -r ${RIP1}:${method === '-m' ? 8080 : 80} ${method}`,
  ]);

const toVip = { source: CIP, destination: VIP };
const toCip = { source: RIP1, destination: CIP };
const requests = {
  tcp: tcpPacket(toVip, { ...CLIENT_TO_VIP, flags: ACK }),
  'tcp reset': tcpPacket(toVip, { ...CLIENT_TO_VIP, flags: RST }),
  'tcp anew': tcpPacket(toVip, { ...CLIENT_TO_VIP, flags: SYN }),
  udp: udpPacket(toVip, CLIENT_TO_VIP),
  sctp: sctpPacket(toVip, CLIENT_TO_VIP, INIT),
};
const replies = {
  tcp: tcpPacket(toCip, { ...SERVER_TO_CLIENT, flags: SYN | ACK }),
  udp: udpPacket(toCip, SERVER_TO_CLIENT),
  sctp: sctpPacket(toCip, SERVER_TO_CLIENT, INIT),
};
const errors = {
  unreachable: icmpPacket(toVip, {
    type: 3,
    code: 4,
    rest: 1200,
    body: tcpPacket({ source: VIP, destination: CIP }, { sourcePort: 80, destinationPort: 4000, flags: ACK }),
  }),
};

/** A packet whose header says that it is so long, in a frame that goes on with something else. */
function cutTo(ip: Uint8Array, totalBytes: number, behind: number): Uint8Array {
  const frame = new Uint8Array(totalBytes + 60).fill(behind);
  frame.set(ip.subarray(0, totalBytes));
  frame[TOTAL_LENGTH] = totalBytes >> 8;
  frame[TOTAL_LENGTH + 1] = totalBytes & 255;
  frame.fill(0, IP_CHECKSUM, IP_CHECKSUM + 2);
  const checksum = plainChecksum(frame.subarray(0, 20));
  frame[IP_CHECKSUM] = checksum >> 8;
  frame[IP_CHECKSUM + 1] = checksum & 255;
  return frame;
}

/** All that can be seen of a director after it has got one frame more than the beginning of each connection. */
function after(method: string, port: number, frame: Uint8Array) {
  const director = smallDirector(rulesOf(method));
  director.receive(CLIENT_SIDE, fromClient.tcp({ flags: SYN }));
  director.receive(CLIENT_SIDE, fromClient.udp());
  director.receive(CLIENT_SIDE, fromClient.ip(requests.sctp));
  director.takeSent();
  const { verdict } = director.receive(port, frame);
  const packets = director.takeSent().map(({ frame: sent }) => {
    const ip = ipOf(sent);
    return ip.slice(0, ((ip[TOTAL_LENGTH] as number) << 8) | (ip[TOTAL_LENGTH + 1] as number));
  });
  return { verdict, packets, snapshot: director.snapshot() };
}

const cases = [
  ...Object.entries(requests).map(([name, ip]) => ['request', name, CLIENT_SIDE, ip, fromClient.ip] as const),
  ...Object.entries(errors).map(([name, ip]) => ['error', name, CLIENT_SIDE, ip, fromClient.ip] as const),
  ...Object.entries(replies).map(([name, ip]) => ['reply', name, SERVER_SIDE, ip, fromServer.ip] as const),
];

test.each(cases)('%s: %s', (_kind, _name, port, ip, framed) => {
  for (const method of ['-m', '-g', '-i']) {
    for (let totalBytes = 20; totalBytes <= ip.length; totalBytes++) {
      const [a, b, c] = [0x00, 0xff, 0x04].map((behind) =>
        after(method, port, framed(cutTo(ip, totalBytes, behind))),
      );
      expect(b, `${method}, cut to ${totalBytes} bytes`).toEqual(a);
      expect(c, `${method}, cut to ${totalBytes} bytes`).toEqual(a);
    }
  }
});
