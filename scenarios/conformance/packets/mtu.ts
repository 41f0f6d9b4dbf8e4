/** Packets at the limit of what the link to the server carries, and beyond. */

import { pattern } from '../../../lab/frames/index.ts';
import { ALL_MODES, MODES, modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { expectNothing, expectPackets, outcome } from '../../kit/expecting/expect.ts';
import { expectErrors, forwardedRequest, OUTER_ID, packetIn } from '../../kit/expecting/forwarded.ts';
import { LINK_MTU_BYTES } from '../../kit/expecting/pieces.ts';
import { tooLongError } from '../../kit/expecting/rewritten-packet.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import type { Flow, IpPart } from '../../kit/sending/flow.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { requestCase } from './forwarding-case.ts';

const IP_HEADER_BYTES = 20;
const UDP_BYTES = IP_HEADER_BYTES + 8;
const TCP_BYTES = IP_HEADER_BYTES + 20;
/** What IP in IP leaves of 1500. */
export const TUNNEL_MTU_BYTES = LINK_MTU_BYTES - IP_HEADER_BYTES;
export const SMALL_MTU_BYTES = 1400;

export const REWRITING = modesWhere(({ rewritesAddresses }) => rewritesAddresses);
export const TUNNELLING = modesWhere(({ encapsulates }) => encapsulates);

export const transmitters = (what: string) => kernel(`transmitters: ${what}, §5.1, §5.4`);

/** A datagram and a segment of this length in bytes, IP header included. */
export function packetsOf(flow: Flow, bytes: number, ip: IpPart): Uint8Array[] {
  return [
    flow.datagram({ id: bytes, ...ip }, { payload: pattern(bytes - UDP_BYTES) }),
    flow.segment({ id: bytes, ...ip }, { payload: pattern(bytes - TCP_BYTES) }),
  ];
}

const at = requestCase({
  name: 'mtu/at',
  title: 'What fits exactly is forwarded',
  requirement:
    'A packet as long as the MTU goes through whole, with DF and without: 1500 bytes under NAT and DR, 1480 in an IP-in-IP tunnel, whose header takes the other 20.',
  sources: [rfc('1191 §4'), rfc('2003 §5.1'), transmitters('MTU')],
  modes: ALL_MODES,
  packets: (flow, { mode }) => {
    const limit = LINK_MTU_BYTES - MODES[mode].outerHeaderBytes;
    return [limit - 1, limit].flatMap((bytes) => [
      ...packetsOf(flow, bytes, { dontFragment: true }),
      ...packetsOf(flow, bytes, {}),
    ]);
  },
});

interface TooLongCase extends Pick<PacketCase, 'name' | 'title' | 'requirement' | 'modes'> {
  /** The MTU that the client is told in the case’s modes. */
  readonly mtuBytes: number;
  readonly prepare: (stage: Stage) => Promise<void>;
}

/** One packet that fits, and others with DF that do not. */
export function tooLongCase({ mtuBytes, prepare, ...words }: TooLongCase): PacketCase {
  return packetCase({
    ...words,
    sources: [rfc('1191 §4'), rfc('1812 §4.3.2.3'), transmitters('MTU')],
    play: async (stage) => {
      await prepare(stage);
      const flow = new ClientFlow(stage);
      const fitting = [
        flow.syn({ dontFragment: true }),
        ...packetsOf(flow, mtuBytes, { dontFragment: true }),
      ];
      // More than the limit of other errors to one client: this kind has none.
      const tooLong = [1, 2, 3, 5, 8]
        .map((more) => mtuBytes + more)
        .flatMap((bytes) => packetsOf(flow, bytes, { dontFragment: true, tos: 0x5b }));
      await send(stage, stage.client, [...fitting, ...tooLong]);
      return { fitting: fitting.length, tooLong: tooLong.map((packet) => flow.arrived(packet)) };
    },
    check: (seen, { fitting, tooLong }) =>
      outcome(
        tooLong.length,
        `${counted(tooLong.length, 'packet')} with DF of more than ${mtuBytes} bytes, ${fitting} of no more`,
        expectErrors(
          seen,
          tooLong.map((packet) => tooLongError(packet, seen.vip, mtuBytes)),
          'the answer that the packet is too long',
        ),
        expectNothing(seen.toServers.slice(fitting), 'A packet that must not be cut was forwarded.'),
      ),
  });
}

const aboveDf = tooLongCase({
  name: 'mtu/above-df',
  title: 'A packet with DF that is too long is answered, not fragmented',
  requirement:
    'A packet with DF that is longer than the link to the server carries is not forwarded: the client gets “fragmentation needed” with that link’s MTU from the VIP, so that path MTU discovery works through the director.',
  modes: REWRITING,
  mtuBytes: SMALL_MTU_BYTES,
  prepare: async (stage) => {
    await stage.director.setServerSideMtu(SMALL_MTU_BYTES);
    await addStandardService(stage);
  },
});

const tunnel = tooLongCase({
  name: 'mtu/tunnel-1480',
  title: 'A tunnel tells clients 1480',
  requirement:
    'The outer header takes 20 bytes of every packet in a tunnel. Of a longer packet with DF the client is told 1480, not 1500, from the VIP.',
  modes: TUNNELLING,
  mtuBytes: TUNNEL_MTU_BYTES,
  prepare: (stage) => addStandardService(stage),
});

/** The least that IPv4 asks of any link, which a tunnel must leave (RFC 791 §3.2). */
const LEAST_MTU_BYTES = 68;
const IPIP_BYTES = 20;

const smallestTunnel = packetCase({
  name: 'mtu/tunnel-smallest',
  title: 'A link too small for IPv4 inside IPv4 carries no tunnel',
  requirement:
    'Every IPv4 link carries 68 bytes. A tunnel that leaves less than that is no link: nothing is sent through it, and no error is sent, as there is no MTU that could be told.',
  sources: [rfc('791 §3.2'), transmitters('mtu below 68')],
  modes: TUNNELLING,
  play: async (stage) => {
    const { director } = stage;
    await addStandardService(stage);
    const flow = new ClientFlow(stage);
    await director.setServerSideMtu(LEAST_MTU_BYTES + IPIP_BYTES);
    await send(stage, stage.client, [flow.syn(), flow.datagram({ id: 1 })]);
    await director.setServerSideMtu(LEAST_MTU_BYTES + IPIP_BYTES - 1);
    await send(stage, stage.client, [flow.syn({ id: 2 }), flow.datagram({ id: 3, dontFragment: true })]);
  },
  check: (seen) => {
    const wanted = seen.fromClients.slice(0, 2).map((packet) => forwardedRequest(seen, packetIn(packet)));
    return outcome(
      seen.fromClients.length,
      `${counted(seen.fromClients.length, 'packet')}, two of them for a tunnel of ${LEAST_MTU_BYTES - 1} bytes`,
      expectPackets(seen.toServers, wanted, {
        what: 'the request in a tunnel of 68 bytes',
        ignore: OUTER_ID,
      }),
      expectNothing(seen.toClients, 'The client was told of a tunnel that cannot be.'),
    );
  },
});

export const mtu: readonly PacketCase[] = [at, aboveDf, tunnel, smallestTunnel];
