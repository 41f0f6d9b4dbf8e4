import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KernelSide } from '../../../director/fast-path/kernel-side.ts';
import {
  ACK,
  cut,
  ethernetFrame,
  FIN,
  ipFrame,
  ipPacket,
  RST,
  SYN,
  TCP,
  tcpPacket,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { attachSocketFilter } from '../../../native/bpf/socket-filter.ts';
import { inNamespace, interfaceIndex } from '../../../native/namespaces.ts';
import { filterFrames, type Share } from '../../../native/packet-filter.ts';
import { ETH_P_ALL, ETH_P_NONE, openPacketSocket } from '../../../native/packet-socket.ts';
import { close, receive, send, setMark } from '../../../native/sockets.ts';
import { describeAsRoot } from '../../root.ts';

const NAMESPACE = `filter-${process.pid}`;
const MARK = 77;
const MAC = '00:00:00:00:00:00';
const ip = { source: '10.0.0.1', destination: '10.0.0.2' };
const ports = { sourcePort: 1, destinationPort: 2 };

const tcp = (flags: number, ipFields = {}, tcpFields = {}) =>
  tcpPacket({ ...ip, ...ipFields }, { ...ports, flags, ...tcpFields });
const framed = (packet: Uint8Array) => ipFrame(MAC, MAC, packet);
const fragments = cut(tcp(SYN, {}, { payload: new Uint8Array(64).fill(SYN) }), 40);

const HANDSHAKES: Readonly<Record<string, Uint8Array>> = {
  SYN: framed(tcp(SYN)),
  'SYN and ACK': framed(tcp(SYN | ACK)),
  'SYN with IP options': framed(tcp(SYN, { options: [1, 1, 1, 0] })),
  'SYN with TCP options': framed(tcp(SYN, {}, { options: [2, 4, 5, 180] })),
  'the first fragment of a SYN': framed(fragments[0]!),
};
const OTHERS: Readonly<Record<string, Uint8Array>> = {
  ACK: framed(tcp(ACK)),
  FIN: framed(tcp(FIN | ACK)),
  RST: framed(tcp(RST)),
  'data full of SYN bits': framed(tcp(ACK, {}, { payload: new Uint8Array(40).fill(0xff) })),
  'a later fragment of a SYN': framed(fragments[1]!),
  UDP: framed(udpPacket(ip, { ...ports, payload: new Uint8Array(40).fill(0xff) })),
  'TCP too short for flags': framed(ipPacket(ip, TCP, new Uint8Array(13).fill(0xff))),
  ARP: ethernetFrame({
    ...{ source: MAC, destination: MAC, etherType: 0x0806 },
    payload: new Uint8Array(60).fill(0xff),
  }),
};
const FRAMES = { ...HANDSHAKES, ...OTHERS };

describeAsRoot('a packet socket', () => {
  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', NAMESPACE]);
    execFileSync('ip', ['-n', NAMESPACE, 'link', 'set', 'lo', 'up']);
  });
  afterAll(() => execFileSync('ip', ['netns', 'del', NAMESPACE]));

  /** The names of the frames that a socket with this share is given. */
  const given = (share: Share, { mark = 0, takesPlace }: { mark?: number; takesPlace?: number } = {}) =>
    inNamespace(`/run/netns/${NAMESPACE}`, () => {
      const loopback = interfaceIndex('lo');
      const sender = openPacketSocket(loopback, ETH_P_NONE);
      const receiver = openPacketSocket(loopback, ETH_P_ALL, (fd) => filterFrames(fd, MARK, share, 14));
      if (takesPlace !== undefined) attachSocketFilter(receiver, takesPlace);
      const buffer = new Uint8Array(2048);
      try {
        if (mark !== 0) setMark(sender, mark);
        return Object.entries(FRAMES).flatMap(([name, frame]) => {
          send(sender, frame);
          let isGiven = false;
          // Loopback shows it on its way out and on its way in.
          for (let length = receive(receiver, buffer); length > 0; length = receive(receiver, buffer)) {
            isGiven ||= Buffer.compare(buffer.subarray(0, length), frame) === 0;
          }
          return isGiven ? [name] : [];
        });
      } finally {
        close(receiver);
        close(sender);
      }
    });

  it('for handshakes gets segments with SYN', () => {
    expect(given('handshakes')).toEqual(Object.keys(HANDSHAKES));
  });

  it('for all but handshakes gets everything else, whatever it looks like', () => {
    expect(given('all but handshakes')).toEqual(Object.keys(OTHERS));
  });

  it('for all but handshakes gets the same once the filter of the fast path has taken the place of its own', () => {
    const kernel = new KernelSide(16, { sent: 1, handedBack: MARK });
    try {
      const takesPlace = kernel.filter;
      expect(given('all but handshakes', { takesPlace })).toEqual(Object.keys(OTHERS));
      expect(given('all but handshakes', { takesPlace, mark: MARK })).toEqual([]);
    } finally {
      kernel.close();
    }
  });

  it('for everything gets everything, and none gets what has the mark', () => {
    expect(given('everything')).toEqual(Object.keys(FRAMES));
    expect(given('everything', { mark: MARK })).toEqual([]);
    expect(given('handshakes', { mark: MARK })).toEqual([]);
  });
});
